import { createMask, createRandom, type Mask } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { labelComponents } from './components.ts';
import { contourArea, distanceToSegment, simplifyContour, traceContours } from './contour.ts';
import { convexHull } from './convex-hull.ts';

function maskOf(...rows: string[]): Mask {
  const data = Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0));
  return createMask({ width: rows[0]!.length, height: rows.length }, data);
}

test('traces a rectangle clockwise by its four corners', () => {
  const [contour, ...others] = traceContours(maskOf('....', '.##.', '.##.', '....'));
  expect(others).toEqual([]);
  expect(contour).toEqual({
    isHole: false,
    points: [
      { x: 1, y: 1 },
      { x: 3, y: 1 },
      { x: 3, y: 3 },
      { x: 1, y: 3 },
    ],
  });
});

test('traces a hole counter-clockwise', () => {
  const contours = traceContours(maskOf('###', '#.#', '###'));
  expect(contours.map(({ isHole, points }) => [isHole, contourArea(points)])).toEqual([
    [false, 9],
    [true, -1],
  ]);
});

test('keeps pixels that touch at a corner in one contour', () => {
  const contours = traceContours(maskOf('#.', '.#'));
  expect(contours.length).toBe(1);
  expect(contourArea(contours[0]!.points)).toBe(2);
});

test('encloses exactly the set pixels of random masks, one outer contour a component', () => {
  const random = createRandom(3);
  for (let round = 0; round < 30; round++) {
    const mask = createMask({ width: 17, height: 13 });
    for (let i = 0; i < mask.data.length; i++) mask.data[i] = random.chance(0.55) ? 1 : 0;
    const contours = traceContours(mask);
    const area = contours.reduce((sum, { points }) => sum + contourArea(points), 0);
    expect(area).toBe(mask.data.reduce((sum, value) => sum + value, 0));
    const outer = contours.filter(({ isHole }) => !isHole).length;
    expect(outer).toBe(labelComponents(mask, 8).count);
  }
});

test('simplifies a staircase to its diagonal, and never moves farther than the tolerance', () => {
  const stairs = traceContours(maskOf('#....', '##...', '###..', '####.', '#####'))[0]!.points;
  const simple = simplifyContour(stairs, 1);
  expect(simple.length).toBeLessThan(stairs.length);
  for (const point of stairs) {
    const away = simple.map((a, i) =>
      distanceToSegment(point, a, simple[(i + 1) % simple.length]!),
    );
    expect(Math.min(...away)).toBeLessThanOrEqual(1);
  }
  expect(simplifyContour(stairs, 0)).toEqual(stairs);
});

test('wraps points in their convex hull', () => {
  const square = [
    { x: 0, y: 0 },
    { x: 4, y: 0 },
    { x: 4, y: 4 },
    { x: 0, y: 4 },
  ];
  const hull = convexHull([...square, { x: 2, y: 1 }, { x: 2, y: 0 }]);
  expect(hull.length).toBe(4);
  expect(contourArea(hull)).toBe(16);
});
