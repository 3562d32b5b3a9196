import type { Cell } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { cellWords, sureWords } from './cell-words.ts';

const model = {
  modelId: 'm',
  cellClass: 'lymphocyte' as const,
  bin: 'lymphocyte' as const,
  score: 0.91,
  probabilities: [],
  runnerUp: { cellClass: 'monocyte' as const, probability: 0.06 },
} satisfies Cell['model'];
const ann = { kind: 'user', id: 'ann', name: 'Ann' } as const;
const cell = (part: Partial<Cell>): Cell =>
  ({ bin: 'lymphocyte', model, seen: null, isUnsure: false, isIncomplete: false, ...part }) as Cell;

test('a tile has one number, the score of the type that it shows', () => {
  expect(sureWords(cell({}), 'ann')).toBe('0.91');
  expect(sureWords(cell({ model: null }), 'ann')).toBe('added');
});

test('after a correction it says by whom instead: the model never scored that type', () => {
  const moved = cell({ bin: 'blast', seen: { by: ann, at: '' } });
  expect(sureWords(moved, 'ann')).toBe('by you');
  expect(sureWords(moved, 'ben')).toBe('by Ann');
  expect(cellWords(moved, 'ben')).toBe(
    'Blast, decided by Ann, the model said Lymphocyte, or Monocyte, seen by Ann',
  );
});

test('a kind that the specimen was not expected to hold is the first to be read out', () => {
  const unexpected = { cellClass: 'blast' as const, probability: 0.7 };
  expect(cellWords(cell({ model: { ...model, unexpected } }), null)).toContain(', or Blast,');
  expect(cellWords(cell({ bin: 'blast', model: { ...model, unexpected } }), null)).toContain(
    ', or Monocyte,',
  );
});

test('the suggestion of an unidentified cell is read out', () => {
  expect(
    cellWords(cell({ bin: 'unidentified', model: { ...model, bin: 'unidentified' } }), null),
  ).toBe('Unidentified, perhaps Lymphocyte, score 0.91, or Monocyte, not seen');
});
