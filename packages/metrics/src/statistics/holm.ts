/** @file Holm's correction (1979) of p-values when several comparisons are made at once. */
import { LeukoscopeError } from '@leukoscope/core';

/** Return the corrected p-values in the order given. */
export function holm(pValues: readonly number[]): number[] {
  const bad = pValues.find((p) => !(p >= 0 && p <= 1));
  if (bad !== undefined) {
    throw new LeukoscopeError(
      'METRICS_PROBABILITY',
      `pValues must be between 0 and 1. Received ${bad}.`,
    );
  }
  const order = [...pValues.keys()].sort((a, b) => pValues[a]! - pValues[b]!);
  const corrected = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  order.forEach((index, i) => {
    // p_(i) * (m - i), never smaller than the one before
    largest = Math.max(largest, Math.min(1, pValues[index]! * (pValues.length - i)));
    corrected[index] = largest;
  });
  return corrected;
}
