/**
 * @file Points and cells (FCOS, Tian et al. 2019): which point belongs to which cell, and boxes as distances
 * from a point to the four sides, in strides.
 *
 * Numbers as torchvision's FCOS 0.14. N images, M cells, A points.
 */
import { float32 } from '@leukoscope/core';
import {
  abs,
  add,
  and,
  argMax,
  boxSides,
  concat,
  constant,
  div,
  greater,
  type Matches,
  max,
  maximum,
  minimum,
  mul,
  not,
  reshape,
  sqrt,
  stopGradient,
  sub,
  type Tensor,
  where,
} from '@leukoscope/nn';
import type { BoxTruth } from '../truth/box-truth.ts';
import type { LevelPoints } from './dense-anchors.ts';

/** Points [A], or [N, P] of chosen ones. */
type Points = Pick<LevelPoints, 'x' | 'y' | 'stride'>;

/**
 * Give each point the smallest cell that it may belong to: the point lies inside the box, within
 * `centreRadius` strides of its middle, and its longest distance to a side is what its level is for
 * (4 to 8 strides; the finest level takes all below, the coarsest all above).
 */
export function matchPoints(points: LevelPoints, truth: BoxTruth, centreRadius: number): Matches {
  const [N, M] = truth.exists.shape as [number, number];
  const cells = boxSides(truth.boxes).map((side) => reshape(side, [N, M, 1]));
  const [x1, y1, x2, y2] = cells as [Tensor, Tensor, Tensor, Tensor];
  const { x, y, stride } = points;
  const middle = (a: Tensor, b: Tensor) => mul(add(a, b), 0.5);
  const offset = maximum(abs(sub(x, middle(x1, x2))), abs(sub(y, middle(y1, y2)))); // [N, M, A]
  const [left, top, right, bottom] = [sub(x, x1), sub(y, y1), sub(x2, x), sub(y2, y)];
  const nearest = minimum(minimum(left, top), minimum(right, bottom));
  const farthest = maximum(maximum(left, top), maximum(right, bottom));
  const { low, high } = rangesOf(points.groups, stride);
  const isCentral = greater(mul(stride, centreRadius), offset);
  const isInRange = and(greater(farthest, low), greater(high, farthest));
  const exists = greater(reshape(truth.exists, [N, M, 1]), 0);
  const fits = and(and(and(isCentral, greater(nearest, 0)), isInRange), exists);
  // The smallest box wins: areas stay far below 1e8.
  const area = mul(sub(x2, x1), sub(y2, y1));
  const quality = where(fits, sub(1e8, area), 0);
  const positive = greater(max(quality, [1]), 0);
  return { gtIndex: argMax(quality, 1), positive, negative: not(positive) };
}

/** Longest distances that points of each level take: float32 [A]. */
function rangesOf(groups: readonly number[], stride: Tensor): { low: Tensor; high: Tensor } {
  const perLevel = (finest: number, others: number, coarsest: number) => {
    const last = groups.length - 1;
    const factors = groups.flatMap((count, level) => {
      const factor = level === 0 ? finest : level === last ? coarsest : others;
      return new Array<number>(count).fill(factor);
    });
    return mul(stride, constant(float32(factors)));
  };
  return { low: perLevel(0, 4, 4), high: perLevel(8, 8, 1e6) };
}

/** Boxes [N, A, 4] from distances [N, A, 4] in strides. */
export function boxesAround({ x, y, stride }: Points, distances: Tensor): Tensor {
  const [left, top, right, bottom] = boxSides(distances).map((d) => mul(d, stride)) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const sides = [sub(x, left), sub(y, top), add(x, right), add(y, bottom)];
  return concat(
    sides.map((side) => reshape(side, [...side.shape, 1])),
    -1,
  );
}

/** √(min(l, r) / max(l, r) · min(t, b) / max(t, b)) of points in their cells [N, A, 4]; elsewhere 0. */
export function centrenessOf({ x, y }: Points, boxes: Tensor, positive: Tensor): Tensor {
  const [x1, y1, x2, y2] = boxSides(boxes);
  const share = (a: Tensor, b: Tensor) => div(minimum(a, b), maximum(maximum(a, b), 1e-6));
  const across = mul(share(sub(x, x1), sub(x2, x)), share(sub(y, y1), sub(y2, y)));
  return stopGradient(sqrt(where(positive, across, 0)));
}
