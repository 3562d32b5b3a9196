/** @file Counts of true class (row) against predicted class (column). */
import { LeukoscopeError } from '@leukoscope/core';

/** [K][K]: rows are the truth, columns the prediction. */
export interface ConfusionMatrix {
  readonly classNames: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** Count pairs of class indexes. */
export function confusionMatrix(
  groundTruth: readonly number[],
  predicted: readonly number[],
  classNames: readonly string[],
): ConfusionMatrix {
  checkClassIndexes(groundTruth, predicted, classNames.length);
  const counts = classNames.map(() => new Array<number>(classNames.length).fill(0));
  groundTruth.forEach((truth, i) => {
    counts[truth]![predicted[i]!]!++;
  });
  return { classNames, counts };
}

/** Throw unless two lists are pairs of class indexes. */
export function checkClassIndexes(
  groundTruth: readonly number[],
  predicted: readonly number[],
  classCount: number,
): void {
  if (groundTruth.length !== predicted.length) {
    throw new LeukoscopeError(
      'METRICS_PAIRS',
      `groundTruth and predicted must have one length. Received ${groundTruth.length} and ${predicted.length}.`,
    );
  }
  if (groundTruth.length === 0) {
    throw new LeukoscopeError('METRICS_TOO_FEW', 'groundTruth must not be empty. Received none.');
  }
  for (const classIndex of [...groundTruth, ...predicted]) {
    if (Number.isInteger(classIndex) && classIndex >= 0 && classIndex < classCount) continue;
    throw new LeukoscopeError(
      'METRICS_CLASS_INDEX',
      `class indexes must be whole numbers below ${classCount}. Received ${classIndex}.`,
    );
  }
}
