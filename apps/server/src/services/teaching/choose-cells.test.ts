import { createRandom } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { chooseByTurns } from './choose-cells.ts';
import { scoreRound } from './score-round.ts';

const cells = [
  ...Array.from({ length: 90 }, (_, i) => ({ id: i, bin: 'segmented-neutrophil' })),
  ...Array.from({ length: 8 }, (_, i) => ({ id: 100 + i, bin: 'lymphocyte' })),
  { id: 200, bin: 'basophil' },
];

test('rare types are asked as often as there are any; no cell twice', () => {
  const chosen = chooseByTurns(cells, 20, createRandom(1));
  const count = (bin: string) => chosen.filter((cell) => cell.bin === bin).length;
  expect([count('basophil'), count('lymphocyte'), count('segmented-neutrophil')]).toEqual([
    1, 8, 11,
  ]);
  expect(new Set(chosen.map(({ id }) => id)).size).toBe(20);
});

test('fewer cells than asked are all asked', () => {
  expect(chooseByTurns(cells.slice(0, 3), 20, createRandom(1))).toHaveLength(3);
});

test('the score counts what is the same, and kappa takes chance off', () => {
  const answered = [
    ...Array.from({ length: 5 }, () => ({ signed: 'lymphocyte', answer: 'lymphocyte' }) as const),
    ...Array.from({ length: 4 }, () => ({ signed: 'monocyte', answer: 'monocyte' }) as const),
    { signed: 'monocyte', answer: 'lymphocyte' } as const,
  ];
  const result = scoreRound(answered);
  expect(result).toMatchObject({ cells: 10, same: 9 });
  // p_e = (.5 x .6 + .5 x .4) = .5: kappa = (.9 - .5) / .5
  expect(result.kappa).toBeCloseTo(0.8, 12);
  expect(result.low).toBeCloseTo(0.555, 3);
  expect(result.types.find(({ cellClass }) => cellClass === 'lymphocyte')).toEqual({
    cellClass: 'lymphocyte',
    name: 'Lymphocyte',
    signed: 5,
    answered: 6,
    same: 5,
  });
});
