import { expect, test } from 'vitest';
import type { AnnotationRecord, Dataset } from '../dataset.ts';
import { mergeAnnotators } from './merge-annotators.ts';

const classes = [
  { id: 0, name: 'SNE', cellClass: 'segmented-neutrophil' },
  { id: 1, name: 'LY', cellClass: 'lymphocyte' },
] as const;
const cell = (classIndex: number, x: number): AnnotationRecord => ({
  classIndex,
  box: { x1: x, y1: 0, x2: x + 10, y2: 10 },
});
const by = (
  author: string,
  annotations: readonly AnnotationRecord[],
  known: Dataset['classes'] = classes,
) => ({
  author,
  dataset: { name: 'x', classes: known, images: [{ id: 1, file: 'a.png', annotations }] },
});

test('cells that agree are averaged, cells whose types disagree are taken out and listed', () => {
  const { dataset, disputed } = mergeAnnotators([
    by('A', [cell(0, 0), cell(0, 100)]),
    by('B', [cell(0, 1), cell(0, 100)]),
    by('C', [cell(0, 2), cell(1, 101)]),
  ]);
  expect(dataset.images[0]!.annotations).toEqual([
    {
      classIndex: 0,
      box: { x1: 1, y1: 0, x2: 11, y2: 10 },
      author: expect.stringMatching(/A.*|B.*|C.*/),
    },
  ]);
  expect(disputed).toHaveLength(1);
  expect(disputed[0]!.reason).toBe('types disagree');
  expect(disputed[0]!.opinions.map(({ author }) => author).sort()).toEqual(['A', 'B', 'C']);
});

test('types are compared by meaning, not by name or position', () => {
  const other = [
    { id: 4, name: 'Lymphocyte', cellClass: 'lymphocyte' },
    { id: 9, name: 'Segmented neutrophil', cellClass: 'segmented-neutrophil' },
  ] as const;
  const { dataset, disputed } = mergeAnnotators([
    by('A', [cell(0, 0)]),
    by('B', [cell(1, 0)], other),
  ]);
  expect(disputed).toEqual([]);
  expect(dataset.images[0]!.annotations[0]!.classIndex).toBe(0);
});

test('a cell needs the majority, or as many as are asked for', () => {
  const people = [by('A', [cell(0, 0)]), by('B', [cell(0, 0)]), by('C', [])];
  expect(mergeAnnotators(people).dataset.images[0]!.annotations).toHaveLength(1);
  const strict = mergeAnnotators(people, { minimumAuthors: 3 });
  expect(strict.dataset.images[0]!.annotations).toEqual([]);
  expect(strict.disputed[0]!.reason).toBe('too few authors');
});

test('the threshold decides what is the same cell; neighbours of one person never merge', () => {
  const people = [by('A', [cell(0, 0), cell(0, 3)]), by('B', [cell(0, 1)])];
  expect(
    mergeAnnotators(people, { minimumAuthors: 1 }).dataset.images[0]!.annotations,
  ).toHaveLength(2);
  expect(
    mergeAnnotators(people, { minimumAuthors: 1, iouThreshold: 0.99 }).dataset.images[0]!
      .annotations,
  ).toHaveLength(3);
});

test('images that not everybody had, and marks without a box, are told', () => {
  const alone = {
    ...by('A', []),
    dataset: { name: 'x', classes, images: [{ id: 2, file: 'b.png', annotations: [] }] },
  };
  const result = mergeAnnotators([alone, by('B', [{ classIndex: 0 }])]);
  expect(result.incomplete).toEqual(['b.png', 'a.png']);
  const both = mergeAnnotators([by('A', [{ classIndex: 0 }]), by('B', [cell(0, 1)])]);
  expect(both.unmatched).toBe(1);
});

test('refuses a single author and impossible majorities', () => {
  expect(() => mergeAnnotators([by('A', [])])).toThrow('at least two');
  expect(() => mergeAnnotators([by('A', []), by('B', [])], { minimumAuthors: 3 })).toThrow(
    'minimumAuthors',
  );
});
