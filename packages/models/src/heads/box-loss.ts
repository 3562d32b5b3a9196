/**
 * @file How a second stage is trained on the regions drawn for it.
 *
 *   L = 1/R Σ -ln p(type) + 1/R Σ_cells smoothL1(deltas of the type, β = 1/9),   R = regions drawn
 *
 * A cell whose kind the source does not say trains that it is a cell, -ln Σ_k p_k over all types, and
 * the boxes of all types by 1/K each. With every kind known these are torchvision's losses.
 */
import {
  and,
  broadcastTo,
  cast,
  div,
  encodeBoxes,
  exp,
  gatherElements,
  gatherRows,
  log,
  logSoftmax,
  maximum,
  neg,
  not,
  oneHot,
  type RoiSample,
  reshape,
  sliceAxis,
  smoothL1Loss,
  sum,
  type Tensor,
  where,
} from '@leukoscope/nn';
import type { BoxTruth } from '../truth/box-truth.ts';
import type { BoxHeadConfig, BoxHeadOutputs } from './box-head.ts';
import { boxLossBeta } from './proposal-loss.ts';

/** The two losses of a second stage. */
export interface BoxLoss {
  readonly types: Tensor;
  readonly boxes: Tensor;
}

/** Drawn regions, all images in one list. */
export interface FlatSample {
  /** bool [R]. */
  readonly exists: Tensor;
  /** bool [R]: those that hold a cell. */
  readonly positive: Tensor;
  /** bool [R]: cells whose kind is known. */
  readonly typed: Tensor;
  /** int64 [R]; K for background. */
  readonly classIndex: Tensor;
  /** float32 [R, 4]. */
  readonly boxes: Tensor;
  /** float32 [R, 4]: the matched cell's. */
  readonly gtBoxes: Tensor;
}

/** Put the regions of all images into one list. */
export function flattenSample(sample: RoiSample, truth: BoxTruth): FlatSample {
  const [n, rows] = sample.exists.shape as [number, number];
  const flat = (x: Tensor) => reshape(x, [n * rows, ...x.shape.slice(2)]);
  const typed = cast(gatherRows(truth.typed, sample.gtIndex), 'bool');
  return {
    exists: flat(sample.exists),
    positive: flat(sample.positive),
    typed: flat(and(typed, sample.positive)),
    classIndex: flat(sample.classIndex),
    boxes: flat(sample.boxes),
    gtBoxes: flat(sample.gtBoxes),
  };
}

/** Train types and boxes. */
export function boxLoss(
  { logits, deltas }: BoxHeadOutputs,
  sample: FlatSample,
  { deltaWeights }: Pick<BoxHeadConfig, 'deltaWeights'>,
): BoxLoss {
  return {
    types: typeLoss(logits, sample),
    boxes: deltaLoss(deltas, sample, deltaWeights),
  };
}

/** -ln p(type), or -ln of all types together where the kind is unknown: logits [R, K + 1]. */
export function typeLoss(logits: Tensor, sample: FlatSample): Tensor {
  const [rows, classes] = [logits.shape[0]!, logits.shape[1]! - 1];
  const logP = logSoftmax(logits);
  const own = reshape(gatherElements(logP, reshape(sample.classIndex, [rows, 1]), 1), [rows]);
  const anyType = log(maximum(sum(exp(sliceAxis(logP, 1, 0, classes)), [1]), 1e-12));
  const isUntyped = and(sample.positive, not(sample.typed));
  const each = neg(where(isUntyped, anyType, own));
  return div(sum(where(sample.exists, each, 0)), countRows(sample));
}

/** Smooth L1 of deltas [R, K, 4] or [R, 1, 4] of the cells. */
export function deltaLoss(
  deltas: Tensor,
  sample: FlatSample,
  weights: BoxHeadConfig['deltaWeights'],
): Tensor {
  const [rows, boxes] = deltas.shape as [number, number, number];
  const target = encodeBoxes(sample.gtBoxes, sample.boxes, { weights });
  const loss = smoothL1Loss(deltas, broadcastTo(reshape(target, [rows, 1, 4]), deltas.shape), {
    beta: boxLossBeta,
    reduction: 'sum',
    mask: sample.positive,
    // Where each type has a box of its own, only that of the cell's type counts.
    weight: boxes === 1 ? 1 : reshape(shareOfTypes(sample, boxes), [rows, boxes, 1]),
  });
  return div(loss, countRows(sample));
}

/** How much each type's box counts, [R, K]: the cell's type alone, or all alike. */
export function shareOfTypes(sample: FlatSample, classes: number): Tensor {
  const isTyped = reshape(sample.typed, [-1, 1]);
  return where(isTyped, oneHot(sample.classIndex, classes), 1 / classes);
}

function countRows({ exists }: FlatSample): Tensor {
  return maximum(sum(cast(exists, 'float32')), 1);
}
