/**
 * @file Precision-recall curves of a COCO evaluation, one for each IoU threshold (the interference
 * paper's Fig. 4), of one class or averaged over the classes that have ground truth.
 */
import type { CocoEvaluation } from './coco-evaluation.ts';
import { averagePrecision, precisionAtRecallPoints } from './coco-summary.ts';

/** One curve on the recall points 0, .01, ..., 1. */
export interface PrecisionRecallCurve {
  readonly iouThreshold: number;
  readonly recall: readonly number[];
  readonly precision: readonly number[];
  /** Mean of `precision`. */
  readonly averagePrecision: number;
}

/** Return the curves at all thresholds; none for a class (or set) without ground truth. */
export function precisionRecallCurves(
  evaluation: CocoEvaluation,
  options: { classIndex?: number } = {},
): PrecisionRecallCurve[] {
  const { classIndex } = options;
  const classes = classIndex === undefined ? [...evaluation.classNames.keys()] : [classIndex];
  const recall = evaluation.recallThresholds;
  return evaluation.iouThresholds.flatMap((iouThreshold) => {
    const curves = classes.flatMap((k) => {
      const curve = precisionAtRecallPoints(evaluation, k, { iouThreshold });
      return curve === null ? [] : [curve];
    });
    const selection = classIndex === undefined ? { iouThreshold } : { iouThreshold, classIndex };
    const average = averagePrecision(evaluation, selection);
    if (average === null) return [];
    const precision = recall.map((_, r) => {
      return curves.reduce((sum, curve) => sum + curve[r]!, 0) / curves.length;
    });
    return [{ iouThreshold, recall, precision, averagePrecision: average }];
  });
}
