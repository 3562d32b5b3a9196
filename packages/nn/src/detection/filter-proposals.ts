/**
 * @file From scored boxes to a fixed number of proposals per image (Faster R-CNN's RPN).
 *
 * Per level the best by score; clipped to the image; too small ones dropped; suppressed per level;
 * the best of what is left. Semantics of torchvision's `filter_proposals`, but always `count` rows:
 * empty ones have a zero box, score 0, and are masked. Nothing here has a gradient.
 */
import { float32, LeukoscopeError, type Size } from '@leukoscope/core';
import { constant, shapeError, type Tensor } from '../graph/tensor.ts';
import { sigmoid } from '../ops/activation.ts';
import {
  add,
  and,
  cast,
  greaterOrEqual,
  maximum,
  minimum,
  mul,
  stopGradient,
  sub,
  where,
} from '../ops/elementwise.ts';
import { gather } from '../ops/indexing.ts';
import { nonMaxSuppression, topK } from '../ops/selection.ts';
import { concat, reshape, sliceAxis } from '../ops/shaping.ts';
import { gatherRows } from './gather-rows.ts';
import { boxSides, checkBoxes } from './pairwise-iou.ts';

/** Options of `filterProposals`. */
export interface ProposalOptions {
  /** Image size that boxes are clipped to: of all images, or float32 [N, 2] (width, height). */
  readonly size: Size | Tensor;
  /** How many boxes each level has, in their order. */
  readonly levelCounts: readonly number[];
  /** Boxes kept per level before suppression. */
  readonly perLevel: number;
  /** Rows of the result. */
  readonly count: number;
  /** @default 0.7 */
  readonly iouThreshold?: number;
  /** Boxes with a shorter side are dropped (pixels). @default 1e-3 */
  readonly smallestSide?: number;
  /** Boxes with a lower score are dropped. @default 0 */
  readonly scoreThreshold?: number;
}

/** Boxes with scores, a fixed number per image. */
export interface Proposals {
  /** float32 [N, count, 4]. */
  readonly boxes: Tensor;
  /** float32 [N, count], highest first. */
  readonly scores: Tensor;
  /** bool [N, count]. */
  readonly exists: Tensor;
}

/** Choose proposals among boxes [N, A, 4] by logits [N, A]. */
export function filterProposals(
  boxes: Tensor,
  logits: Tensor,
  options: ProposalOptions,
): Proposals {
  const { levelCounts, perLevel, count } = options;
  const { iouThreshold = 0.7, smallestSide = 1e-3, scoreThreshold = 0 } = options;
  checkBoxes('filterProposals', boxes);
  const [n, total] = logits.shape as [number, number];
  const levelsTotal = levelCounts.reduce((a, b) => a + b, 0);
  if (boxes.shape[0] !== n || boxes.shape[1] !== total || levelsTotal !== total) {
    throw shapeError(
      'filterProposals',
      `boxes must be [N, A, 4], logits [N, A], and levels add up to A (they give ${levelsTotal})`,
      [boxes, logits],
      'Use flattenLevel() and concat().',
    );
  }
  if (!(perLevel >= 1 && count >= 1)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `filterProposals: perLevel and count must be at least 1. Received ${perLevel} and ${count}.`,
    );
  }
  const best = bestPerLevel(stopGradient(logits), levelCounts, perLevel);
  const clipped = clipBoxes(gatherRows(stopGradient(boxes), best.index), options.size); // [N, K, 4]
  const scores = sigmoid(best.logits);
  const [x1, y1, x2, y2] = boxSides(clipped);
  const isLarge = and(
    greaterOrEqual(sub(x2, x1), smallestSide),
    greaterOrEqual(sub(y2, y1), smallestSide),
  );
  const isGood = and(isLarge, greaterOrEqual(scores, scoreThreshold)); // [N, K]
  // Dropped boxes come last, so they suppress nothing and take no row from others.
  const ranking = where(isGood, scores, -1);
  const shifted = add(clipped, levelShift(clipped, best.levelSizes));

  const images = Array.from({ length: n }, (_, image) => {
    const of = (x: Tensor) => reshape(sliceAxis(x, 0, image, image + 1), x.shape.slice(1));
    const kept = nonMaxSuppression(of(shifted), of(ranking), count, iouThreshold);
    // Fillers point one past the end: at a row of zeros that does not exist.
    const take = (x: Tensor) => gather(withZeroRow(x), kept);
    const rows = [take(of(clipped)), take(of(scores)), take(cast(of(isGood), 'float32'))];
    return rows.map((row) => reshape(row, [1, ...row.shape]));
  });
  const join = (part: number) =>
    concat(
      images.map((image) => image[part]!),
      0,
    );
  const exists = join(2);
  return {
    boxes: mul(join(0), reshape(exists, [n, count, 1])),
    scores: mul(join(1), exists),
    exists: greaterOrEqual(exists, 1),
  };
}

/** Limit boxes [N, A, 4] to their images: one size, or float32 [N, 2] (width, height). */
export function clipBoxes(boxes: Tensor, size: Size | Tensor): Tensor {
  if ('width' in size) {
    const { width, height } = size;
    return minimum(maximum(boxes, 0), constant(float32([width, height, width, height])));
  }
  const limits = concat([size, size], 1); // [N, 4]
  return minimum(maximum(boxes, 0), reshape(limits, [limits.shape[0]!, 1, 4]));
}

function bestPerLevel(logits: Tensor, levelCounts: readonly number[], perLevel: number) {
  const values: Tensor[] = [];
  const indices: Tensor[] = [];
  const levelSizes: number[] = [];
  let start = 0;
  for (const levelCount of levelCounts) {
    const count = Math.min(levelCount, perLevel);
    const [value, index] = topK(sliceAxis(logits, 1, start, start + levelCount), count, 1);
    values.push(value);
    indices.push(add(index, start));
    levelSizes.push(count);
    start += levelCount;
  }
  return { logits: concat(values, 1), index: concat(indices, 1), levelSizes };
}

/** Move every level to a place of its own, so that one suppression treats levels apart. */
function levelShift(clipped: Tensor, levelSizes: readonly number[]): Tensor | number {
  if (levelSizes.length === 1) return 0;
  const levels = levelSizes.flatMap((size, level) => Array<number>(size).fill(level));
  // Boxes are clipped to the image, so the largest coordinate of all keeps levels apart.
  const extent = add(maxOf(clipped), 1);
  return mul(constant(float32(levels, [1, levels.length, 1])), extent);
}

function maxOf(boxes: Tensor): Tensor {
  const [largest] = topK(reshape(boxes, [-1]), 1, 0);
  return reshape(largest, []);
}

function withZeroRow(x: Tensor): Tensor {
  const [, ...rest] = x.shape;
  const width = rest.reduce((a, b) => a * b, 1);
  return concat([x, constant(float32(new Float32Array(width), [1, ...rest]))], 0);
}
