import type { DifferentialRow } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { differenceWords, rangeMarkOf } from './share-words.ts';

const row: DifferentialRow = {
  cellClass: 'band-neutrophil',
  name: 'Band neutrophil',
  count: 12,
  share: 0.12,
  low: 0.064,
  high: 0.2,
  absoluteE9PerLitre: null,
  reference: { low: 0, high: 0.05 },
  interpretation: 'high',
  modelCount: 3,
};

test('writes differences with a true minus sign', () => {
  expect([2, 0, -3].map(differenceWords)).toEqual(['+2', '0', '−3']);
});

test('tells a share outside its range beyond chance from one within the limits of counting', () => {
  expect(rangeMarkOf(row)).toMatchObject({ side: 'high', isBeyondChance: true });
  expect(rangeMarkOf({ ...row, low: 0.049 })).toMatchObject({ isBeyondChance: false });
  expect(
    rangeMarkOf({ ...row, interpretation: 'low', reference: { low: 0.45, high: 0.79 } }),
  ).toMatchObject({ side: 'low', isBeyondChance: true });
});

test('marks nothing inside the range', () => {
  expect(rangeMarkOf({ ...row, interpretation: 'normal' })).toBeUndefined();
  expect(rangeMarkOf({ ...row, interpretation: null, reference: null })).toBeUndefined();
});
