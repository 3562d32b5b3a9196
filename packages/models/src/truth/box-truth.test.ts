import { type Annotation, createRgbRaster, type Size } from '@leukoscope/core';
import { boxToImage, placementOf } from '@leukoscope/image';
import { expect, test } from 'vitest';
import { boxTruth, placedCells } from './box-truth.ts';

const classes = ['neutrophil', 'lymphocyte'] as const;
const image = { width: 100, height: 50 };
const size = { width: 64, height: 64 };
const plan = { count: 1, size, mostCells: 3 };
const sampleOf = (annotations: readonly Annotation[], picture: Size = image) => ({
  raster: createRgbRaster(picture),
  placement: placementOf(picture, size, 'letterbox'),
  annotations,
});
const box = (x1: number, y1: number, x2: number, y2: number) => ({ x1, y1, x2, y2 });
const collate = (...annotations: Annotation[]) => {
  const values = boxTruth(classes).collate([sampleOf(annotations)], plan);
  const list = (name: string) => [...values[name]!.data].map(Number);
  return {
    boxes: list('gt_boxes'),
    exists: list('gt_exists'),
    classIndex: list('gt_class'),
    typed: list('gt_typed'),
  };
};

test('boxes stand in pixels of the letterboxed input, and come back to the image', () => {
  const given = box(10, 5, 60, 45);
  const sample = sampleOf([{ box: given, cellClass: 'lymphocyte' }]);
  const [cell] = placedCells(sample, classes, plan);
  // 100 x 50 -> 64 x 32 in the middle of 64 x 64: times 0.64, 16 below the top.
  expect(cell!.box).toEqual(box(6.4, 3.2 + 16, 38.4, 28.8 + 16));
  const back = boxToImage(cell!.box, sample.placement);
  for (const side of ['x1', 'y1', 'x2', 'y2'] as const)
    expect(back[side]).toBeCloseTo(given[side], 9);
  expect([cell!.classIndex, cell!.isTyped]).toEqual([1, true]);
});

test('rows beyond the cells are empty, and a picture without cells is empty', () => {
  const one = collate({ box: box(0, 0, 50, 50), cellClass: 'neutrophil' });
  expect(one.exists).toEqual([1, 0, 0]);
  expect(one.boxes).toEqual([0, 16, 32, 48, ...new Array(8).fill(0)]);
  expect(collate().exists).toEqual([0, 0, 0]);
  expect(collate().boxes).toEqual(new Array(12).fill(0));
});

test('a cell without a type and one with a coarse type are there, but not typed', () => {
  const place = box(0, 0, 20, 20);
  const untyped = collate({ box: place });
  expect([untyped.exists, untyped.typed]).toEqual([
    [1, 0, 0],
    [0, 0, 0],
  ]);
  const coarse = collate({ box: place, cellClass: 'leukocyte' });
  expect([coarse.exists, coarse.typed]).toEqual([
    [1, 0, 0],
    [0, 0, 0],
  ]);
  const fine = collate({ box: place, cellClass: 'band-neutrophil' });
  expect([fine.classIndex[0], fine.typed[0]]).toEqual([0, 1]);
});

test('crowds, kinds that are not among the classes, boxes without area and labels without a place are left out', () => {
  const { exists } = collate(
    { box: box(0, 0, 20, 20), cellClass: 'neutrophil', isCrowd: true },
    { box: box(0, 0, 20, 20), cellClass: 'erythrocyte' },
    { box: box(5, 5, 5, 20), cellClass: 'neutrophil' },
    { cellClass: 'neutrophil' },
  );
  expect(exists).toEqual([0, 0, 0]);
});

test('a box that reaches beyond the image is cut at the input, one outside is left out', () => {
  const square = { width: 64, height: 64 };
  const cut = (given: Annotation) => placedCells(sampleOf([given], square), classes, plan);
  expect(cut({ box: box(-10, 40, 20, 90) })[0]!.box).toEqual(box(0, 40, 20, 64));
  expect(cut({ box: box(-30, 0, -5, 20) })).toEqual([]);
});

test('a cell with an outline only has the box of the outline', () => {
  const square = { width: 64, height: 64 };
  const mask = { left: 8, top: 4, mask: { width: 3, height: 2, data: new Uint8Array(6).fill(1) } };
  const [cell] = placedCells(sampleOf([{ mask }], square), classes, plan);
  expect(cell!.box).toEqual(box(8, 4, 11, 6));
});

test('of more cells than fit the largest count', () => {
  const square = { width: 64, height: 64 };
  const sides = [4, 20, 8, 30, 12];
  const annotations = sides.map((side) => ({ box: box(0, 0, side, side) }));
  const cells = placedCells(sampleOf(annotations, square), classes, plan);
  expect(cells.map((cell) => cell.box.x2)).toEqual([30, 20, 12]);
});

test('values have the shapes of the inputs', () => {
  const spec = boxTruth(classes);
  const values = spec.collate([sampleOf([]), sampleOf([])], { ...plan, count: 2 });
  const inputs = spec.inputs({ ...plan, count: 2 });
  expect(values['gt_boxes']!.shape).toEqual(inputs.boxes.shape);
  expect(values['gt_exists']!.shape).toEqual(inputs.exists.shape);
  expect(values['gt_class']!.shape).toEqual(inputs.classIndex.shape);
  expect(values['gt_typed']!.shape).toEqual(inputs.typed.shape);
});
