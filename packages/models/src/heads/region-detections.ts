/**
 * @file From the second stage's answers to detections: every type's box of every region is a candidate.
 *
 * As torchvision's `postprocess_detections`; regions that do not exist and boxes without extent have score 0.
 */
import type { Size } from '@leukoscope/core';
import {
  and,
  boxSides,
  cast,
  clipBoxes,
  gatherRows,
  greaterOrEqual,
  mul,
  reshape,
  sliceAxis,
  sub,
  type Tensor,
} from '@leukoscope/nn';
import {
  bestPairs,
  type DetectionConfig,
  type FinalDetections,
  finalDetections,
  probabilitiesOf,
} from './final-detections.ts';

/** What is known of every region. */
export interface RegionAnswers {
  /** float32 [N, R, K, 4], or [N, R, 1, 4] where all types share a box. */
  readonly boxes: Tensor;
  /** float32 [N, R, K + 1], background last. */
  readonly probabilities: Tensor;
  /** bool [N, R]. */
  readonly exists: Tensor;
}

/** Boxes with a shorter side are dropped (pixels). */
const smallestSide = 0.01;

/** Choose the detections of each image. */
export function regionDetections(
  { boxes, probabilities, exists }: RegionAnswers,
  size: Size,
  config: DetectionConfig,
): FinalDetections {
  const [n, rois, columns] = probabilities.shape as [number, number, number];
  const [classes, perRegion] = [columns - 1, boxes.shape[2]!];
  const clipped = clipBoxes(reshape(boxes, [n, rois * perRegion, 4]), size);
  const [x1, y1, x2, y2] = boxSides(clipped);
  const isLarge = and(
    greaterOrEqual(sub(x2, x1), smallestSide),
    greaterOrEqual(sub(y2, y1), smallestSide),
  );
  const isReal = mul(
    reshape(cast(isLarge, 'float32'), [n, rois, perRegion]),
    reshape(cast(exists, 'float32'), [n, rois, 1]),
  );
  const ofTypes = sliceAxis(probabilities, 2, 0, classes);
  const pairs = bestPairs(mul(ofTypes, isReal), { groups: [rois], most: config.candidates });
  return finalDetections(
    {
      boxes: gatherRows(clipped, perRegion === 1 ? pairs.row : pairs.pair),
      scores: pairs.scores,
      classIndex: pairs.classIndex,
      probabilities: probabilitiesOf(pairs, ofTypes),
    },
    config,
  );
}
