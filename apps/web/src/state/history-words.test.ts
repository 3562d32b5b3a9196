import { historyActionSchema } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { entryOf, moveOf } from './history-entry-for-tests.ts';
import { namesOfHistory, sentenceOf } from './history-words.ts';

const field = entryOf(1, 'field.added', [
  { subject: 'field', id: 'f1', before: null, after: { position: 1, fileName: 'a.png' } },
]);
const moved = entryOf(2, 'cells.reclassified', [
  moveOf('a', 'neutrophil', 'band-neutrophil'),
  moveOf('b', 'neutrophil', 'band-neutrophil'),
  moveOf('c', 'neutrophil', 'band-neutrophil'),
]);
const undone = entryOf(3, 'cells.undone', [], { undoes: moved.id });
const redone = entryOf(4, 'cells.undone', [], { undoes: undone.id });
const names = namesOfHistory([field, moved, undone, redone]);
const words = (entry: Parameters<typeof sentenceOf>[0]) => sentenceOf(entry, names);

test('says from where to where cells were moved', () => {
  expect(words(moved)).toBe('moved 3 cells from Neutrophil to Band neutrophil');
});

test('says from where each came when they came from several bins', () => {
  const entry = entryOf(5, 'cells.reclassified', [
    moveOf('a', 'unidentified', 'monocyte'),
    moveOf('b', 'lymphocyte', 'monocyte'),
    moveOf('c', 'unidentified', 'monocyte'),
    moveOf('d', 'monocyte', 'monocyte'),
  ]);
  expect(words(entry)).toBe(
    'moved 3 cells to Monocyte: 2 from Unidentified, 1 from Lymphocyte and confirmed 1 there',
  );
});

test('calls it confirmed when a cell was put where it was', () => {
  const entry = entryOf(5, 'cells.reclassified', [moveOf('a', 'monocyte', 'monocyte')]);
  expect(words(entry)).toBe('confirmed 1 cell as Monocyte');
});

test('says what was undone, and what was done again', () => {
  expect(words(undone)).toBe('undid: moved 3 cells from Neutrophil to Band neutrophil');
  expect(words(redone)).toBe('did again: moved 3 cells from Neutrophil to Band neutrophil');
});

test('names fields by their place and file', () => {
  const entry = entryOf(5, 'field.analysed', [
    { subject: 'field', id: 'f1', before: { state: 'queued' }, after: { cells: 12 } },
  ]);
  expect(words(entry)).toBe('found 12 cells in field 1 (a.png)');
});

test('says facts of the case with what they were', () => {
  const entry = entryOf(5, 'case.changed', [
    {
      subject: 'case',
      id: 'case',
      before: { targetCells: 100, leukocytesE9PerLitre: null, conclusion: 'Old.' },
      after: { targetCells: 200, leukocytesE9PerLitre: 7.4, conclusion: 'New.' },
    },
  ]);
  expect(words(entry)).toBe(
    'set the target to 200 cells (was 100 cells); set the leukocyte count to 7.4 × 10⁹/L; changed the conclusion',
  );
});

test('tells the first of two signatures from the last', () => {
  const signed = (state: string) =>
    words(
      entryOf(5, 'case.signed', [
        { subject: 'signature', id: 's', before: null, after: { version: 2 } },
        { subject: 'case', id: 'case', before: { state: 'open' }, after: { state, version: 2 } },
      ]),
    );
  expect(signed('half-signed')).toBe('signed version 2 as the first of two');
  expect(signed('signed')).toBe('signed version 2');
});

test('says what a signature means, and whose was withdrawn', () => {
  const caseChange = { subject: 'case' as const, id: 'case', before: null };
  const signed = entryOf(5, 'case.signed', [
    { subject: 'signature', id: 's', before: null, after: { version: 1, meaning: 'reviewed' } },
    { ...caseChange, after: { state: 'half-signed', version: 1 } },
  ]);
  expect(words(signed)).toBe('signed version 1 as reviewed as the first of two');
  const ben = { kind: 'user', id: '0190a5d0-0000-7000-8000-00000000000b', name: 'Ben' };
  const withdrawn = (by: object) =>
    words(
      entryOf(6, 'case.signature-withdrawn', [
        { ...caseChange, after: { state: 'open' } },
        { subject: 'signature', id: 's', before: { by, isWithdrawn: false }, after: null },
      ]),
    );
  expect(withdrawn(ben)).toBe('withdrew the signature of Ben');
  expect(withdrawn({})).toBe('withdrew the signature');
});

test('shortens long comments', () => {
  const entry = entryOf(5, 'comment.added', [
    { subject: 'comment', id: 'k', before: null, after: { text: 'x '.repeat(100) } },
  ]);
  expect(words(entry)).toMatch(/^commented: “(x ){40} ...”$/);
});

test('has words for every action, even when an entry holds nothing it knows', () => {
  for (const action of historyActionSchema.options) {
    expect(words(entryOf(6, action, []))).toEqual(expect.any(String));
  }
});
