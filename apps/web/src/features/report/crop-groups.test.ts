import type { Bin, Cell } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { cropGroups } from './crop-groups.ts';

const cell = (id: string, bin: Bin, score: number | null, modelBin: Bin = bin): Cell =>
  ({
    id,
    bin,
    model: score === null ? null : { cellClass: modelBin, score },
  }) as unknown as Cell;

test('follows the order of the gallery and leaves empty types out', () => {
  const cells = [
    cell('a', 'not-classed', null),
    cell('b', 'lymphocyte', 0.9),
    cell('c', 'segmented-neutrophil', 0.8),
  ];
  expect(cropGroups(cells, 9).map((group) => group.bin)).toEqual([
    'segmented-neutrophil',
    'lymphocyte',
    'not-classed',
  ]);
});

test('shows the surest first, no more than the limit, and says how many there are', () => {
  const cells = [
    cell('weak', 'blast', 0.5),
    cell('moved', 'blast', 0.99, 'monocyte'),
    cell('sure', 'blast', 0.9),
    cell('drawn', 'blast', null),
  ];
  const [group] = cropGroups(cells, 2);
  expect(group?.cells.map((shown) => shown.id)).toEqual(['sure', 'weak']);
  expect(group?.total).toBe(4);
});
