/**
 * @file The RoIs that train a second stage: matched, labelled, and drawn, a fixed number per image.
 *
 * As torchvision's `RoIHeads.select_training_samples`, with two conventions of ours: background is
 * class K (the last), and empty rows are masked. Proposals get no gradient.
 */
import { constant, type Tensor } from '../graph/tensor.ts';
import { and, stopGradient, where } from '../ops/elementwise.ts';
import { concat, reshape } from '../ops/shaping.ts';
import { gatherRows } from './gather-rows.ts';
import { asBool, matchBoxes } from './match-boxes.ts';
import { pairwiseIou } from './pairwise-iou.ts';
import { sampleBalanced } from './sample-balanced.ts';

/** Boxes of N images, a fixed number of rows each, and which rows exist. */
export interface MaskedBoxes {
  /** float32 [N, R, 4]. */
  readonly boxes: Tensor;
  /** bool or float32 0/1, [N, R]. */
  readonly exists: Tensor;
}

/** Annotated cells of N images, padded to M rows. */
export interface GroundTruth extends MaskedBoxes {
  /** int64 [N, M]. */
  readonly classIndex: Tensor;
}

/** Options of `sampleRois`. */
export interface RoiSampleOptions {
  /** K: foreground classes; background gets class index K. */
  readonly classes: number;
  /** @default 128 */
  readonly count?: number;
  /** @default 0.25 */
  readonly positiveShare?: number;
  /** From this IoU on a RoI is positive; below it is negative. @default 0.5 */
  readonly iouThreshold?: number;
  /** Also offer the ground truth's own boxes, so that early training has positives. @default true */
  readonly includesGroundTruth?: boolean;
}

/** RoIs drawn for training. */
export interface RoiSample {
  /** float32 [N, count, 4]. */
  readonly boxes: Tensor;
  /** bool [N, count]. */
  readonly exists: Tensor;
  /** bool [N, count]: those that hold a cell. */
  readonly positive: Tensor;
  /** int64 [N, count]; K for background and in empty rows. */
  readonly classIndex: Tensor;
  /** Row of the matched ground truth, int64 [N, count]. */
  readonly gtIndex: Tensor;
  /** Box of the matched ground truth, float32 [N, count, 4]. */
  readonly gtBoxes: Tensor;
}

/** Put the ground truth's boxes behind the proposals. */
export function addGroundTruth(proposals: MaskedBoxes, groundTruth: MaskedBoxes): MaskedBoxes {
  return {
    boxes: concat([stopGradient(proposals.boxes), groundTruth.boxes], 1),
    exists: concat([asBool(proposals.exists), asBool(groundTruth.exists)], 1),
  };
}

/** Draw RoIs; `noise` is uniform in [0, 1), one per offered box: [N, R + M], or [N, R] without ground truth. */
export function sampleRois(
  proposals: MaskedBoxes,
  groundTruth: GroundTruth,
  noise: Tensor,
  options: RoiSampleOptions,
): RoiSample {
  const { classes, count = 128, positiveShare = 0.25, iouThreshold = 0.5 } = options;
  const { includesGroundTruth = true } = options;
  const offered = includesGroundTruth
    ? addGroundTruth(proposals, groundTruth)
    : { boxes: stopGradient(proposals.boxes), exists: asBool(proposals.exists) };
  const matches = matchBoxes(pairwiseIou(groundTruth.boxes, offered.boxes), groundTruth.exists, {
    highThreshold: iouThreshold,
    lowThreshold: iouThreshold,
    boxMask: offered.exists,
  });
  const { index, positive, exists } = sampleBalanced(
    { ...matches, noise },
    { count, positiveShare },
  );
  const gtIndex = gatherRows(matches.gtIndex, index);
  const background = constant({
    dtype: 'int64',
    shape: [],
    data: BigInt64Array.of(BigInt(classes)),
  });
  const isCell = and(positive, exists);
  return {
    boxes: where(reshape(exists, [...exists.shape, 1]), gatherRows(offered.boxes, index), 0),
    exists,
    positive: isCell,
    classIndex: where(isCell, gatherRows(groundTruth.classIndex, gtIndex), background),
    gtIndex,
    gtBoxes: gatherRows(groundTruth.boxes, gtIndex),
  };
}
