import { expect, test } from 'vitest';
import { polygonsToRle, ringArea, ringToRle } from './polygon.ts';
import { rleArea } from './rle.ts';

const size = { width: 10, height: 8 };
const square = (x1: number, y1: number, x2: number, y2: number) => [x1, y1, x2, y1, x2, y2, x1, y2];

test('a ring of whole pixels covers exactly these', () => {
  expect(rleArea(ringToRle(square(1, 2, 5, 7), size))).toBe(4 * 5);
  expect(ringArea(square(1, 2, 5, 7))).toBe(4 * 5);
});

test('polygons unite, holes are cut out', () => {
  const rle = polygonsToRle(
    [{ outer: square(0, 0, 6, 6), holes: [square(1, 1, 3, 3)] }, { outer: square(5, 0, 8, 6) }],
    size,
  );
  expect(rleArea(rle)).toBe(8 * 6 - 2 * 2);
});

test('no polygons are an empty mask', () => {
  expect(rleArea(polygonsToRle([], size))).toBe(0);
});

test('refuses broken rings and endless boundaries', () => {
  expect(() => ringToRle([0, 0, 1, 1], size)).toThrow('at least 3 points');
  expect(() => ringToRle([0, 0, 1, Number.NaN, 3, 3], size)).toThrow('finite numbers');
  expect(() => ringToRle([0, 0, 1e12, 0, 0, 1e12], size)).toThrow('boundary must be at most');
});
