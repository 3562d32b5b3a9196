/**
 * @file Do two models differ on the same folds or images? Student's paired t and Wilcoxon's signed
 * ranks. References: scipy.stats.ttest_rel, scipy.stats.wilcoxon(zero_method='wilcox').
 */
import { checkConfidence, type Interval } from '@leukoscope/core';
import { checkPairs, mean, midRanks, standardDeviation } from './descriptive.ts';
import { normalCdf, studentQuantile, studentTwoSided } from './distributions.ts';

/** Result of the paired t test. */
export interface PairedT extends Interval {
  readonly t: number;
  readonly degrees: number;
  readonly pValue: number;
  /** Mean of a - b; `low` and `high` are its limits. */
  readonly meanDifference: number;
}

/** Result of the signed-rank test. */
export interface SignedRanks {
  /** The smaller of the two rank sums. */
  readonly w: number;
  readonly pValue: number;
  /** Pairs that differ; the others are left out. */
  readonly pairs: number;
  readonly method: 'exact' | 'normal';
}

// Above this the normal approximation is closer than anybody's data are; below, all 2^n signs count.
const mostPairsForExact = 50;

/** Test whether the mean of a - b is 0. */
export function pairedT(
  a: readonly number[],
  b: readonly number[],
  options: { confidence?: number } = {},
): PairedT {
  const { confidence = 0.95 } = options;
  checkConfidence(confidence);
  checkPairs(a, b, 2);
  const differences = a.map((value, i) => value - b[i]!);
  const meanDifference = mean(differences);
  const standardError = standardDeviation(differences) / Math.sqrt(differences.length);
  const degrees = differences.length - 1;
  const t = standardError === 0 ? signOf(meanDifference) : meanDifference / standardError;
  const reach = -studentQuantile((1 - confidence) / 2, degrees) * standardError;
  return {
    t,
    degrees,
    pValue: Number.isFinite(t) ? studentTwoSided(t, degrees) : 0,
    meanDifference,
    low: meanDifference - reach,
    high: meanDifference + reach,
  };
}

/** Test whether a - b is symmetric around 0, without assuming normal differences. */
export function wilcoxonSignedRanks(a: readonly number[], b: readonly number[]): SignedRanks {
  checkPairs(a, b, 1);
  const differences = a.map((value, i) => value - b[i]!).filter((difference) => difference !== 0);
  const pairs = differences.length;
  if (pairs === 0) return { w: 0, pValue: 1, pairs, method: 'exact' };
  const ranks = midRanks(differences.map(Math.abs));
  const positive = ranks.reduce((sum, rank, i) => (differences[i]! > 0 ? sum + rank : sum), 0);
  const w = Math.min(positive, (pairs * (pairs + 1)) / 2 - positive);
  const isExact = pairs <= mostPairsForExact;
  const pValue = isExact ? exactPValue(w, ranks) : normalPValue(w, ranks);
  return { w, pValue, pairs, method: isExact ? 'exact' : 'normal' };
}

/** Count the sign patterns whose positive rank sum is at most w; ties halve ranks, so double them. */
function exactPValue(w: number, ranks: readonly number[]): number {
  const doubled = ranks.map((rank) => Math.round(2 * rank));
  const total = doubled.reduce((sum, rank) => sum + rank, 0);
  const share = new Float64Array(total + 1); // probability of each doubled sum
  share[0] = 1;
  for (const rank of doubled) {
    for (let sum = total; sum >= 0; sum--) {
      share[sum] = share[sum]! / 2 + (sum >= rank ? share[sum - rank]! / 2 : 0);
    }
  }
  let tail = 0;
  for (let sum = 0; sum <= Math.round(2 * w); sum++) tail += share[sum]!;
  return Math.min(1, 2 * tail);
}

/** var = (n (n + 1) (2n + 1) - Σ (t^3 - t) / 2) / 24 over groups of t tied ranks. */
function normalPValue(w: number, ranks: readonly number[]): number {
  const n = ranks.length;
  const tied = new Map<number, number>();
  for (const rank of ranks) tied.set(rank, (tied.get(rank) ?? 0) + 1);
  let correction = 0;
  for (const t of tied.values()) correction += t ** 3 - t;
  const variance = (n * (n + 1) * (2 * n + 1) - correction / 2) / 24;
  return Math.min(1, 2 * normalCdf((w - (n * (n + 1)) / 4) / Math.sqrt(variance)));
}

function signOf(value: number): number {
  return value === 0 ? 0 : Math.sign(value) * Number.POSITIVE_INFINITY;
}
