/**
 * @file Draws a fixed number of positives and negatives per image, by TopK on noise.
 *
 * Counts as torchvision's `BalancedPositiveNegativeSampler`: at most share × count positives; negatives
 * fill up. Where an image has too few of both, rows stay empty and are masked. The noise (uniform in
 * [0, 1), from `scope.noise`) comes from the run's seed, so a resumed run draws the same.
 */
import { int64, LeukoscopeError } from '@leukoscope/core';
import { sameShape } from '../graph/shape.ts';
import { constant, shapeError, type Tensor } from '../graph/tensor.ts';
import { and, cast, greaterOrEqual, less, mul, not, sub, where } from '../ops/elementwise.ts';
import { gatherElements } from '../ops/indexing.ts';
import { sum } from '../ops/reduction.ts';
import { topK } from '../ops/selection.ts';
import { concat, pad } from '../ops/shaping.ts';

/** Options of `sampleBalanced`. */
export interface SampleOptions {
  /** Rows per image. */
  readonly count: number;
  /** Largest share of positives. @default 0.5 */
  readonly positiveShare?: number;
}

/** Rows drawn; positives stand first. */
export interface BalancedSample {
  /** Which box, int64 [N, count]; 0 in empty rows. */
  readonly index: Tensor;
  /** bool [N, count]. */
  readonly positive: Tensor;
  /** False in empty rows, bool [N, count]. */
  readonly exists: Tensor;
}

/** Draw from positives and negatives (bool [N, A], disjoint) by noise [N, A]. */
export function sampleBalanced(
  candidates: { readonly positive: Tensor; readonly negative: Tensor; readonly noise: Tensor },
  options: SampleOptions,
): BalancedSample {
  const { positive, negative, noise } = candidates;
  const { count, positiveShare = 0.5 } = options;
  if (!(Number.isInteger(count) && count >= 1 && positiveShare > 0 && positiveShare <= 1)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `sampleBalanced: count must be a whole number of at least 1 and positiveShare above 0 and up to 1. Received ${count} and ${positiveShare}.`,
    );
  }
  const boxes = noise.shape[1]!;
  if (!sameShape(positive.shape, noise.shape) || !sameShape(negative.shape, noise.shape)) {
    throw shapeError(
      'sampleBalanced',
      'positives, negatives and noise must have one shape [N, A]',
      [positive, negative, noise],
      '',
    );
  }
  const mostPositives = Math.floor(count * positiveShare);
  const drawnNegatives = draw(negative, noise, Math.min(count, boxes));
  if (mostPositives === 0) {
    const exists = isDrawn(drawnNegatives);
    return fillTo(count, drawnNegatives.index, and(exists, not(exists)), exists);
  }
  const drawnPositives = draw(positive, noise, Math.min(mostPositives, boxes));
  const positiveExists = isDrawn(drawnPositives);
  const positives = sum(cast(positiveExists, 'float32'), [1], true); // [N, 1]
  // Negative number j has a row if the positives leave it one: j < count - positives.
  const places = constant({
    dtype: 'float32',
    shape: [1, drawnNegatives.key.shape[1]!],
    data: Float32Array.from({ length: drawnNegatives.key.shape[1]! }, (_, j) => j),
  });
  const negativeExists = and(isDrawn(drawnNegatives), less(places, sub(count, positives)));

  // Existing positives, existing negatives, the rest: TopK keeps the order of equal keys.
  const keys = concat([mul(asFloat(positiveExists), 2), asFloat(negativeExists)], 1);
  const slots = Math.min(count, keys.shape[1]!);
  const [order, from] = topK(keys, slots, 1);
  const index = gatherElements(concat([drawnPositives.index, drawnNegatives.index], 1), from, 1);
  const exists = greaterOrEqual(order, 1);
  return fillTo(count, index, greaterOrEqual(order, 2), exists);
}

interface Draw {
  /** Noise of those drawn, -1 where none was left; [N, k]. */
  readonly key: Tensor;
  readonly index: Tensor;
}

function draw(candidates: Tensor, noise: Tensor, count: number): Draw {
  const [key, index] = topK(where(candidates, noise, -1), count, 1);
  return { key, index };
}

const isDrawn = ({ key }: Draw) => greaterOrEqual(key, 0);
const asFloat = (x: Tensor) => cast(x, 'float32');

function int64Zero(n: number): Tensor {
  return constant(int64(Array<number>(n).fill(0), [n, 1]));
}

/** Append empty rows where there are fewer boxes than rows asked for. */
function fillTo(count: number, index: Tensor, positive: Tensor, exists: Tensor): BalancedSample {
  const [n, rows] = index.shape as [number, number];
  const extend = (x: Tensor) => pad(x, [0, 0], [0, count - rows]);
  return {
    index: extend(where(exists, index, int64Zero(n))),
    positive: extend(positive),
    exists: extend(exists),
  };
}
