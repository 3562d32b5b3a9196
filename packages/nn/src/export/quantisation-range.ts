/**
 * @file From the values that a tensor took to the range that 8 bits cover.
 *
 * Three ways: all of it (`minmax`), without the rarest values (`percentile`), or the range whose rounding
 * and clipping cost least together (`mse`). Ranges always contain 0, so that padding stays exact.
 */
import { LeukoscopeError } from '@leukoscope/core';

/** How a range is chosen. */
export type CalibrationMethod = 'minmax' | 'percentile' | 'mse';

/** Smallest and largest value that are told apart. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** Counts of values over equal bins between the extremes. */
export interface Histogram extends ValueRange {
  readonly counts: Float64Array;
}

/** Bins of a histogram: 8 per step of 8 bits, so that a shrunk range is still resolved. */
export const histogramBins = 2048;

/** Extremes of some values; undefined if there is none. */
export function rangeOf(values: Float32Array, before?: ValueRange): ValueRange {
  let { low, high } = before ?? { low: 0, high: 0 };
  for (const value of values) {
    if (value < low) low = value;
    else if (value > high) high = value;
    else if (Number.isNaN(value)) high = value; // NaN is neither; it must not pass unseen
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    throw new LeukoscopeError(
      'NN_CALIBRATION',
      'values inside the model must be finite while it is calibrated. Received an infinite one. Check the weights and the samples.',
    );
  }
  return { low, high };
}

/** Start counting between extremes. */
export function createHistogram({ low, high }: ValueRange): Histogram {
  return { low, high, counts: new Float64Array(histogramBins) };
}

/** Count values into a histogram. */
export function countInPlace(histogram: Histogram, values: Float32Array): void {
  const { low, high, counts } = histogram;
  if (!(high > low)) return;
  const perBin = histogramBins / (high - low);
  for (const value of values) {
    const bin = Math.floor((value - low) * perBin);
    counts[Math.min(histogramBins - 1, Math.max(0, bin))]! += 1;
  }
}

/** Cut off the rarest values: the share `1 - percentile` of all, from both ends together. */
export function percentileRange(histogram: Histogram, percentile: number): ValueRange {
  const { low, counts } = histogram;
  const total = counts.reduce((a, b) => a + b, 0);
  const width = binWidth(histogram);
  let rest = total * (1 - percentile);
  let first = 0;
  let last = counts.length - 1;
  // From the end whose outermost bin is emptier, as long as the share allows.
  while (first < last) {
    const fromLow = counts[first]! <= counts[last]!;
    const count = fromLow ? counts[first]! : counts[last]!;
    if (count > rest) break;
    rest -= count;
    if (fromLow) first += 1;
    else last -= 1;
  }
  return withZero({ low: low + first * width, high: low + (last + 1) * width });
}

/** Try shrunk ranges and take the one whose squared error, rounding and clipping, is smallest. */
export function leastErrorRange(histogram: Histogram): ValueRange {
  const { low, high } = histogram;
  let best = withZero(histogram);
  let bestError = Number.POSITIVE_INFINITY;
  // Both ends shrink alike: 1, 0.98, ... 0.3 of the full range.
  for (let step = 0; step <= 35; step++) {
    const share = 1 - step * 0.02;
    const range = withZero({ low: low * share, high: high * share });
    const error = squaredError(histogram, range);
    if (error < bestError) [best, bestError] = [range, error];
  }
  return best;
}

/** Σ over bins of count · (x - Q(x))², x the middle of the bin. */
function squaredError(histogram: Histogram, range: ValueRange): number {
  const { counts, low } = histogram;
  const width = binWidth(histogram);
  const scale = (range.high - range.low) / 255;
  if (scale === 0) return 0;
  let error = 0;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    const x = low + (i + 0.5) * width;
    if (x >= range.low && x <= range.high) {
      // Inside, rounding errors are spread evenly over a step: their mean square is scale² / 12.
      error += (counts[i]! * scale * scale) / 12;
    } else {
      const clipped = x < range.low ? range.low - x : x - range.high;
      error += counts[i]! * clipped * clipped;
    }
  }
  return error;
}

function binWidth({ low, high, counts }: Histogram): number {
  return (high - low) / counts.length;
}

/** Widen a range so that it contains 0. */
export function withZero({ low, high }: ValueRange): ValueRange {
  return { low: Math.min(0, low), high: Math.max(0, high) };
}
