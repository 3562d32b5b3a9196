import type { Cell, Field } from '@leukoscope/contract';
import type { Box, CellClass } from '@leukoscope/core';
import type { AnnotationRecord, Dataset, ImageRecord } from '@leukoscope/datasets';
import { expect, test } from 'vitest';
import { labelsToReviews } from './labels-to-reviews.ts';

const names: readonly CellClass[] = ['neutrophil', 'basophil', 'leukocyte', 'monocyte'];
const dataset: Dataset = {
  name: 'Raabin',
  classes: names.map((name, id) => ({ id, name, cellClass: name })),
  images: [],
};
const field = { id: 'f', width: 200, height: 100 } as Field;
const at = (x: number, side = 20): Box => ({ x1: x, y1: 40, x2: x + side, y2: 40 + side });
const label = (name: CellClass, x: number, more: Partial<AnnotationRecord> = {}) => ({
  classIndex: names.indexOf(name),
  box: at(x),
  ...more,
});
const cell = (id: string, bin: Cell['bin'], x: number, more: Partial<Cell> = {}) =>
  ({
    id,
    bin,
    box: at(x),
    revision: 3,
    seen: null,
    model: { probabilities: [1] },
    ...more,
  }) as Cell;
const image = (...annotations: readonly AnnotationRecord[]): ImageRecord => ({
  ...{ id: 1, file: 'a.png', size: { width: 200, height: 100 } },
  annotations,
});
const actionsOf = (labels: readonly AnnotationRecord[], cells: readonly Cell[]) =>
  labelsToReviews(dataset, image(...labels), { field, cells }).reviews.map(({ action }) => action);
const refs = (...ids: string[]) => ids.map((id) => ({ id, revision: 3 }));

test('what the model called as labelled is confirmed, the rest moved, missed cells are added', () => {
  const cells = [
    cell('a', 'neutrophil', 0),
    cell('b', 'unidentified', 42),
    cell('c', 'lymphocyte', 80),
    cell('beside', 'lymphocyte', 180),
  ];
  const labels = [
    label('neutrophil', 1),
    label('basophil', 40),
    label('basophil', 81),
    label('monocyte', 120),
  ];
  const done = labelsToReviews(dataset, image(...labels), { field, cells });
  expect(done).toMatchObject({ confirmed: 1, changed: 2, added: 1, unused: 0 });
  expect(done.reviews.map(({ action }) => action)).toEqual([
    { kind: 'see', cells: refs('a') },
    { kind: 'reclassify', bin: 'basophil', cells: refs('b', 'c') },
    { kind: 'add', fieldId: 'f', box: at(120), mask: null, bin: 'monocyte' },
  ]);
});

test('a coarser label is taken at its word', () => {
  expect(actionsOf([label('neutrophil', 0)], [cell('a', 'segmented-neutrophil', 0)])).toEqual([
    { kind: 'reclassify', bin: 'neutrophil', cells: refs('a') },
  ]);
});

test('each author’s labels are reviews of their own, with the name as the reason', () => {
  const cells = [cell('a', 'basophil', 0), cell('b', 'basophil', 50)];
  const labels = [label('basophil', 0, { author: 'ann' }), label('basophil', 50)];
  const { reviews } = labelsToReviews(dataset, image(...labels), { field, cells });
  expect(reviews.map(({ reason }) => reason)).toEqual([
    'Label of the data set Raabin by ann',
    'Label of the data set Raabin',
  ]);
});

test('of touching cells each label takes the one it overlaps most', () => {
  const cells = [cell('left', 'basophil', 0), cell('right', 'monocyte', 8)];
  expect(actionsOf([label('monocyte', 7), label('basophil', 1)], cells)).toEqual([
    { kind: 'see', cells: refs('right', 'left') },
  ]);
});

test('"a leukocyte" confirms no type; one that was missed must be decided by a person', () => {
  const cells = [cell('a', 'basophil', 0)];
  const labels = [label('leukocyte', 0), label('leukocyte', 100)];
  const done = labelsToReviews(dataset, image(...labels), { field, cells });
  expect(done).toMatchObject({ confirmed: 0, changed: 0, added: 1, unused: 1 });
  expect(done.reviews[0]!.action).toMatchObject({ kind: 'add', bin: 'unidentified' });
});

test('cells that somebody has seen, and those added before, are left alone', () => {
  const seen = { by: { kind: 'user', id: 'u', name: 'ann' }, at: '2026-01-01T00:00:00Z' } as const;
  const cells = [cell('a', 'monocyte', 0, { seen } as Partial<Cell>)];
  expect(actionsOf([label('basophil', 0)], cells)).toEqual([]);
});

test('the type of a picture of one cell is that of the cell in its middle', () => {
  const cells = [cell('aside', 'basophil', 0), cell('middle', 'monocyte', 90)];
  expect(actionsOf([{ classIndex: names.indexOf('basophil') }], cells)).toEqual([
    { kind: 'reclassify', bin: 'basophil', cells: refs('middle') },
  ]);
  const two = [{ classIndex: 0 }, { classIndex: 1 }];
  expect(labelsToReviews(dataset, image(...two), { field, cells }).unused).toBe(2);
});
