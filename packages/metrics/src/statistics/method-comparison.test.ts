import { expect, test } from 'vitest';
import { expectNear, readFixture } from '../../test/fixture.ts';
import { blandAltman } from './bland-altman.ts';
import { demingRegression, passingBablokRegression } from './method-regression.ts';

type Limits = [number, number, number];
const { regression } = readFixture<{
  regression: {
    x: number[];
    y: number[];
    deming: { errorRatio: number; intercept: number; slope: number }[];
    passingBablok: { slope: Limits; intercept: Limits };
  };
}>('tests');
const { x, y } = regression;

test("Deming's line equals orthogonal distance regression", () => {
  for (const { errorRatio, slope, intercept } of regression.deming) {
    const line = demingRegression(x, y, { errorRatio });
    expectNear(line.slope.value, slope, 1e-6);
    expectNear(line.intercept.value, intercept, 1e-5);
  }
});

test("Deming's limits hold the line, and grow with confidence", () => {
  const { slope, intercept } = demingRegression(x, y);
  const wide = demingRegression(x, y, { confidence: 0.99 });
  expect(slope.low).toBeLessThan(slope.value);
  expect(slope.high).toBeGreaterThan(slope.value);
  expect(intercept.low).toBeLessThan(intercept.high);
  expect(wide.slope.low).toBeLessThan(slope.low);
});

test("Deming's limits hold the true slope in about 95 of 100 comparisons", () => {
  // A small deterministic stand-in for normal errors: sums of hashed uniforms.
  let state = 12345;
  const noise = () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      sum += state / 2 ** 32;
    }
    return sum;
  };
  let held = 0;
  for (let study = 0; study < 200; study++) {
    const truth = Array.from({ length: 30 }, (_, i) => 10 + 2 * i);
    const a = truth.map((value) => value + 2 * noise());
    const b = truth.map((value) => value + 2 * noise());
    const { slope } = demingRegression(a, b);
    if (slope.low <= 1 && slope.high >= 1) held++;
  }
  expect(held).toBeGreaterThanOrEqual(180);
  expect(held).toBeLessThanOrEqual(199);
});

test('Passing-Bablok equals a second implementation', () => {
  const line = passingBablokRegression(x, y);
  for (const name of ['slope', 'intercept'] as const) {
    const [value, low, high] = regression.passingBablok[name];
    expectNear(line[name].value, value);
    expectNear(line[name].low, low);
    expectNear(line[name].high, high);
  }
  const narrow = passingBablokRegression(x, y, { confidence: 0.5 });
  expect(narrow.slope.low).toBeGreaterThan(line.slope.low);
});

test('Passing-Bablok is not moved by one wild value, and copes with equal x', () => {
  const wild = y.map((value, i) => (i === 3 ? value + 500 : value));
  expect(Math.abs(passingBablokRegression(x, wild).slope.value - 1.05)).toBeLessThan(0.05);
  expect(Math.abs(demingRegression(x, wild).slope.value - 1.05)).toBeGreaterThan(0.05);
  const steps = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5];
  expect(
    passingBablokRegression(
      steps,
      steps.map((v) => 2 * v),
    ).slope.value,
  ).toBe(2);
});

test('lines need points that vary together', () => {
  expect(() => demingRegression([1, 1, 1], [1, 2, 3])).toThrow('vary together');
  expect(() => demingRegression(x, y, { errorRatio: 0 })).toThrow('above 0');
  expect(() => passingBablokRegression([1, 2, 3], [3, 2, 1])).toThrow('enough points');
  expect(() => demingRegression([1, 2, 3], [1, 2])).toThrow('one length');
});

test('Bland-Altman gives the bias, the limits of agreement and their own limits', () => {
  const reference = [10, 20, 30, 40, 50];
  const method = [12, 21, 33, 40, 54]; // differences 2, 1, 3, 0, 4
  const result = blandAltman(reference, method);
  const deviation = Math.sqrt(10 / 4);
  const z = 1.959963984540054;
  const t = 2.7764451051977987; // t(.975, 4)
  expect(result.bias.value).toBe(2);
  expect(result.upperLimit.value).toBeCloseTo(2 + z * deviation, 10);
  expect(result.bias.low).toBeCloseTo(2 - (t * deviation) / Math.sqrt(5), 10);
  const limitError = deviation * Math.sqrt(1 / 5 + z ** 2 / 8);
  expect(result.lowerLimit.low).toBeCloseTo(2 - z * deviation - t * limitError, 10);
  expect(result.points[2]).toEqual({ mean: 31.5, difference: 3 });
  const narrower = blandAltman(reference, method, { agreement: 0.8, confidence: 0.8 });
  expect(narrower.upperLimit.value).toBeLessThan(result.upperLimit.value);
  expect(narrower.bias.high).toBeLessThan(result.bias.high);
});
