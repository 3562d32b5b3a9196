/**
 * @file The six measures of the leukocytemask paper (equations 6 to 11) and three more, of one mask.
 *
 * F and B are foreground and background, g ground truth, p prediction. Where a formula says 0 / 0:
 * nothing to find and nothing found is perfect (Dice, IoU, precision, recall 1; FNR, FPR 0), and
 * precision is 0 when cells were there and nothing was found.
 */
import type { PixelCounts } from './pixel-counts.ts';

/** Measures between 0 and 1; the last three are errors, where 0 is best. */
export interface SegmentationMeasures {
  readonly precision: number;
  readonly dice: number;
  readonly meanIou: number;
  readonly iou: number;
  readonly recall: number;
  readonly falsePositiveRate: number;
  readonly falseNegativeRate: number;
  readonly misclassificationError: number;
}

/** The measures with their names in reports, in the paper's order, then ours. */
export const segmentationMeasureNames: Record<keyof SegmentationMeasures, string> = {
  precision: 'Precision',
  dice: 'Dice',
  meanIou: 'mIoU',
  falsePositiveRate: 'FPR',
  falseNegativeRate: 'FNR',
  misclassificationError: 'ME',
  iou: 'IoU',
  recall: 'Recall',
};

/** Compute all measures from pixel counts. */
export function segmentationMeasures(counts: PixelCounts): SegmentationMeasures {
  const { truePositive: tp, falsePositive: fp, falseNegative: fn, trueNegative: tn } = counts;
  const isTruthEmpty = tp + fn === 0;
  const iou = share(tp, tp + fp + fn, 1); // |Fg ∩ Fp| / |Fg ∪ Fp|
  const backgroundIou = share(tn, tn + fp + fn, 1); // |Bg ∩ Bp| / |Bg ∪ Bp|
  return {
    precision: share(tp, tp + fp, isTruthEmpty ? 1 : 0), // (6) |Fg ∩ Fp| / |Fp|
    dice: share(2 * tp, 2 * tp + fp + fn, 1), // (7) 2 |Fg ∩ Fp| / (|Fg| + |Fp|)
    meanIou: (iou + backgroundIou) / 2, // (8)
    iou,
    recall: share(tp, tp + fn, 1), // |Fg ∩ Fp| / |Fg|
    falsePositiveRate: share(fp, fp + tn, 0), // (9) |Bg ∩ Fp| / |Bg|
    falseNegativeRate: share(fn, tp + fn, 0), // (10) |Fg ∩ Bp| / |Fg|
    misclassificationError: 1 - share(tn + tp, tp + fp + fn + tn, 1), // (11)
  };
}

function share(part: number, whole: number, ofNothing: number): number {
  return whole === 0 ? ofNothing : part / whole;
}
