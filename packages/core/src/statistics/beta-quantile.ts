/** @file Quantiles of the beta distribution, and the search behind every quantile. */
import { LeukoscopeError } from '../errors.ts';
import { incompleteBeta } from './special-functions.ts';

/** The x with I_x(a, b) = probability. */
export function betaQuantile(probability: number, a: number, b: number): number {
  checkProbability(probability);
  if (probability === 0 || probability === 1) return probability;
  return bisectRising((x) => incompleteBeta(x, a, b) - probability, 0, 1);
}

/** Find where a rising function crosses 0: halve until neighbouring floats are left. */
export function bisectRising(rising: (x: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
}

/** Throw unless the number is a probability. */
export function checkProbability(probability: number): void {
  if (probability >= 0 && probability <= 1) return;
  throw new LeukoscopeError(
    'METRICS_PROBABILITY',
    `probability must be between 0 and 1. Received ${probability}.`,
  );
}
