import { expect, test } from 'vitest';
import { judgeFamiliarity } from './familiarity.ts';

test('distance is the mean square of the mean residual, less what chance gives, over all pictures together', () => {
  const pictures = [
    { cells: 4, sums: [4, 0], limit: 0.2 },
    { cells: 6, sums: [6, 0], limit: 0.2 },
  ];
  expect(judgeFamiliarity(pictures)).toEqual({
    cells: 10,
    distance: (1 ** 2 + 0 ** 2) / 2 - 1 / 10,
    limit: 0.2,
    isUnfamiliar: true,
  });
});

test('residuals that point everywhere cancel', () => {
  const pictures = [
    { cells: 10, sums: [10, -10], limit: 0.2 },
    { cells: 10, sums: [-10, 10], limit: 0.2 },
  ];
  expect(judgeFamiliarity(pictures)).toMatchObject({ distance: -1 / 20, isUnfamiliar: false });
});

test('few cells, or none, say nothing', () => {
  expect(judgeFamiliarity([])).toBeUndefined();
  expect(judgeFamiliarity([{ cells: 9, sums: [9], limit: 0.2 }])).toBeUndefined();
});
