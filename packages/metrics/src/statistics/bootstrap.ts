/**
 * @file Confidence limits of any metric by drawing the items (images, cells, patients) again, with
 * replacement. Draw what is independent: images or patients rather than cells of one image.
 *
 * 'bca' corrects for bias and skewness (Efron 1987) and needs one evaluation per item besides the
 * resamples; 'percentile' takes plain quantiles. Reference: scipy.stats.bootstrap.
 */
import { checkConfidence, type Interval, LeukoscopeError, type Random } from '@leukoscope/core';
import { mean, quantileOfSorted } from './descriptive.ts';
import { normalCdf, normalQuantile } from './distributions.ts';

/** How to draw the limits. */
export interface BootstrapOptions {
  readonly random: Random;
  /** @default 2000 */
  readonly resamples?: number;
  /** @default 0.95 */
  readonly confidence?: number;
  /** @default 'bca' */
  readonly method?: 'bca' | 'percentile';
}

/** A metric with its limits. */
export interface BootstrapInterval extends Interval {
  readonly estimate: number;
  readonly standardError: number;
  readonly method: 'bca' | 'percentile';
  readonly confidence: number;
  /** Resamples in which the metric was defined. */
  readonly resamples: number;
  /** Resamples in which it was not (for example no cell of a class was drawn); they are left out. */
  readonly undefinedResamples: number;
}

/** A metric as a function of which items are taken, with repetition; null where it is not defined. */
export type Statistic = (items: Int32Array) => number | null;

/** Estimate the limits of a metric over `itemCount` items. */
export function bootstrapInterval(
  itemCount: number,
  statistic: Statistic,
  options: BootstrapOptions,
): BootstrapInterval {
  const { random, resamples = 2000, confidence = 0.95, method = 'bca' } = options;
  checkConfidence(confidence);
  if (!Number.isInteger(itemCount) || itemCount < 2) {
    throw new LeukoscopeError(
      'METRICS_TOO_FEW',
      `itemCount must be a whole number of at least 2 to draw again. Received ${itemCount}.`,
    );
  }
  if (!Number.isInteger(resamples) || resamples < 2) {
    throw new LeukoscopeError(
      'METRICS_RESAMPLES',
      `resamples must be a whole number of at least 2. Received ${resamples}.`,
    );
  }
  const all = Int32Array.from({ length: itemCount }, (_, i) => i);
  const estimate = statistic(all);
  if (estimate === null) return refuseUndefined('on the whole set');
  const replicates: number[] = [];
  const items = new Int32Array(itemCount);
  for (let resample = 0; resample < resamples; resample++) {
    for (let i = 0; i < itemCount; i++) items[i] = random.integer(0, itemCount);
    const value = statistic(items);
    if (value !== null) replicates.push(value);
  }
  if (replicates.length < 2) return refuseUndefined('on nearly all resamples');
  const limits =
    method === 'bca'
      ? bcaLimits(estimate, replicates, jackknife(itemCount, statistic), confidence)
      : percentileLimits(replicates, confidence);
  return {
    estimate,
    ...limits,
    standardError: deviation(replicates),
    method,
    confidence,
    resamples: replicates.length,
    undefinedResamples: resamples - replicates.length,
  };
}

/** Take plain quantiles of the replicates. */
export function percentileLimits(replicates: readonly number[], confidence: number): Interval {
  const sorted = replicates.toSorted((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return { low: quantileOfSorted(sorted, tail), high: quantileOfSorted(sorted, 1 - tail) };
}

/** Take quantiles shifted by bias z0 and acceleration a: Φ(z0 + (z0 + z) / (1 - a (z0 + z))). */
export function bcaLimits(
  estimate: number,
  replicates: readonly number[],
  leftOneOut: readonly number[],
  confidence: number,
): Interval {
  const below = replicates.filter((value) => value < estimate).length / replicates.length;
  const bias = normalQuantile(below);
  const acceleration = accelerationOf(leftOneOut);
  // A metric that never varies, or is always at its best (1.0), has no bias to correct.
  if (!Number.isFinite(bias) || acceleration === null) {
    return percentileLimits(replicates, confidence);
  }
  const sorted = replicates.toSorted((a, b) => a - b);
  const shifted = (share: number): number => {
    const z = bias + normalQuantile(share);
    return quantileOfSorted(sorted, normalCdf(bias + z / (1 - acceleration * z)));
  };
  const tail = (1 - confidence) / 2;
  return { low: shifted(tail), high: shifted(1 - tail) };
}

/** a = Σ u^3 / (6 (Σ u^2)^(3/2)), u = mean of the jackknife values minus each. */
function accelerationOf(leftOneOut: readonly number[]): number | null {
  if (leftOneOut.length === 0) return null;
  const centre = mean(leftOneOut);
  let squares = 0;
  let cubes = 0;
  for (const value of leftOneOut) {
    squares += (centre - value) ** 2;
    cubes += (centre - value) ** 3;
  }
  return squares === 0 ? null : cubes / (6 * squares ** 1.5);
}

function jackknife(itemCount: number, statistic: Statistic): number[] {
  const values: number[] = [];
  const items = new Int32Array(itemCount - 1);
  for (let left = 0; left < itemCount; left++) {
    for (let i = 0; i < itemCount - 1; i++) items[i] = i < left ? i : i + 1;
    const value = statistic(items);
    if (value !== null) values.push(value);
  }
  return values;
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1),
  );
}

function refuseUndefined(where: string): never {
  throw new LeukoscopeError(
    'METRICS_UNDEFINED',
    `the metric must be defined to have limits. Received nothing to measure ${where}.`,
  );
}
