/**
 * @file Exact limits of a share that was counted (Clopper & Pearson 1934); for a differential of n
 * cells these are Ruemke's limits.
 */
import { LeukoscopeError } from '../errors.ts';
import { betaQuantile } from './beta-quantile.ts';

/** A range that holds the true value with the stated confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Compute the limits of `successes / trials`: the shares that a two-sided exact test does not refuse. */
export function clopperPearson(
  successes: number,
  trials: number,
  options: { confidence?: number } = {},
): Interval {
  const { confidence = 0.95 } = options;
  checkConfidence(confidence);
  const areWhole = Number.isInteger(successes) && Number.isInteger(trials);
  if (!areWhole || successes < 0 || trials < 1 || successes > trials) {
    throw new LeukoscopeError(
      'METRICS_COUNTS',
      `successes and trials must be whole numbers with 0 <= successes <= trials and trials >= 1. Received ${successes} of ${trials}.`,
    );
  }
  const tail = (1 - confidence) / 2;
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1),
    high: successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes),
  };
}

/** Throw unless a confidence lies strictly between 0 and 1. */
export function checkConfidence(confidence: number): void {
  if (confidence > 0 && confidence < 1) return;
  throw new LeukoscopeError(
    'METRICS_CONFIDENCE',
    `confidence must lie between 0 and 1. Received ${confidence}. Write 95 % as 0.95.`,
  );
}
