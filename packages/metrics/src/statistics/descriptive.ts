/**
 * @file Mean, spread, quantiles and ranks of a list of numbers.
 *
 * Quantiles interpolate linearly between order statistics (type 7 of Hyndman & Fan 1996, the default
 * of numpy and R). Standard deviations divide by n - 1.
 */
import { LeukoscopeError } from '@leukoscope/core';

/** Return the arithmetic mean. */
export function mean(values: readonly number[]): number {
  checkCount(values, 1);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Return the sample standard deviation. */
export function standardDeviation(values: readonly number[]): number {
  checkCount(values, 2);
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Return the value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  checkCount(values, 1);
  return quantileOfSorted(
    values.toSorted((a, b) => a - b),
    share,
  );
}

/** Return a quantile of values that are sorted already. */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  if (!(share >= 0 && share <= 1)) {
    throw new LeukoscopeError(
      'METRICS_PROBABILITY',
      `share must be between 0 and 1. Received ${share}.`,
    );
  }
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}

/** Return 1-based ranks; equal values share the mean of their ranks. */
export function midRanks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** Throw unless there are enough values and all are finite. */
export function checkCount(values: readonly number[], least: number, subject = 'values'): void {
  if (values.length < least) {
    throw new LeukoscopeError(
      'METRICS_TOO_FEW',
      `${subject} must hold at least ${least} number(s). Received ${values.length}.`,
    );
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new LeukoscopeError(
    'METRICS_NOT_FINITE',
    `${subject} must be finite numbers. Received ${values[bad]} at ${bad}. Leave undefined ones out first.`,
  );
}

/** Throw unless two lists are pairs. */
export function checkPairs(a: readonly number[], b: readonly number[], least: number): void {
  if (a.length !== b.length) {
    throw new LeukoscopeError(
      'METRICS_PAIRS',
      `paired lists must have one length. Received ${a.length} and ${b.length}.`,
    );
  }
  checkCount(a, least, 'the first list');
  checkCount(b, least, 'the second list');
}
