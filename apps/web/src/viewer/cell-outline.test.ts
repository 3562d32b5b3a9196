import { polygonsToRle, ringArea, rleToString } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { testCell } from './test-cell.ts';
import { isOutlineReady, outlineOf, prepareOutlines, ringsAtScale } from './cell-outline.ts';

const size = { width: 200, height: 150 };
const box = { x1: 20, y1: 30, x2: 60, y2: 70 };

function maskOf(outer: readonly number[], holes: readonly (readonly number[])[] = []) {
  return { ...size, counts: rleToString(polygonsToRle([{ outer, holes }], size)) };
}

const disc = Array.from({ length: 90 }, (_, i) => (2 * Math.PI * i) / 90).flatMap((angle) => [
  40 + 20 * Math.cos(angle),
  50 + 20 * Math.sin(angle),
]);

test('a cell without a mask is outlined by its box', () => {
  expect(outlineOf({ box, mask: null }).fine).toEqual([[20, 30, 60, 30, 60, 70, 20, 70]]);
});

test('a round mask gives one smooth line of nearly its area', () => {
  const { fine } = outlineOf({ box, mask: maskOf(disc) });
  expect(fine).toHaveLength(1);
  expect(Math.abs(ringArea(fine[0]!) - Math.PI * 400)).toBeLessThan(0.03 * Math.PI * 400);
});

test('from afar the line has fewer points, and close by all of them', () => {
  const outline = outlineOf({ box, mask: maskOf(disc) });
  const pointsAt = (scale: number) => ringsAtScale(outline, scale)[0]!.length;
  expect(pointsAt(0.1)).toBeLessThan(pointsAt(0.4));
  expect(pointsAt(0.4)).toBeLessThan(pointsAt(1.5));
  expect(ringsAtScale(outline, 20)).toBe(outline.fine);
});

test('preparing stops when its time is over and goes on the next time', () => {
  const cells = ['a', 'b'].map((id) => testCell({ id, box, mask: maskOf(disc) }));
  expect(prepareOutlines(cells, 0)).toBe(false);
  expect(prepareOutlines(cells, 10_000)).toBe(true);
  expect(cells.every(isOutlineReady)).toBe(true);
});

test('a hole is a ring of its own', () => {
  const hole = [35, 45, 45, 45, 45, 55, 35, 55];
  expect(outlineOf({ box, mask: maskOf(disc, [hole]) }).fine).toHaveLength(2);
});

test('a mask is read once', () => {
  const cell = { box, mask: maskOf(disc) };
  expect(isOutlineReady(cell)).toBe(false);
  const outline = outlineOf(cell);
  expect(isOutlineReady(cell)).toBe(true);
  expect(outlineOf({ ...cell })).toBe(outline);
});

test('an empty mask falls back to the box it came with', () => {
  const empty = { ...size, counts: rleToString(polygonsToRle([], size)) };
  expect(outlineOf({ box, mask: empty }).fine).toEqual([[20, 30, 60, 30, 60, 70, 20, 70]]);
});
