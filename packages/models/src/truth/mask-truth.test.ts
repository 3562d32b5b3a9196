import { type Annotation, createRgbRaster, type Size } from '@leukoscope/core';
import { placementOf } from '@leukoscope/image';
import { expect, test } from 'vitest';
import { instanceTruth } from './instance-truth.ts';
import { pixelTruth } from './pixel-truth.ts';

const classes = ['neutrophil', 'lymphocyte'] as const;
const background = classes.length;
const size = { width: 16, height: 16 };
const plan = { count: 1, size, mostCells: 2 };
const sampleOf = (annotations: readonly Annotation[], picture: Size = size) => ({
  raster: createRgbRaster(picture),
  placement: placementOf(picture, size, 'letterbox'),
  annotations,
});
const block = (left: number, top: number, width: number, height: number) => ({
  left,
  top,
  mask: { width, height, data: new Uint8Array(width * height).fill(1) },
});
const numbers = (tensor: { data: ArrayLike<number | bigint> } | undefined) =>
  Array.from(tensor!.data as ArrayLike<number>, Number);
/** Positions of a value, as [x, y]. */
const places = (values: readonly number[], wanted: number) =>
  values.flatMap((value, i) => (value === wanted ? [[i % 16, Math.floor(i / 16)]] : []));
const rectangle = (left: number, top: number, width: number, height: number) =>
  Array.from({ length: width * height }, (_, i) => [
    left + (i % width),
    top + Math.floor(i / width),
  ]);

test('an instance has its box and, where it is outlined, its mask', () => {
  const values = instanceTruth(classes).collate(
    [
      sampleOf([
        { mask: block(2, 3, 4, 5), cellClass: 'lymphocyte' },
        { box: { x1: 10, y1: 10, x2: 14, y2: 14 }, cellClass: 'neutrophil' },
      ]),
    ],
    plan,
  );
  expect(numbers(values['gt_outlined'])).toEqual([1, 0]);
  expect(numbers(values['gt_exists'])).toEqual([1, 1]);
  const masks = numbers(values['gt_masks']);
  expect(places(masks.slice(0, 256), 1)).toEqual(rectangle(2, 3, 4, 5));
  expect(places(masks.slice(256), 1)).toEqual([]);
});

test('masks grow with the image and are cut at the border of the input', () => {
  const small = { width: 8, height: 8 };
  const { gt_masks } = instanceTruth(classes).collate(
    [sampleOf([{ mask: block(6, 2, 4, 3) }], small)],
    plan,
  );
  // Twice as large; columns 12 and more, of which four lie inside.
  expect(places(numbers(gt_masks).slice(0, 256), 1)).toEqual(rectangle(12, 4, 4, 6));
});

test('an instance truth without cells is empty, and has the shapes of the inputs', () => {
  const spec = instanceTruth(classes);
  const values = spec.collate([sampleOf([])], plan);
  const inputs = spec.inputs(plan);
  for (const name of ['gt_exists', 'gt_outlined', 'gt_masks'])
    expect(new Set(numbers(values[name])), name).toEqual(new Set([0]));
  expect(values['gt_masks']!.shape).toEqual(inputs.masks.shape);
  expect(values['gt_outlined']!.shape).toEqual(inputs.outlined.shape);
});

const pixels = (annotations: readonly Annotation[], picture?: Size) => {
  const values = pixelTruth(classes).collate([sampleOf(annotations, picture)], plan);
  return {
    classMap: numbers(values['gt_class_map']),
    weight: numbers(values['gt_pixel_weight']),
  };
};

test('a class map has the class inside outlines and background elsewhere', () => {
  const { classMap, weight } = pixels([{ mask: block(2, 3, 4, 5), cellClass: 'lymphocyte' }]);
  expect(places(classMap, 1)).toEqual(rectangle(2, 3, 4, 5));
  expect(classMap.filter((value) => value === background)).toHaveLength(256 - 20);
  expect(new Set(weight)).toEqual(new Set([1]));
});

test('padding is unknown', () => {
  const { classMap, weight } = pixels([], { width: 16, height: 8 });
  expect(places(weight, 1)).toEqual(rectangle(0, 4, 16, 8));
  expect(new Set(classMap)).toEqual(new Set([background]));
});

test('a cell that is boxed but not outlined is unknown inside its box, also where the box is cut', () => {
  const { weight } = pixels([
    { box: { x1: 12.5, y1: -3, x2: 20, y2: 4 }, cellClass: 'neutrophil' },
  ]);
  expect(places(weight, 0)).toEqual(rectangle(12, 0, 4, 4));
});

test('an outlined cell beside a boxed one stays known', () => {
  const { weight, classMap } = pixels([
    { mask: block(2, 2, 4, 4), cellClass: 'neutrophil' },
    { box: { x1: 4, y1: 2, x2: 10, y2: 6 } },
  ]);
  expect(places(classMap, 0)).toEqual(rectangle(2, 2, 4, 4));
  expect(places(weight, 0)).toEqual(rectangle(6, 2, 4, 4));
});

test('an outlined cell without one exact type is unknown, a foreign kind is background', () => {
  const untyped = pixels([{ mask: block(2, 3, 4, 5), cellClass: 'leukocyte' }]);
  expect(places(untyped.weight, 0)).toEqual(rectangle(2, 3, 4, 5));
  const foreign = pixels([{ mask: block(2, 3, 4, 5), cellClass: 'erythrocyte' }]);
  expect(new Set(foreign.weight)).toEqual(new Set([1]));
  expect(new Set(foreign.classMap)).toEqual(new Set([background]));
});

test('a crowd, whose cells nobody told apart, is no background', () => {
  const { weight } = pixels([{ mask: block(2, 3, 4, 5), cellClass: 'neutrophil', isCrowd: true }]);
  expect(places(weight, 0)).toEqual(rectangle(2, 3, 4, 5));
  const boxed = pixels([{ box: { x1: 1, y1: 2, x2: 4, y2: 4 }, isCrowd: true }]);
  expect(places(boxed.weight, 0)).toEqual(rectangle(1, 2, 3, 2));
});

test('more outlined cells than a plan has rows all count', () => {
  const { classMap } = pixels(
    [0, 4, 8, 12].map((x) => ({ mask: block(x, 0, 2, 2), cellClass: 'neutrophil' })),
  );
  expect(places(classMap, 0)).toHaveLength(16);
});
