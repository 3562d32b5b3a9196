import { expect, test } from 'vitest';
import { cellAt, distanceToRings, isInRings } from './hit-test.ts';
import { testCell } from './test-cell.ts';

const large = testCell({ id: 'large', box: { x1: 0, y1: 0, x2: 100, y2: 100 } });
const small = testCell({ id: 'small', box: { x1: 40, y1: 40, x2: 60, y2: 60 } });

test('of two cells under a point the smaller one is meant, in either order', () => {
  expect(cellAt([large, small], { x: 50, y: 50 }, 0)?.id).toBe('small');
  expect(cellAt([small, large], { x: 50, y: 50 }, 0)?.id).toBe('small');
  expect(cellAt([large, small], { x: 10, y: 10 }, 0)?.id).toBe('large');
});

test('beside every cell there is none', () => {
  expect(cellAt([large, small], { x: 101, y: 50 }, 0)).toBeUndefined();
});

test('reach takes in a point just outside', () => {
  expect(cellAt([large], { x: 101, y: 50 }, 2)?.id).toBe('large');
});

test('being inside one cell beats being near a smaller one', () => {
  expect(cellAt([large, small], { x: 39, y: 50 }, 3)?.id).toBe('large');
});

test('a hole is outside', () => {
  const rings = [
    [0, 0, 10, 0, 10, 10, 0, 10],
    [4, 4, 6, 4, 6, 6, 4, 6],
  ];
  expect(isInRings(rings, { x: 2, y: 2 })).toBe(true);
  expect(isInRings(rings, { x: 5, y: 5 })).toBe(false);
});

test('distance is to the nearest edge, also past a corner', () => {
  const rings = [[0, 0, 10, 0, 10, 10, 0, 10]];
  expect(distanceToRings(rings, { x: 5, y: 2 })).toBe(2);
  expect(distanceToRings(rings, { x: 13, y: 14 })).toBe(5);
});
