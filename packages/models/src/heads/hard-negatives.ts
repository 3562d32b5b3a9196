/**
 * @file SSD's matching and its loss of types (Liu et al. 2016): every cell has its best default box besides
 * those of enough overlap, and of the background only the hardest places count, three to a positive.
 *
 * Numbers as torchvision's SSD 0.14. N images, M cells, A default boxes, K classes; logit 0 is background.
 */
import { LeukoscopeError } from '@leukoscope/core';
import {
  add,
  argMax,
  asBool,
  cast,
  concat,
  constant,
  exp,
  gatherElements,
  gatherRows,
  greater,
  less,
  log,
  logSoftmax,
  type Matches,
  matchBoxes,
  maximum,
  mul,
  neg,
  not,
  pairwiseIou,
  range,
  relu,
  reshape,
  scatterElements,
  sliceAxis,
  stopGradient,
  sub,
  sum,
  type Tensor,
  topK,
  where,
} from '@leukoscope/nn';
import type { BoxTruth } from '../truth/box-truth.ts';

/** Match default boxes [A, 4] with cells; each cell's best box is its own whatever the overlap. */
export function matchDefaultBoxes(boxes: Tensor, truth: BoxTruth, iouThreshold: number): Matches {
  const [N, M] = truth.exists.shape as [number, number];
  const A = boxes.shape[0]!;
  const iou = pairwiseIou(truth.boxes, boxes); // [N, M, A]
  const { gtIndex, positive } = matchBoxes(iou, truth.exists, {
    highThreshold: iouThreshold,
    lowThreshold: iouThreshold,
  });
  // Rows that do not exist write behind the last box.
  const best = where(asBool(truth.exists), argMax(iou, 2), A); // [N, M]
  const rows = concat(
    Array.from({ length: N }, () => reshape(range(M), [1, M])),
    0,
  );
  const none = constant({
    dtype: 'int64',
    shape: [N, A + 1],
    data: new BigInt64Array(N * (A + 1)).fill(-1n),
  });
  const forced = sliceAxis(scatterElements(none, best, rows, 1), 1, 0, A);
  const isForced = greater(forced, -1);
  const isPositive = greater(cast(positive, 'float32'), 0);
  const all = greater(add(cast(isForced, 'float32'), cast(isPositive, 'float32')), 0);
  return { gtIndex: where(isForced, forced, gtIndex), positive: all, negative: not(all) };
}

/**
 * Cross-entropy of logits [N, A, K + 1]: all positives and, in each image, `negatives` times as many of the
 * worst negatives. A cell whose kind is unknown trains that it is no background.
 */
export function hardNegativeLoss(
  logits: Tensor,
  truth: BoxTruth,
  { gtIndex, positive }: Matches,
  negatives: number,
): Tensor {
  const [N, A] = positive.shape as [number, number];
  if (!(negatives > 0)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `hardNegativeLoss: negatives must be above 0. Received ${negatives}.`,
    );
  }
  const logP = logSoftmax(logits);
  const label = where(positive, add(gatherRows(truth.classIndex, gtIndex), 1), 0);
  const hit = gatherElements(logP, reshape(label, [N, A, 1]), 2);
  const ofLabel = neg(reshape(hit, [N, A]));
  const background = reshape(sliceAxis(logP, 2, 0, 1), [N, A]);
  // -ln Σ_k p_k over the foreground; the small number keeps the logarithm finite.
  const ofAnyCell = neg(log(maximum(sub(1, exp(background)), 1e-7)));
  const isTyped = greater(gatherRows(truth.typed, gtIndex), 0);
  const ofCells = where(isTyped, ofLabel, ofAnyCell);
  const wanted = mul(sum(stopGradient(cast(positive, 'float32')), [1], true), negatives); // [N, 1]
  // Sorted, hardest first; positives (-1) stand last and count nothing.
  const [sorted] = topK(where(positive, -1, ofLabel), A, 1);
  const place = constant({
    dtype: 'float32',
    shape: [1, A],
    data: Float32Array.from({ length: A }, (_, i) => i),
  });
  const hardest = where(less(place, wanted), relu(sorted), 0);
  return add(sum(where(positive, ofCells, 0)), sum(hardest));
}
