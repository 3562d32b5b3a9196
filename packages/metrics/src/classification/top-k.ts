/**
 * @file Top-k accuracy: how often the true class is among the k most probable ones.
 *
 * On ties the class with the smaller index ranks first, as `mostProbable` chooses (scikit-learn prefers
 * the larger index).
 */
import { LeukoscopeError } from '@leukoscope/core';
import { checkScoredCells, type ScoredCells } from './probabilities.ts';

/** Compute top-k accuracy. */
export function topKAccuracy(cells: ScoredCells, k: number): number {
  const classCount = cells.probabilities[0]?.length ?? 0;
  checkScoredCells(cells, classCount);
  if (!Number.isInteger(k) || k < 1) {
    throw new LeukoscopeError('METRICS_TOP_K', `k must be a whole number above 0. Received ${k}.`);
  }
  const found = cells.groundTruth.filter((truth, i) => {
    const row = cells.probabilities[i]!;
    const own = row[truth]!;
    const before = row.filter((p, other) => p > own || (p === own && other < truth)).length;
    return before < k;
  });
  return found.length / cells.groundTruth.length;
}
