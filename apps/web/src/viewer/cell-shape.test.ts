import { decodeRle, maskArea, rleArea, rleFromString } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { type CellShape, shapeOfBox, shapeOfRing } from './cell-shape.ts';

const field = { width: 120, height: 80 };

function areaOf(shape: CellShape | undefined): number {
  return rleArea(rleFromString(shape!.mask!.counts, field));
}

test('a drawn square becomes the mask of its pixels and their tight box', () => {
  const shape = shapeOfRing([10, 20, 40, 20, 40, 50, 10, 50], field);
  expect(shape?.box).toEqual({ x1: 10, y1: 20, x2: 40, y2: 50 });
  expect(areaOf(shape)).toBe(30 * 30);
  expect(shape?.mask).toMatchObject(field);
});

test('what lies beside the field is cut off', () => {
  const shape = shapeOfRing([-20, -20, 30, -20, 30, 30, -20, 30], field);
  expect(shape?.box).toEqual({ x1: 0, y1: 0, x2: 30, y2: 30 });
});

test('of a figure of eight the larger loop stays', () => {
  // Two triangles that meet at (30, 40): the left one is 20 wide, the right one 50.
  const shape = shapeOfRing([10, 20, 10, 60, 80, 0, 80, 79], field);
  expect(shape!.box.x1).toBeGreaterThan(20);
  expect(shape!.box.x2).toBe(80);
});

test('a small loop at the end of the stroke leaves no hole', () => {
  const stroke = [10, 10, 60, 10, 60, 60, 10, 60, 10, 15, 30, 12, 30, 25, 12, 25];
  const { data } = decodeRle(rleFromString(shapeOfRing(stroke, field)!.mask!.counts, field));
  // Straight down the middle nothing is missing between the first and the last pixel.
  const column = Array.from({ length: field.height }, (_, y) => data[y * field.width + 40]);
  expect(column.join('')).toMatch(/^0*1+0*$/);
  expect(maskArea({ ...field, data })).toBeGreaterThan(2000);
});

test('a slip of the hand is no cell', () => {
  expect(shapeOfRing([10, 10, 12, 10, 12, 12], field)).toBeUndefined();
  expect(shapeOfRing([10, 10, 60, 60], field)).toBeUndefined();
  expect(shapeOfRing([200, 10, 260, 10, 260, 60], field)).toBeUndefined();
  expect(shapeOfBox({ x1: 10, y1: 10, x2: 13.9, y2: 50 }, field)).toBeUndefined();
});

test('a box may be dragged from any corner and stays in the field', () => {
  expect(shapeOfBox({ x1: 50, y1: 90, x2: -10, y2: 20.004 }, field)).toEqual({
    box: { x1: 0, y1: 20, x2: 50, y2: 80 },
    mask: null,
  });
});
