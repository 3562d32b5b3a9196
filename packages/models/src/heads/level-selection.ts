/**
 * @file FSAF's anchor-free targets (Zhu et al. 2019): each cell is learned on the level where the network
 * does it best right now, at the places of its inner fifth; a belt around them does not count.
 *
 * A place belongs to a region when its square of the grid overlaps the shrunk box, so that no region is
 * empty. N images, M cells, A places of L levels, K classes.
 */
import { float32 } from '@leukoscope/core';
import {
  add,
  and,
  argMax,
  argMin,
  asBool,
  boxSides,
  cast,
  concat,
  constant,
  abs,
  div,
  greater,
  lessOrEqual,
  log,
  type Matches,
  matmul,
  max,
  maximum,
  mul,
  neg,
  not,
  oneHot,
  or,
  pairwiseIou,
  reshape,
  sigmoidFocalLoss,
  sliceAxis,
  stopGradient,
  sub,
  sum,
  type Tensor,
  transpose,
  where,
} from '@leukoscope/nn';
import type { BoxTruth } from '../truth/box-truth.ts';
import type { LevelPoints } from './dense-anchors.ts';

/** Shares of a box's sides. */
export interface RegionShares {
  /** Places inside learn the cell. */
  readonly effective: number;
  /** Places between this and the inner region learn nothing. */
  readonly ignored: number;
}

/** What the anchor-free branch predicts; A rows in the order of the points. */
export interface FreeOutputs {
  /** [N, A, K]. */
  readonly logits: Tensor;
  /** xyxy [N, A, 4]. */
  readonly boxes: Tensor;
  /** In the middles of the places. */
  readonly points: LevelPoints;
}

/** Which level learns each cell, and what that makes of the places. */
export interface LevelSelection {
  /** int64 [N, M], the finest is 0. */
  readonly level: Tensor;
  readonly matches: Matches;
}

/** Choose levels and assign places. */
export function selectLevels(
  outputs: FreeOutputs,
  truth: BoxTruth,
  shares: RegionShares,
): LevelSelection {
  const { points } = outputs;
  const [N, M] = truth.exists.shape as [number, number];
  const effective = regionOf(points, truth, shares.effective); // bool [N, M, A]
  const level = argMin(levelCosts(outputs, truth, effective), 2); // [N, M]
  const A = points.x.shape[0]!;
  const ofPlace = constant(float32(levelNumbers(points.groups), [1, 1, A]));
  const chosen = reshape(cast(level, 'float32'), [N, M, 1]);
  const away = abs(sub(ofPlace, chosen)); // [N, M, A]
  const exists = reshape(asBool(truth.exists), [N, M, 1]);
  const learns = and(and(effective, lessOrEqual(away, 0)), exists);
  const rests = and(and(regionOf(points, truth, shares.ignored), lessOrEqual(away, 1)), exists);
  // Of cells that share a place the smallest learns there.
  const [x1, y1, x2, y2] = boxSides(truth.boxes);
  const area = reshape(mul(sub(x2, x1), sub(y2, y1)), [N, M, 1]);
  const quality = where(learns, sub(1e8, area), 0);
  const positive = greater(max(quality, [1]), 0);
  const isIgnored = greater(max(cast(rests, 'float32'), [1]), 0);
  const negative = not(or(positive, isIgnored));
  return { level, matches: { gtIndex: argMax(quality, 1), positive, negative } };
}

/** Places whose square overlaps the box shrunk around its middle: bool [N, M, A]. */
function regionOf(
  { x, y, stride }: LevelPoints,
  { boxes, exists }: BoxTruth,
  share: number,
): Tensor {
  const [N, M] = exists.shape as [number, number];
  const [x1, y1, x2, y2] = boxSides(boxes).map((side) => reshape(side, [N, M, 1])) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  // |place - middle| < half a stride + half the shrunk side
  const overlaps = (place: Tensor, low: Tensor, high: Tensor) => {
    const middle = mul(add(low, high), 0.5);
    const reach = add(mul(stride, 0.5), mul(sub(high, low), share / 2));
    return greater(reach, abs(sub(place, middle)));
  };
  return and(overlaps(x, x1, x2), overlaps(y, y1, y2));
}

/** Mean focal and IoU loss over the region of each cell on each level: [N, M, L]. */
function levelCosts(
  { logits, boxes, points }: FreeOutputs,
  truth: BoxTruth,
  effective: Tensor,
): Tensor {
  const [N, A, K] = logits.shape as [number, number, number];
  const M = truth.exists.shape[1]!;
  const x = stopGradient(logits);
  const filled = (value: number) =>
    constant(float32(new Float32Array(N * A * K).fill(value), [N, A, K]));
  // The focal loss of a place for class c is Σ_k (as no class k) + (as class c) - (as no class c).
  const asNone = sigmoidFocalLoss(x, filled(0), { reduction: 'none' });
  const asClass = sigmoidFocalLoss(x, filled(1), { reduction: 'none' });
  const gain = transpose(sub(asClass, asNone), [0, 2, 1]); // [N, K, A]
  const own = matmul(oneHot(truth.classIndex, K), gain); // [N, M, A]
  const focal = add(own, reshape(sum(asNone, [2]), [N, 1, A]));
  const typed = reshape(truth.typed, [N, M, 1]);
  const iou = pairwiseIou(truth.boxes, stopGradient(boxes));
  const cost = add(mul(focal, typed), neg(log(maximum(iou, 1e-7))));
  const inside = cast(effective, 'float32');
  const inRegion = mul(cost, inside);
  let start = 0;
  const costs = points.groups.map((count) => {
    const part = (of: Tensor) => sum(sliceAxis(of, 2, start, start + count), [2], true);
    // A box beside the map has no place there; it must not look cheap.
    const places = part(inside);
    const mean = where(
      greater(places, 0),
      div(part(inRegion), maximum(places, 1)),
      Number.MAX_SAFE_INTEGER,
    );
    start += count;
    return mean;
  });
  return concat(costs, 2);
}

const levelNumbers = (groups: readonly number[]) =>
  groups.flatMap((count, level) => new Array<number>(count).fill(level));
