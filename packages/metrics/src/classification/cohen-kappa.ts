/**
 * @file Cohen's kappa: agreement of two readers (or reader and model) beyond chance, plain or weighted
 * by how far ordered classes lie apart (maturation stages).
 *
 * kappa = 1 - Σ w o / Σ w e, with o observed and e expected counts and w the disagreement weight.
 * Null when both always say the same one class (0 / 0). The standard error is Fleiss, Cohen & Everitt's
 * (1969). Reference: sklearn.metrics.cohen_kappa_score.
 */
import { checkConfidence, type Interval } from '@leukoscope/core';
import { normalQuantile } from '../statistics/distributions.ts';
import type { ConfusionMatrix } from './confusion-matrix.ts';

/** How disagreement is weighted: alike, by distance in classes, or by its square. */
export type KappaWeights = 'none' | 'linear' | 'quadratic';

/** Kappa with approximate limits. */
export interface Kappa extends Interval {
  readonly kappa: number;
  readonly standardError: number;
}

/** Compute kappa of a confusion matrix. */
export function cohenKappa(
  matrix: ConfusionMatrix,
  options: { weights?: KappaWeights; confidence?: number } = {},
): Kappa | null {
  const { weights = 'none', confidence = 0.95 } = options;
  checkConfidence(confidence);
  const K = matrix.counts.length;
  const total = matrix.counts.flat().reduce((sum, value) => sum + value, 0);
  const observed = matrix.counts.map((row) => row.map((value) => value / total));
  const rows = observed.map((row) => row.reduce((sum, value) => sum + value, 0));
  const columns = observed.map((_, k) => observed.reduce((sum, row) => sum + row[k]!, 0));
  // Agreement weights: 1 on the diagonal, 0 for the farthest disagreement.
  const agreement = (i: number, j: number): number => {
    if (weights === 'none') return i === j ? 1 : 0;
    const distance = Math.abs(i - j) / Math.max(1, K - 1);
    return 1 - (weights === 'linear' ? distance : distance ** 2);
  };
  const meanOver = (share: (i: number, j: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < K; i++) for (let j = 0; j < K; j++) sum += agreement(i, j) * share(i, j);
    return sum;
  };
  const po = meanOver((i, j) => observed[i]![j]!);
  const pe = meanOver((i, j) => rows[i]! * columns[j]!);
  if (1 - pe < 1e-15) return null;
  const kappa = (po - pe) / (1 - pe);
  const rowMeans = rows.map((_, i) => columns.reduce((sum, c, j) => sum + agreement(i, j) * c, 0));
  const columnMeans = columns.map((_, j) =>
    rows.reduce((sum, r, i) => sum + agreement(i, j) * r, 0),
  );
  let spread = 0;
  for (let i = 0; i < K; i++) {
    for (let j = 0; j < K; j++) {
      const term = agreement(i, j) - (rowMeans[i]! + columnMeans[j]!) * (1 - kappa);
      spread += observed[i]![j]! * term ** 2;
    }
  }
  const variance = (spread - (kappa - pe * (1 - kappa)) ** 2) / (total * (1 - pe) ** 2);
  const standardError = Math.sqrt(Math.max(0, variance));
  const reach = -normalQuantile((1 - confidence) / 2) * standardError;
  return { kappa, standardError, low: kappa - reach, high: Math.min(1, kappa + reach) };
}
