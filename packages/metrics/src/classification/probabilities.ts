/** @file What metrics on scores take: for each cell its true class and one probability per class. */
import { LeukoscopeError } from '@leukoscope/core';

/** N cells, K classes. */
export interface ScoredCells {
  /** [N]: true class indexes. */
  readonly groundTruth: readonly number[];
  /** [N][K] */
  readonly probabilities: readonly (readonly number[])[];
}

/** Return the class with the largest probability; the first on a tie. */
export function mostProbable(probabilities: readonly number[]): number {
  let best = 0;
  for (let k = 1; k < probabilities.length; k++) {
    if (probabilities[k]! > probabilities[best]!) best = k;
  }
  return best;
}

/** Throw unless every cell has a true class and K probabilities between 0 and 1. */
export function checkScoredCells(cells: ScoredCells, classCount: number): void {
  const { groundTruth, probabilities } = cells;
  if (groundTruth.length !== probabilities.length || groundTruth.length === 0) {
    throw new LeukoscopeError(
      'METRICS_PAIRS',
      `groundTruth and probabilities must have one length above 0. Received ${groundTruth.length} and ${probabilities.length}.`,
    );
  }
  groundTruth.forEach((truth, i) => {
    const row = probabilities[i]!;
    if (!Number.isInteger(truth) || truth < 0 || truth >= classCount) {
      throw new LeukoscopeError(
        'METRICS_CLASS_INDEX',
        `class indexes must be whole numbers below ${classCount}. Received ${truth}.`,
      );
    }
    if (row.length !== classCount || row.some((p) => !(p >= 0 && p <= 1))) {
      throw new LeukoscopeError(
        'METRICS_PROBABILITIES',
        `probabilities must be ${classCount} numbers between 0 and 1 for each cell. Received [${row.join(', ')}] for cell ${i}. Apply softmax to logits first.`,
      );
    }
  });
}
