import type { Cell, ModelAnswer } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { foundCell } from '../../test/fake-case-server.ts';
import { groupCells, isWhole, wholeFilter } from './gallery-cells.ts';

const mask = { width: 10, height: 10, counts: '0' };
function seen(n: number, part: Partial<ModelAnswer>): Cell {
  const base = { modelId: 'm', cellClass: 'neutrophil', bin: 'neutrophil' } as const;
  const model = { ...base, score: 0.9, probabilities: [], runnerUp: null, ...part };
  return foundCell(n, { bin: 'neutrophil', model });
}
const cells = [
  seen(1, {
    nucleus: { mask, lobes: 3, share: 0.3 },
    attributes: [
      { name: 'nucleus-shape', value: 'multilobed', probability: 0.9 },
      { name: 'vacuoles', value: 'yes', probability: 0.8 },
    ],
  }),
  seen(2, { nucleus: { mask, lobes: 1, share: 0.8 } }),
  seen(3, {}),
  foundCell(4, { bin: 'monocyte' }),
];
const idsBy = (part: { text?: string; sort?: 'nucleus' | 'lobes' | 'field' }) =>
  groupCells(cells, {
    filter: { ...wholeFilter, text: part.text ?? '' },
    sort: part.sort ?? 'field',
    view: 'queue',
  }).flatMap((group) => group.cells.map((cell) => Number(cell.id.slice(-4))));

test('is sorted by N:C and by lobes, cells without a nucleus last', () => {
  expect(idsBy({ sort: 'nucleus' })).toEqual([2, 1, 3, 4]);
  expect(idsBy({ sort: 'lobes' })).toEqual([1, 2, 3, 4]);
});

test('finds cells by the words that are said of them, all of them, from their beginnings', () => {
  expect(idsBy({ text: 'vacuoles' })).toEqual([1]);
  expect(idsBy({ text: 'Seg 3 LOBES' })).toEqual([1]);
  expect(idsBy({ text: 'neutrophil' })).toEqual([1, 2, 3]);
  expect(idsBy({ text: 'neutrophil one part' })).toEqual([2]);
  expect(idsBy({ text: 'olet' })).toEqual([]);
  expect(idsBy({ text: '  ' })).toHaveLength(4);
});

test('a search is a filter, blanks are none', () => {
  expect(isWhole({ ...wholeFilter, text: 'round' })).toBe(false);
  expect(isWhole({ ...wholeFilter, text: ' ' })).toBe(true);
});
