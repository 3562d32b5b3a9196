import { createRandom } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { expectNear, readFixture } from '../../test/fixture.ts';
import { bcaLimits, bootstrapInterval, percentileLimits } from './bootstrap.ts';

const { bca } = readFixture<{
  bca: { estimate: number; replicates: number[]; leftOneOut: number[]; low: number; high: number };
}>('tests');

const values = Array.from({ length: 40 }, (_, i) => (i * i) % 17);
const meanOf = (items: Int32Array) =>
  items.reduce((sum, item) => sum + values[item]!, 0) / items.length;

test('BCa limits equal scipy for the same replicates', () => {
  const limits = bcaLimits(bca.estimate, bca.replicates, bca.leftOneOut, 0.95);
  expectNear(limits.low, bca.low, 1e-8);
  expectNear(limits.high, bca.high, 1e-8);
});

test('percentile limits are plain quantiles', () => {
  const replicates = Array.from({ length: 101 }, (_, i) => i);
  const { low, high } = percentileLimits(replicates, 0.9);
  expect(low).toBeCloseTo(5, 9);
  expect(high).toBeCloseTo(95, 9);
});

test('covers the mean about as closely as the textbook formula', () => {
  const interval = bootstrapInterval(40, meanOf, { random: createRandom(1) });
  const all = meanOf(Int32Array.from(values.keys()));
  const squares = values.reduce((sum, value) => sum + (value - all) ** 2, 0);
  expect(interval.estimate).toBe(all);
  expect(interval.standardError).toBeCloseTo(Math.sqrt(squares) / 40, 1);
  expect(interval.high - interval.low).toBeCloseTo((2 * 1.96 * Math.sqrt(squares)) / 40, 0);
});

test('is the same for the same seed, and obeys its options', () => {
  const draw = (options: object) =>
    bootstrapInterval(40, meanOf, { random: createRandom(5), resamples: 200, ...options });
  expect(draw({})).toEqual(draw({}));
  const { low, high } = draw({});
  expect(draw({ method: 'percentile' })).not.toMatchObject({ low, high });
  expect(draw({ confidence: 0.5 }).low).toBeGreaterThan(low);
  expect(draw({ resamples: 50 }).resamples).toBe(50);
  expect(draw({ random: createRandom(6) }).low).not.toBe(low);
});

test('says how often the metric was not defined, and refuses a metric that never is', () => {
  const onlyWithFirst = (items: Int32Array) => (items.includes(0) ? meanOf(items) : null);
  const interval = bootstrapInterval(40, onlyWithFirst, {
    random: createRandom(2),
    resamples: 300,
  });
  expect(interval.undefinedResamples).toBeGreaterThan(50); // about 1/e of 300
  expect(interval.resamples + interval.undefinedResamples).toBe(300);
  expect(() => bootstrapInterval(40, () => null, { random: createRandom(2) })).toThrow(
    'must be defined',
  );
  expect(() => bootstrapInterval(1, meanOf, { random: createRandom(2) })).toThrow('at least 2');
});

test('gives limits without width for a metric that never varies', () => {
  const interval = bootstrapInterval(5, () => 1, { random: createRandom(3), resamples: 20 });
  expect(interval).toMatchObject({ low: 1, high: 1, standardError: 0 });
});
