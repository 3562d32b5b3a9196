import { ringArea } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { simplifyRing, smoothRing } from './simplify-ring.ts';

const circle = (radius: number, points: number) =>
  Array.from({ length: points }, (_, i) => (2 * Math.PI * i) / points).flatMap((angle) => [
    100 + radius * Math.cos(angle),
    100 + radius * Math.sin(angle),
  ]);

test('points on the sides of a square go, its corners stay', () => {
  const square = [0, 0, 5, 0, 10, 0, 10, 5, 10, 10, 5, 10, 0, 10, 0, 5];
  expect(new Set(pairs(simplifyRing(square, 0.1)))).toEqual(
    new Set(['0,0', '10,0', '10,10', '0,10']),
  );
});

test('a circle keeps its area within what the tolerance allows', () => {
  const ring = circle(40, 360);
  const simple = simplifyRing(ring, 0.5);
  expect(simple.length).toBeLessThan(ring.length / 6);
  // At most half a pixel is lost all the way round: 2 pi r * 0.5
  expect(Math.abs(ringArea(simple) - ringArea(ring))).toBeLessThan(2 * Math.PI * 40 * 0.5);
});

test('a larger tolerance never leaves more points', () => {
  const ring = circle(40, 360);
  expect(simplifyRing(ring, 2).length).toBeLessThanOrEqual(simplifyRing(ring, 0.5).length);
});

test('a flat ring stays a triangle', () => {
  expect(simplifyRing([0, 0, 50, 0.1, 100, 0, 50, -0.05], 5)).toHaveLength(6);
});

test('triangles and a tolerance of zero change nothing', () => {
  const triangle = [0, 0, 4, 0, 0, 4];
  expect(simplifyRing(triangle, 3)).toBe(triangle);
  const ring = circle(10, 20);
  expect(simplifyRing(ring, 0)).toBe(ring);
});

test('smoothing turns the staircase of a slope into a straight line', () => {
  const steps = [0, 0, 1, 0, 1, 1, 2, 1, 2, 2, 3, 2, 3, 3, 0, 3];
  const smooth = smoothRing(steps);
  // The middles of the steps lie on y = x - 0.5 and y = x - 0.5: (0.5, 0), (1, 0.5), (1.5, 1), ...
  expect(smooth.slice(0, 10)).toEqual([0.5, 0, 1, 0.5, 1.5, 1, 2, 1.5, 2.5, 2]);
});

function pairs(ring: readonly number[]): string[] {
  return Array.from({ length: ring.length / 2 }, (_, i) => `${ring[i * 2]},${ring[i * 2 + 1]}`);
}
