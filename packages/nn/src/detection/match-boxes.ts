/**
 * @file Assigns ground truth to boxes (anchors, proposals) by IoU, with static shapes.
 *
 * Semantics of torchvision's `Matcher`, with one difference: a ground-truth box that touches no box at
 * all pulls none in (there it would make every untouched box a positive).
 * N images, M ground-truth rows (padded, with a mask), A boxes.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { shapeError, type Tensor } from '../graph/tensor.ts';
import {
  and,
  cast,
  equal,
  greater,
  greaterOrEqual,
  less,
  not,
  or,
  stopGradient,
  where,
} from '../ops/elementwise.ts';
import { argMax, max } from '../ops/reduction.ts';
import { reshape } from '../ops/shaping.ts';

/** Options of `matchBoxes`. */
export interface BoxMatchOptions {
  /** From this IoU on a box is positive. */
  readonly highThreshold: number;
  /** Below this IoU it is negative; in between it is neither. */
  readonly lowThreshold: number;
  /** Also match each ground-truth box's best boxes, however low their IoU. @default false */
  readonly keepsBestOfEach?: boolean;
  /** Which boxes exist [N, A]; the others are neither positive nor negative. @default all */
  readonly boxMask?: Tensor | undefined;
}

/** What became of each box; one that is neither positive nor negative does not count. */
export interface Matches {
  /** Row of the ground truth with the largest IoU, int64 [N, A]; 0 where there is none. */
  readonly gtIndex: Tensor;
  /** bool [N, A]. */
  readonly positive: Tensor;
  /** bool [N, A]. */
  readonly negative: Tensor;
}

/** Match by IoU [N, M, A] and the mask of ground-truth rows [N, M] (float32 0/1 or bool). */
export function matchBoxes(iou: Tensor, gtMask: Tensor, options: BoxMatchOptions): Matches {
  const { highThreshold, lowThreshold, keepsBestOfEach = false, boxMask } = options;
  const [n, m, a] = iou.shape as [number, number, number];
  if (iou.shape.length !== 3 || gtMask.shape[0] !== n || gtMask.shape[1] !== m) {
    throw shapeError(
      'matchBoxes',
      'iou must be [N, M, A] and the mask [N, M]',
      [iou, gtMask],
      'Use pairwiseIou(groundTruth, boxes).',
    );
  }
  if (!(lowThreshold <= highThreshold && lowThreshold >= 0)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `matchBoxes: lowThreshold must be from 0 to highThreshold (${highThreshold}). Received ${lowThreshold}.`,
    );
  }
  // Rows of padding, and boxes that do not exist, have an IoU below all others.
  const gtExists = reshape(asBool(gtMask), [n, m, 1]);
  const boxExists = boxMask === undefined ? undefined : asBool(boxMask);
  const cellExists =
    boxExists === undefined ? gtExists : and(gtExists, reshape(boxExists, [n, 1, a]));
  const quality = where(cellExists, stopGradient(iou), -1);
  const best = max(quality, [1]); // [N, A]
  const gtIndex = argMax(quality, 1); // the first of equals
  let positive = greaterOrEqual(best, highThreshold);
  let negative = less(best, lowThreshold);
  if (keepsBestOfEach) {
    const bestOfGt = max(quality, [2], true); // [N, M, 1]
    const isBest = and(equal(quality, bestOfGt), greater(bestOfGt, 0));
    const isAnyBest = greater(max(cast(isBest, 'float32'), [1]), 0);
    positive = or(positive, isAnyBest);
    negative = and(negative, not(isAnyBest));
  }
  if (boxExists === undefined) return { gtIndex, positive, negative };
  return { gtIndex, positive, negative: and(negative, boxExists) };
}

/** See a mask of 0/1 as bool. */
export function asBool(mask: Tensor): Tensor {
  return mask.dtype === 'bool' ? mask : greater(mask, 0);
}
