import { expect, test } from 'vitest';
import { createPermutation } from './permutation.ts';

test('visits every index exactly once, for any length', () => {
  for (const length of [1, 2, 3, 7, 16, 17, 1000, 4097]) {
    const permute = createPermutation(length, 1);
    const seen = new Set(Array.from({ length }, (_, i) => permute(i)));
    expect(seen.size).toBe(length);
    expect(Math.max(...seen)).toBe(length - 1);
  }
});

test('depends on the seed and on nothing else', () => {
  const order = (seed: number) =>
    Array.from({ length: 50 }, (_, i) => createPermutation(50, seed)(i));
  expect(order(4)).toEqual(order(4));
  expect(order(4)).not.toEqual(order(5));
});

test('spreads neighbours: the mean step of a good shuffle is a third of the length', () => {
  const length = 10_000;
  const permute = createPermutation(length, 9);
  let sum = 0;
  for (let i = 1; i < length; i++) sum += Math.abs(permute(i) - permute(i - 1));
  expect(sum / length / (length / 3)).toBeCloseTo(1, 1);
});

test('refuses a length of 0', () => {
  expect(() => createPermutation(0, 1)).toThrow('length must be');
});
