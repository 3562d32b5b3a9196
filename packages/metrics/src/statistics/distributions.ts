/**
 * @file Tail areas and quantiles of the normal, Student's t, F and beta distributions.
 *
 * Tails are computed directly, never as 1 - cdf, so that small p-values keep their digits.
 * Reference: scipy.stats (fixtures/metrics).
 */
import { betaQuantile, bisectRising, checkProbability, incompleteBeta } from '@leukoscope/core';
import { upperIncompleteGamma } from './special-functions.ts';

export { betaQuantile } from '@leukoscope/core';

/** P(Z <= z). */
export function normalCdf(z: number): number {
  // P(Z > |z|) = Q(1/2, z^2 / 2) / 2
  const tail = upperIncompleteGamma(0.5, (z * z) / 2) / 2;
  return z > 0 ? 1 - tail : tail;
}

/** The z with P(Z <= z) = probability. */
export function normalQuantile(probability: number): number {
  checkProbability(probability);
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  if (probability === 1) return Number.POSITIVE_INFINITY;
  if (probability > 0.5) return -normalQuantile(1 - probability);
  return bisectRising((z) => normalCdf(z) - probability, -39, 0);
}

/** P(|T| >= |t|), the two-sided p-value. */
export function studentTwoSided(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** The t with P(T <= t) = probability. */
export function studentQuantile(probability: number, degrees: number): number {
  checkProbability(probability);
  if (probability > 0.5) return -studentQuantile(1 - probability, degrees);
  if (probability === 0.5) return 0;
  // 2 P(T <= t) = I_x(df / 2, 1 / 2) with x = df / (df + t^2)
  const x = betaQuantile(2 * probability, degrees / 2, 0.5);
  return -Math.sqrt((degrees * (1 - x)) / x);
}

/** P(F >= f), the p-value of an analysis of variance. */
export function fUpperTail(f: number, between: number, within: number): number {
  if (f <= 0) return 1;
  if (f === Number.POSITIVE_INFINITY) return 0;
  return incompleteBeta(within / (within + between * f), within / 2, between / 2);
}
