import { expect, test } from 'vitest';
import type { Cell } from '../cell.ts';
import type { Field } from '../field.ts';
import { absoluteWords, methodWords, modelsOf, percentLimits, rangeWords } from './report-words.ts';

const analysis = { modelId: 'compact', modelSha256: 'ab'.repeat(32), finishedAt: '' };
const fields = [{ analysis }, { analysis }, { analysis: null }] as unknown as Field[];
const cell = (bin: Cell['bin'], isSeen: boolean) =>
  ({ bin, seen: isSeen ? { by: {}, at: '' } : null }) as unknown as Cell;

test('names each model once', () => {
  expect(modelsOf(fields)).toEqual([{ id: 'compact', sha256: 'ab'.repeat(32) }]);
});

test('the method counts what people reviewed; red cells and platelets need no look', () => {
  const method = (cells: readonly Cell[]) => methodWords(fields, cells);
  const start = 'Digital image analysis, preclassified by compact (sha256 abababababab), ';
  const platelet = cell('platelet', false);
  expect(method([platelet])).toBe(`${start}no cells to review`);
  expect(method([cell('blast', false), platelet])).toBe(`${start}not reviewed by a person`);
  expect(method([cell('blast', true), cell('monocyte', false)])).toBe(
    `${start}1 of 2 cells reviewed by a person`,
  );
  expect(method([cell('blast', true), cell('monocyte', true), platelet])).toBe(
    `${start}all 2 cells reviewed by a person`,
  );
  expect(methodWords([], [cell('blast', true)])).toBe(
    'Digital image analysis, without a model, the one cell reviewed by a person',
  );
});

test('the method says what the specimen was expected to hold, and where fields differ', () => {
  const expecting = { analysis: { ...analysis, expectation: 'ordinary-blood' } } as Field;
  const start = 'Digital image analysis, preclassified by compact (sha256 abababababab)';
  expect(methodWords([expecting], [])).toBe(
    `${start}, expecting ordinary blood, no cells to review`,
  );
  expect(methodWords([expecting, ...fields], [])).toContain(
    'expecting ordinary blood or nothing in particular',
  );
});

test('writes limits in percent with one digit', () => {
  expect(percentLimits({ low: 0.0123, high: 0.5 })).toBe('1.2–50.0');
});

test('writes reference ranges, open sides with a sign', () => {
  expect(rangeWords({ low: 0.45, high: 0.79 }, 100)).toBe('45–79');
  expect(rangeWords({ low: null, high: 0.055 }, 100)).toBe('≤ 5.5');
  expect(rangeWords({ low: 0.07, high: null }, 100)).toBe('≥ 7');
  expect(rangeWords({ low: 0, high: 0 })).toBe('0');
  expect(rangeWords({ low: 1.8, high: 7.8 })).toBe('1.8–7.8');
  expect(rangeWords(null)).toBe('');
});

test('leaves an absolute count out that is not known', () => {
  expect([null, 4.126].map(absoluteWords)).toEqual(['', '4.13']);
});
