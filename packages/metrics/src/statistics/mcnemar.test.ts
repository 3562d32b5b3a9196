import { expect, test } from 'vitest';
import { mcNemar } from './mcnemar.ts';

const repeated = (isRight: boolean, count: number) => Array.from({ length: count }, () => isRight);

/** Cells that both, only the first, only the second and none is right about. */
function pairs(both: number, onlyFirst: number, onlySecond: number, none: number) {
  const first = [...repeated(true, both + onlyFirst), ...repeated(false, onlySecond + none)];
  const second = [
    ...repeated(true, both),
    ...repeated(false, onlyFirst),
    ...repeated(true, onlySecond),
    ...repeated(false, none),
  ];
  return mcNemar(first, second);
}

test('counts only the cells on which the models differ', () => {
  // 2 (C(10, 0) + C(10, 1)) / 2^10
  expect(pairs(50, 1, 9, 7).pValue).toBeCloseTo((2 * 11) / 1024, 10);
  expect(pairs(50, 1, 9, 7)).toMatchObject({ onlyFirst: 1, onlySecond: 9 });
  expect(pairs(0, 1, 9, 0).pValue).toBeCloseTo(pairs(99, 1, 9, 99).pValue, 12);
});

test('models that differ as often either way, or never, are equal', () => {
  expect(pairs(3, 5, 5, 3).pValue).toBe(1);
  expect(pairs(3, 0, 0, 3).pValue).toBe(1);
});

test('one side alone', () => {
  expect(pairs(0, 0, 6, 0).pValue).toBeCloseTo(2 / 64, 10);
});

test('refuses lists of unlike length', () => {
  expect(() => mcNemar([true], [])).toThrow('must have one length. Received 1 and 0.');
});
