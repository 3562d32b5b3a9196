/**
 * @file How many pixels two masks, or two class maps, share and do not share. Every segmentation
 * measure is computed from these counts, so that counts of several images can also be added first.
 */
import { LeukoscopeError, type Mask, type Size } from '@leukoscope/core';

/** Pixels by truth and prediction: foreground (F) and background (B) of ground truth and prediction. */
export interface PixelCounts {
  /** |Fg ∩ Fp| */
  readonly truePositive: number;
  /** |Bg ∩ Fp| */
  readonly falsePositive: number;
  /** |Fg ∩ Bp| */
  readonly falseNegative: number;
  /** |Bg ∩ Bp| */
  readonly trueNegative: number;
}

/** Per-pixel class indexes, row-major; 0..K-1. */
export interface ClassMap extends Size {
  readonly data: Uint8Array | Uint16Array;
}

/** Compare two masks of one size. */
export function countPixels(groundTruth: Mask, predicted: Mask): PixelCounts {
  checkSameSize(groundTruth, predicted);
  const a = groundTruth.data;
  const b = predicted.data;
  let both = 0;
  let inTruth = 0;
  let inPredicted = 0;
  for (let i = 0; i < a.length; i++) {
    // "not 0" instead of the value: masks read from 0/255 files would count 255-fold.
    const truth = a[i] === 0 ? 0 : 1;
    const found = b[i] === 0 ? 0 : 1;
    both += truth & found;
    inTruth += truth;
    inPredicted += found;
  }
  return {
    truePositive: both,
    falsePositive: inPredicted - both,
    falseNegative: inTruth - both,
    trueNegative: a.length - inTruth - inPredicted + both,
  };
}

/** Add counts, to measure a whole set as one picture. */
export function addPixelCounts(counts: readonly PixelCounts[]): PixelCounts {
  const total = (pick: (one: PixelCounts) => number): number => {
    return counts.reduce((sum, one) => sum + pick(one), 0);
  };
  return {
    truePositive: total((one) => one.truePositive),
    falsePositive: total((one) => one.falsePositive),
    falseNegative: total((one) => one.falseNegative),
    trueNegative: total((one) => one.trueNegative),
  };
}

/** Count pixels by true class (row) and predicted class (column), [K][K]. */
export function countClasses(
  groundTruth: ClassMap,
  predicted: ClassMap,
  classCount: number,
): number[][] {
  checkSameSize(groundTruth, predicted);
  const counts = new Float64Array(classCount * classCount);
  for (let i = 0; i < groundTruth.data.length; i++) {
    const row = groundTruth.data[i]!;
    const column = predicted.data[i]!;
    if (row >= classCount || column >= classCount) {
      throw new LeukoscopeError(
        'METRICS_CLASS_INDEX',
        `class maps must hold indexes below ${classCount}. Received ${Math.max(row, column)} at pixel ${i}.`,
      );
    }
    counts[row * classCount + column]!++;
  }
  return Array.from({ length: classCount }, (_, row) => [
    ...counts.subarray(row * classCount, (row + 1) * classCount),
  ]);
}

/** Throw unless two pictures have one size. */
export function checkSameSize(groundTruth: Size, predicted: Size): void {
  if (groundTruth.width === predicted.width && groundTruth.height === predicted.height) return;
  throw new LeukoscopeError(
    'METRICS_MASK_SIZE',
    `a predicted mask must have the size of its ground truth, ${groundTruth.width}x${groundTruth.height}. Received ${predicted.width}x${predicted.height}. Resize the prediction first.`,
  );
}
