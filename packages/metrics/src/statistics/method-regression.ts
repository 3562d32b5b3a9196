/**
 * @file Lines through method comparisons where both methods err: Deming (normal errors with a known
 * ratio of variances) and Passing-Bablok (no assumption on errors, robust). y = intercept + slope x.
 *
 * Deming's limits are jackknife limits with Student's t (Linnet 1993; CLSI EP09). Passing-Bablok's are the
 * rank limits of Passing & Bablok (1983), Part I; slopes of exactly -1 are left out as they prescribe.
 */
import { checkConfidence, LeukoscopeError } from '@leukoscope/core';
import type { Estimate } from './bland-altman.ts';
import { checkPairs, mean, quantileOfSorted } from './descriptive.ts';
import { normalQuantile, studentQuantile } from './distributions.ts';

/** A line with confidence limits; methods agree when slope 1 and intercept 0 lie within them. */
export interface MethodRegression {
  readonly slope: Estimate;
  readonly intercept: Estimate;
  readonly method: 'deming' | 'passing-bablok';
}

/** Settings of Deming regression. */
export interface DemingOptions {
  /** Variance of y's error divided by that of x's. @default 1 */
  readonly errorRatio?: number;
  /** @default 0.95 */
  readonly confidence?: number;
}

/** Fit Deming's line. */
export function demingRegression(
  x: readonly number[],
  y: readonly number[],
  options: DemingOptions = {},
): MethodRegression {
  const { errorRatio = 1, confidence = 0.95 } = options;
  checkConfidence(confidence);
  checkPairs(x, y, 3);
  if (!(errorRatio > 0 && Number.isFinite(errorRatio))) {
    throw new LeukoscopeError(
      'METRICS_ERROR_RATIO',
      `errorRatio must be a number above 0. Received ${errorRatio}.`,
    );
  }
  const whole = demingLine(x, y, errorRatio);
  const n = x.length;
  const pseudo = x.map((_, left) => {
    const without = (values: readonly number[]) => values.filter((_, i) => i !== left);
    const line = demingLine(without(x), without(y), errorRatio);
    // n θ - (n - 1) θ without i
    return {
      slope: n * whole.slope - (n - 1) * line.slope,
      intercept: n * whole.intercept - (n - 1) * line.intercept,
    };
  });
  const t = studentQuantile((1 + confidence) / 2, n - 2);
  const limit = (value: number, values: readonly number[]): Estimate => {
    const centre = mean(values);
    const squares = values.reduce((sum, one) => sum + (one - centre) ** 2, 0);
    const reach = t * Math.sqrt(squares / (n - 1) / n);
    return { value, low: value - reach, high: value + reach };
  };
  return {
    method: 'deming',
    slope: limit(
      whole.slope,
      pseudo.map((line) => line.slope),
    ),
    intercept: limit(
      whole.intercept,
      pseudo.map((line) => line.intercept),
    ),
  };
}

/** slope = (syy - δ sxx + √((syy - δ sxx)^2 + 4 δ sxy^2)) / (2 sxy) */
function demingLine(x: readonly number[], y: readonly number[], ratio: number) {
  const [mx, my] = [mean(x), mean(y)];
  let [sxx, syy, sxy] = [0, 0, 0];
  x.forEach((value, i) => {
    sxx += (value - mx) ** 2;
    syy += (y[i]! - my) ** 2;
    sxy += (value - mx) * (y[i]! - my);
  });
  if (sxy === 0) {
    throw new LeukoscopeError(
      'METRICS_NO_LINE',
      'x and y must vary together to fit a line. Received values without covariance.',
    );
  }
  const gap = syy - ratio * sxx;
  const slope = (gap + Math.sqrt(gap ** 2 + 4 * ratio * sxy ** 2)) / (2 * sxy);
  return { slope, intercept: my - slope * mx };
}

/** Fit Passing and Bablok's line: the shifted median of all slopes between two points. */
export function passingBablokRegression(
  x: readonly number[],
  y: readonly number[],
  options: { confidence?: number } = {},
): MethodRegression {
  const { confidence = 0.95 } = options;
  checkConfidence(confidence);
  checkPairs(x, y, 3);
  const slopes = pairSlopes(x, y);
  const N = slopes.length;
  // K slopes below -1 are of pairs whose order the methods disagree about: the median moves up by K.
  const K = slopes.filter((slope) => slope < -1).length;
  const n = x.length;
  const z = normalQuantile((1 + confidence) / 2);
  const C = z * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const M1 = Math.round((N - C) / 2);
  const M2 = N - M1 + 1;
  if (M1 < 1 || M2 + K > N) {
    throw new LeukoscopeError(
      'METRICS_NO_LINE',
      `x and y must hold enough points in rising order for limits at ${confidence}. Received ${n} points with ${N} usable slopes, ${K} of them below -1.`,
    );
  }
  const at = (rank: number): number => slopes[rank - 1]!; // 1-based, as in the paper
  const value = N % 2 === 1 ? at((N + 1) / 2 + K) : (at(N / 2 + K) + at(N / 2 + 1 + K)) / 2;
  const slope: Estimate = { value, low: at(M1 + K), high: at(M2 + K) };
  const interceptFor = (b: number): number => {
    const rests = x.map((one, i) => y[i]! - b * one).sort((a, c) => a - c);
    return quantileOfSorted(rests, 0.5);
  };
  return {
    method: 'passing-bablok',
    slope,
    intercept: {
      value: interceptFor(slope.value),
      low: interceptFor(slope.high),
      high: interceptFor(slope.low),
    },
  };
}

function pairSlopes(x: readonly number[], y: readonly number[]): number[] {
  const slopes: number[] = [];
  for (let i = 0; i < x.length; i++) {
    for (let j = i + 1; j < x.length; j++) {
      const [dx, dy] = [x[i]! - x[j]!, y[i]! - y[j]!];
      if (dx === 0 && dy === 0) continue; // identical points have no slope
      const slope = dx === 0 ? Math.sign(dy) * Number.POSITIVE_INFINITY : dy / dx;
      if (slope !== -1) slopes.push(slope);
    }
  }
  return slopes.sort((a, b) => (a === b ? 0 : a - b)); // Infinity - Infinity is NaN
}
