import { expect, test } from 'vitest';
import { thresholdGrid } from './threshold-grid.ts';

const image = { width: 20, height: 10 };
const over = (
  data: readonly number[],
  width: number,
  area: readonly [number, number, number, number],
) => {
  const [x1, y1, x2, y2] = area;
  const grid = { width, height: data.length / width, data };
  return thresholdGrid(grid, { x1, y1, x2, y2 }, image, 0.5);
};

test('the value between two numbers changes along a line, and beyond their middles stays', () => {
  // Middles of 1 and 0 lie at x = 4 and x = 12: above 0.5 left of x = 8.
  const placed = over([1, 0], 2, [0, 0, 16, 2])!;
  expect([placed.left, placed.top, placed.mask.width, placed.mask.height]).toEqual([0, 0, 8, 2]);
  expect(placed.mask.data.every((pixel) => pixel === 1)).toBe(true);
});

test('an area that reaches beyond the image is drawn where the image is', () => {
  const placed = over([0, 1], 2, [-4, -4, 12, 4])!; // the border between both lies at x = 4
  expect([placed.left, placed.top, placed.mask.width, placed.mask.height]).toEqual([4, 0, 8, 4]);
  expect(over([1], 1, [30, 0, 40, 5])).toBeUndefined();
});

test('what only reaches the threshold is not set; nothing set is undefined', () => {
  expect(over([0.5, 0.5, 0.5, 0.5], 2, [0, 0, 8, 8])).toBeUndefined();
  expect(over([0.51], 1, [2, 2, 5, 5])!.mask.data).toHaveLength(9);
});

test('a grid may begin anywhere in its data', () => {
  const data = [0, 0, 0, 0, 1, 1, 1, 1];
  const grid = { width: 2, height: 2, data };
  const area = { x1: 0, y1: 0, x2: 4, y2: 4 };
  expect(thresholdGrid(grid, area, image, 0.5)).toBeUndefined();
  expect(thresholdGrid({ ...grid, offset: 4 }, area, image, 0.5)!.mask.data).toHaveLength(16);
});
