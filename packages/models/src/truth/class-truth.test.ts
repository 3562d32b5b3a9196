import { type CellClass, createRgbRaster } from '@leukoscope/core';
import { placementOf } from '@leukoscope/image';
import { expect, test } from 'vitest';
import { allowedByLabel, classTruth } from './class-truth.ts';

const classes = ['band-neutrophil', 'segmented-neutrophil', 'lymphocyte'] as const;
const size = { width: 32, height: 32 };
const plan = { count: 1, size, mostCells: 1 };
const sample = (...labels: (CellClass | undefined)[]) => ({
  raster: createRgbRaster(size),
  placement: placementOf(size, size, 'letterbox'),
  annotations: labels.map((cellClass) => (cellClass === undefined ? {} : { cellClass })),
});
const collate = (...labels: (CellClass | undefined)[]) => {
  const { class_allowed: allowed, class_weight: weight } = classTruth(classes).collate(
    [sample(...labels)],
    plan,
  );
  return { allowed: [...allowed!.data].map(Number), weight: [...weight!.data].map(Number) };
};

test('a class of the model, a finer one, a coarser one, and one that is none of them', () => {
  expect(allowedByLabel('lymphocyte', classes)).toEqual([false, false, true]);
  expect(allowedByLabel('reactive-lymphocyte', classes)).toEqual([false, false, true]);
  expect(allowedByLabel('neutrophil', classes)).toEqual([true, true, false]);
  expect(allowedByLabel('platelet', classes)).toEqual([false, false, false]);
});

test('a label counts as much as its annotation says', () => {
  const { annotations, ...rest } = sample('lymphocyte');
  const lighter = { ...rest, annotations: annotations.map((one) => ({ ...one, weight: 0.3 })) };
  const { class_weight: weight } = classTruth(classes).collate([lighter], plan);
  expect(weight!.data[0]).toBeCloseTo(0.3, 6);
});

test('a label counts once, a coarse one for all that it allows, none and a foreign one not at all', () => {
  expect(collate('lymphocyte')).toEqual({ allowed: [0, 0, 1], weight: [1] });
  expect(collate('neutrophil')).toEqual({ allowed: [1, 1, 0], weight: [1] });
  expect(collate('platelet')).toEqual({ allowed: [0, 0, 0], weight: [0] });
  expect(collate()).toEqual({ allowed: [0, 0, 0], weight: [0] });
  expect(collate(undefined)).toEqual({ allowed: [0, 0, 0], weight: [0] });
});

test('the first annotation with a type speaks for the picture', () => {
  expect(collate(undefined, 'lymphocyte', 'band-neutrophil').allowed).toEqual([0, 0, 1]);
});

test('rows of a batch follow its samples, in the shapes of the inputs', () => {
  const spec = classTruth(classes);
  const batch = { ...plan, count: 2 };
  const values = spec.collate([sample('lymphocyte'), sample('band-neutrophil')], batch);
  const inputs = spec.inputs(batch);
  expect([...values['class_allowed']!.data].map(Number)).toEqual([0, 0, 1, 1, 0, 0]);
  expect(values['class_allowed']!.shape).toEqual(inputs.allowed.shape);
  expect(values['class_weight']!.shape).toEqual(inputs.weight.shape);
});
