import { float32, int64 } from '@leukoscope/core';
import { constant } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { evaluateGraph } from '../../../nn/test/evaluate-graph.ts';
import type { BoxTruth } from '../truth/box-truth.ts';
import { pointsOf } from './dense-anchors.ts';
import { boxesAround, centrenessOf, matchPoints } from './points.ts';

const map = (side: number) => constant(float32(new Float32Array(side * side), [1, 1, side, side]));
// 16 points of stride 8 and 4 of stride 16, in the middle of their places
const points = pointsOf(
  [
    { map: map(4), stride: 8 },
    { map: map(2), stride: 16 },
  ],
  0.5,
);

/** One image; the last row is padding. */
const truthOf = (...boxes: readonly number[][]): BoxTruth => {
  const M = boxes.length + 1;
  const ones = [...boxes.map(() => 1), 0];
  return {
    boxes: constant(float32([...boxes.flat(), 0, 0, 32, 32], [1, M, 4])),
    exists: constant(float32(ones, [1, M])),
    classIndex: constant(int64(ones, [1, M])),
    typed: constant(float32(ones, [1, M])),
  };
};

/** Points that belong to a cell, by number, and to which. */
async function owners(truth: BoxTruth, radius: number): Promise<Record<number, number>> {
  const { gtIndex, positive } = matchPoints(points, truth, radius);
  const found = await evaluateGraph({ gtIndex, positive });
  const pairs = found.gtIndex.flatMap((m, a) => (found.positive[a] === 1 ? [[a, m]] : []));
  return Object.fromEntries(pairs) as Record<number, number>;
}

test('points lie where the offset says', async () => {
  const { x, y } = await evaluateGraph({ x: points.x, y: points.y });
  expect([x[0], y[0], x[5], y[5], x[16], y[19]]).toEqual([4, 4, 12, 12, 8, 24]);
  const atCorners = pointsOf([{ map: map(2), stride: 16 }], 0);
  expect((await evaluateGraph({ x: atCorners.x })).x).toEqual([0, 16, 0, 16]);
});

test('a cell has the points near its middle, on the levels whose distances fit', async () => {
  // 14 x 14 around (12, 12): every distance is below 64, so that only the finest level takes it.
  expect(await owners(truthOf([5, 5, 19, 19]), 0.5)).toEqual({ 5: 0 });
  // Within 1.5 strides, 12 pixels, and inside the box: (12, 12) and nothing else is inside by more.
  expect(Object.keys(await owners(truthOf([3, 3, 21, 21]), 1.5)).map(Number)).toEqual([
    0, 1, 2, 4, 5, 6, 8, 9, 10,
  ]);
});

test('the coarsest level takes what is too large for the others', async () => {
  // From (8, 24) the far side is 120 away: beyond 8 strides of 8, and beyond 4 of 16.
  const found = await owners(truthOf([-104, -104, 128, 128]), 1.5);
  expect(Object.keys(found).every((a) => Number(a) >= 16)).toBe(true);
  expect(Object.keys(found)).toHaveLength(4);
});

test('the smaller of two cells has a point that lies in both', async () => {
  const small = [8, 8, 16, 16];
  const large = [3, 3, 21, 21];
  expect((await owners(truthOf(large, small), 1.5))[5]).toBe(1);
  expect((await owners(truthOf(small, large), 1.5))[5]).toBe(0);
});

test('distances around points are boxes, and centreness falls towards the border', async () => {
  const distances = constant(float32([1, 2, 3, 4], [1, 1, 4]));
  const chosen = {
    x: constant(float32([12], [1, 1])),
    y: constant(float32([20], [1, 1])),
    stride: constant(float32([8], [1, 1])),
  };
  const boxes = boxesAround(chosen, distances);
  const central = (positive: boolean) =>
    centrenessOf(
      chosen,
      boxes,
      constant({ dtype: 'bool', shape: [1, 1], data: Uint8Array.of(positive ? 1 : 0) }),
    );
  const found = await evaluateGraph({ boxes, inside: central(true), outside: central(false) });
  expect(found.boxes).toEqual([12 - 8, 20 - 16, 12 + 24, 20 + 32]);
  expect(found.inside[0]).toBeCloseTo(Math.sqrt((1 / 3) * (2 / 4)), 6);
  expect(found.outside[0]).toBe(0);
});
