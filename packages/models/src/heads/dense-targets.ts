/**
 * @file What the classes of a dense head learn, from the assignment of cells to places.
 *
 * A place of a cell whose kind is unknown counts neither as that cell's type nor as background: it trains
 * the box only.
 */
import {
  and,
  cast,
  gatherRows,
  greater,
  type Matches,
  maximum,
  oneHot,
  or,
  stopGradient,
  sum,
  type Tensor,
  where,
} from '@leukoscope/nn';
import type { BoxTruth } from '../truth/box-truth.ts';

/** Targets of independent classes. */
export interface ClassTargets {
  /** float32 [N, A, K]: 1 at the class of the place's cell. */
  readonly targets: Tensor;
  /** bool [N, A]: whether the place counts. */
  readonly counts: Tensor;
}

/** Make the targets of logistic classes. */
export function classTargets(truth: BoxTruth, matches: Matches, classes: number): ClassTargets {
  const { gtIndex, positive, negative } = matches;
  const classIndex = gatherRows(truth.classIndex, gtIndex);
  const typed = greater(gatherRows(truth.typed, gtIndex), 0);
  return {
    // An index that is no class gives a row of zeros.
    targets: oneHot(where(positive, classIndex, -1), classes),
    counts: or(negative, and(positive, typed)),
  };
}

/** How many places are positive, at least 1: float32 [N], or one number [] of the whole batch. */
export function countPositives(positive: Tensor, over: 'image' | 'batch'): Tensor {
  const each = stopGradient(cast(positive, 'float32'));
  return maximum(over === 'image' ? sum(each, [1]) : sum(each), 1);
}
