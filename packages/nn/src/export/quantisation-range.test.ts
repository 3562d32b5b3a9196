import { createRandom } from '@leukoscope/core';
import { expect, test } from 'vitest';
import {
  countInPlace,
  createHistogram,
  type Histogram,
  leastErrorRange,
  percentileRange,
  rangeOf,
  type ValueRange,
} from './quantisation-range.ts';

function histogramOf(values: Float32Array): Histogram {
  const histogram = createHistogram(rangeOf(values));
  countInPlace(histogram, values);
  return histogram;
}

/** Mean squared error of rounding to 256 steps over a range, by plain loops. */
function errorOf(values: Float32Array, { low, high }: ValueRange): number {
  const scale = (high - low) / 255;
  const errors = Array.from(values, (x) => {
    const kept = Math.min(high, Math.max(low, x));
    return (x - (low + Math.round((kept - low) / scale) * scale)) ** 2;
  });
  return errors.reduce((a, b) => a + b, 0) / values.length;
}

test('the range of values contains 0 and grows over calls', () => {
  expect(rangeOf(Float32Array.of(2, 5))).toEqual({ low: 0, high: 5 });
  expect(rangeOf(Float32Array.of(-1, 3), { low: -4, high: 2 })).toEqual({ low: -4, high: 3 });
});

test('values that are not finite are refused', () => {
  for (const bad of [Number.NaN, Infinity, -Infinity])
    expect(() => rangeOf(Float32Array.of(1, bad, 2))).toThrow('must be finite');
});

test('a histogram counts every value once, both ends included', () => {
  const histogram = histogramOf(Float32Array.of(-2, -2, 0, 1, 2));
  expect(histogram.counts.reduce((a, b) => a + b, 0)).toBe(5);
  expect([histogram.counts[0], histogram.counts.at(-1)]).toEqual([2, 1]);
});

test('a percentile cuts rare values off the end that has them', () => {
  const values = Float32Array.from({ length: 10_000 }, (_, i) =>
    i < 9_995 ? (i % 100) / 100 : 50,
  );
  const range = percentileRange(histogramOf(values), 0.999);
  expect(range.low).toBe(0);
  expect(range.high).toBeLessThan(1.1);
  expect(percentileRange(histogramOf(values), 1).high).toBeCloseTo(50, 3);
});

test('the least error range is better than the full one where few values lie far out', () => {
  const random = createRandom(1);
  const values = Float32Array.from({ length: 20_000 }, () => random.normal());
  values[0] = 40;
  const full = rangeOf(values);
  const chosen = leastErrorRange(histogramOf(values));
  expect(errorOf(values, chosen)).toBeLessThan(errorOf(values, full));
  // Without the outlier nothing is worth cutting: 256 steps over 4 deviations are fine enough.
  const plain = values.subarray(1);
  const kept = leastErrorRange(histogramOf(plain));
  expect(errorOf(plain, kept)).toBeLessThan(1.1 * errorOf(plain, rangeOf(plain)));
});
