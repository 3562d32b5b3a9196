import { expect, test } from 'vitest';
import { unfamiliarFlags } from './unfamiliar-flags.ts';

const seen = { cells: 20, distance: 0.617, limit: 0.2 };

test('unlike cells are told with the measure behind it', () => {
  expect(unfamiliarFlags({ ...seen, isUnfamiliar: true })).toEqual([
    {
      code: 'unfamiliar-cells',
      severity: 'warning',
      text: 'These cells look unlike those that the model was trained on (distance 0.62, above 0.20): check every type, sure or not',
    },
  ]);
});

test('like cells, and too few of them, are no flag', () => {
  expect(unfamiliarFlags({ ...seen, isUnfamiliar: false })).toEqual([]);
  expect(unfamiliarFlags(undefined)).toEqual([]);
});
