import { createRandom } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { kmeansAnchors, meanBestIou, shapeIou } from './kmeans-anchors.ts';
import type { AnchorSize } from './yolo-places.ts';

test('the distance is of shapes laid on one middle', () => {
  expect(shapeIou([10, 20], [20, 10])).toBeCloseTo(100 / (200 + 200 - 100), 12);
  expect(shapeIou([7, 7], [7, 7])).toBe(1);
});

test('finds the clusters that were drawn, smallest first', () => {
  const random = createRandom(5);
  const centres: AnchorSize[] = [
    [100, 60],
    [20, 20],
    [60, 100],
  ];
  const sizes = centres.flatMap(([w, h]) =>
    Array.from(
      { length: 50 },
      (): AnchorSize => [w * random.uniform(0.9, 1.1), h * random.uniform(0.9, 1.1)],
    ),
  );
  const anchors = kmeansAnchors(sizes, 3, createRandom(1));
  expect(anchors[0]!.map((side) => Math.round(side / 10))).toEqual([2, 2]);
  const large = anchors.slice(1).map((size) => size.map((side) => Math.round(side / 10)));
  expect(large).toContainEqual([10, 6]);
  expect(large).toContainEqual([6, 10]);
  expect(meanBestIou(sizes, anchors)).toBeGreaterThan(0.9);
});

test('more anchors fit better, and a small box counts as much as a large one', () => {
  const sizes: AnchorSize[] = [4, 5, 6, 400, 500, 600].map((side) => [side, side]);
  const [two, three] = [2, 3].map((count) => kmeansAnchors(sizes, count, createRandom(2)));
  expect(two!.map(([side]) => side)).toEqual([(4 + 5 + 6) / 3, (400 + 500 + 600) / 3]);
  expect(meanBestIou(sizes, three!)).toBeGreaterThan(meanBestIou(sizes, two!));
});

test('repeats sizes where there are fewer than anchors, and refuses what cannot be', () => {
  const same: AnchorSize[] = [
    [3, 4],
    [3, 4],
  ];
  expect(kmeansAnchors(same, 2, createRandom(1))).toEqual(same);
  expect(() => kmeansAnchors(same, 3, createRandom(1))).toThrow('from 1 to the 2 boxes');
});
