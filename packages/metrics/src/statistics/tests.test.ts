import { describe, expect, test } from 'vitest';
import { expectNear, readFixture } from '../../test/fixture.ts';
import { analysisOfVariance } from './analysis-of-variance.ts';
import { boxAndWhisker } from './box-and-whisker.ts';
import { clopperPearson } from '@leukoscope/core';
import { midRanks, quantile } from './descriptive.ts';
import { holm } from './holm.ts';
import { pairedT, wilcoxonSignedRanks } from './paired-tests.ts';

interface Pair {
  a: number[];
  b: number[];
  w: number;
  pValue: number;
}
interface Fixture {
  anova: { groups: number[][]; f: number; pValue: number };
  pairedT: Pair & { t: number; low: number; high: number; confidence: number };
  wilcoxon: Pair;
  wilcoxonTied: Pair;
  wilcoxonLong: Pair;
  quantiles: { values: number[]; at: [number, number][]; ranksOf: number[]; ranks: number[] };
  clopperPearson: [number, number, number, number, number][];
}

const expected = readFixture<Fixture>('tests');

test('analysis of variance equals scipy.stats.f_oneway', () => {
  const { groups, f, pValue } = expected.anova;
  const table = analysisOfVariance(groups);
  expectNear(table.f, f);
  expectNear(table.pValue, pValue);
  expect([table.degreesBetween, table.degreesWithin]).toEqual([2, 25]);
});

test('analysis of variance knows groups without spread', () => {
  expect(
    analysisOfVariance([
      [1, 1],
      [2, 2],
    ]),
  ).toMatchObject({ f: Infinity, pValue: 0, etaSquared: 1 });
  expect(
    analysisOfVariance([
      [1, 1],
      [1, 1],
    ]),
  ).toMatchObject({ f: 0, pValue: 1, etaSquared: null });
  expect(() => analysisOfVariance([[1], [2]])).toThrow('2 numbers or more');
  expect(() => analysisOfVariance([[1, 2]])).toThrow('at least 2');
});

test('paired t equals scipy.stats.ttest_rel with its limits', () => {
  const { a, b, t, pValue, low, high, confidence } = expected.pairedT;
  const result = pairedT(a, b, { confidence });
  expectNear(result.t, t);
  expectNear(result.pValue, pValue);
  expectNear(result.low, low);
  expectNear(result.high, high);
  expect(pairedT([1, 2], [0, 1])).toMatchObject({ t: Infinity, pValue: 0, meanDifference: 1 });
  expect(pairedT([1, 2], [1, 2])).toMatchObject({ t: 0, pValue: 1 });
});

describe('signed ranks', () => {
  test.each([
    ['exactly', 'wilcoxon', 'exact'],
    ['exactly with ties and equal pairs', 'wilcoxonTied', 'exact'],
    ['by the normal approximation of many pairs', 'wilcoxonLong', 'normal'],
  ] as const)('are tested %s', (_, name, method) => {
    const { a, b, w, pValue } = expected[name];
    const result = wilcoxonSignedRanks(a, b);
    expect(result.w).toBe(w);
    expect(result.method).toBe(method);
    expectNear(result.pValue, pValue);
  });

  test('say nothing when no pair differs', () => {
    expect(wilcoxonSignedRanks([1, 2], [1, 2])).toMatchObject({ pValue: 1, pairs: 0 });
  });
});

test('Clopper-Pearson limits equal scipy, and the classical table of a 100-cell differential', () => {
  for (const [successes, trials, confidence, low, high] of expected.clopperPearson) {
    const limits = clopperPearson(successes, trials, { confidence });
    expectNear(limits.low, low, 1e-8); // scipy finds its limits by a root search of that precision
    expectNear(limits.high, high, 1e-8);
  }
  expectNear(clopperPearson(1, 100).low, 1 - 0.975 ** (1 / 100), 1e-10);
  const percent = (seen: number, of: number) => {
    const { low, high } = clopperPearson(seen, of);
    return `${(100 * low).toFixed(1)}-${(100 * high).toFixed(1)}`;
  };
  // Ruemke's table for 0, 1, 5, 10, 30, 50 and 70 % of 100, 200 and 500 cells.
  const table = [0, 1, 5, 10, 30, 50, 70].map((p) =>
    [100, 200, 500].map((n) => percent((p * n) / 100, n)),
  );
  expect(table).toEqual([
    ['0.0-3.6', '0.0-1.8', '0.0-0.7'],
    ['0.0-5.4', '0.1-3.6', '0.3-2.3'],
    ['1.6-11.3', '2.4-9.0', '3.3-7.3'],
    ['4.9-17.6', '6.2-15.0', '7.5-13.0'],
    ['21.2-40.0', '23.7-36.9', '26.0-34.2'],
    ['39.8-60.2', '42.9-57.1', '45.5-54.5'],
    ['60.0-78.8', '63.1-76.3', '65.8-74.0'],
  ]);
  expect(() => clopperPearson(3, 2)).toThrow('0 <= successes <= trials');
  expect(() => clopperPearson(1, 2, { confidence: 95 })).toThrow('Write 95 % as 0.95');
});

test('quantiles and ranks equal numpy and scipy', () => {
  const { values, at, ranksOf, ranks } = expected.quantiles;
  for (const [share, value] of at) expectNear(quantile(values, share), value);
  expect(midRanks(ranksOf)).toEqual(ranks);
  expect(() => quantile([], 0.5)).toThrow('at least 1');
  expect(() => quantile([Number.NaN], 0.5)).toThrow('finite');
});

test('whiskers end at the last value within 1.5 boxes, and the rest are outliers', () => {
  // quartiles of 1..9 and 30: 3.25 and 7.75, reach 1.5 * 4.5 = 6.75
  const box = boxAndWhisker([9, 1, 2, 3, 4, 5, 6, 7, 8, 30]);
  expect(box).toMatchObject({
    lowerQuartile: 3.25,
    median: 5.5,
    upperQuartile: 7.75,
    lowerWhisker: 1,
    upperWhisker: 9,
    outliers: [30],
    mean: 7.5,
  });
});

test("Holm's correction multiplies the smallest p-values most and keeps their order", () => {
  // .01 * 4, .02 * 3 (= .06), .03 * 2 (= .06), .8
  expect(holm([0.03, 0.8, 0.01, 0.02])).toEqual([0.06, 0.8, 0.04, 0.06]);
  expect(() => holm([2])).toThrow('between 0 and 1');
});
