/** @file Labels for regions that are all kept: what a later stage of a cascade is trained on. */
import { int64 } from '@leukoscope/core';
import {
  and,
  cast,
  constant,
  gatherRows,
  type MaskedBoxes,
  matchBoxes,
  pairwiseIou,
  type RoiSample,
  stopGradient,
  where,
} from '@leukoscope/nn';
import type { BoxTruth } from '../truth/box-truth.ts';

/** Label regions by their IoU with the truth; background, and what does not exist, is class K. */
export function labelRegions(
  regions: MaskedBoxes,
  truth: BoxTruth,
  options: { readonly classes: number; readonly positiveIou: number },
): RoiSample {
  const { classes, positiveIou } = options;
  const boxes = stopGradient(regions.boxes);
  const exists = cast(regions.exists, 'bool');
  const { gtIndex, positive } = matchBoxes(pairwiseIou(truth.boxes, boxes), truth.exists, {
    highThreshold: positiveIou,
    lowThreshold: positiveIou,
    boxMask: exists,
  });
  const isCell = and(positive, exists);
  const background = constant(int64([classes], []));
  return {
    boxes,
    exists,
    positive: isCell,
    classIndex: where(isCell, gatherRows(truth.classIndex, gtIndex), background),
    gtIndex,
    gtBoxes: gatherRows(truth.boxes, gtIndex),
  };
}
