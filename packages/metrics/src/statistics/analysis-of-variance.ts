/**
 * @file One-way analysis of variance: do the means of several groups (models over folds) differ?
 * Reference: scipy.stats.f_oneway.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { checkCount, mean } from './descriptive.ts';
import { fUpperTail } from './distributions.ts';

/** The usual table, in one row. */
export interface AnalysisOfVariance {
  readonly f: number;
  readonly degreesBetween: number;
  readonly degreesWithin: number;
  readonly pValue: number;
  /** Share of the variance that the groups explain, SSB / SST; null when nothing varies. */
  readonly etaSquared: number | null;
  readonly groupMeans: readonly number[];
}

/** Compare the means of two or more independent groups. */
export function analysisOfVariance(groups: readonly (readonly number[])[]): AnalysisOfVariance {
  if (groups.length < 2) {
    throw new LeukoscopeError(
      'METRICS_TOO_FEW',
      `groups must be at least 2. Received ${groups.length}.`,
    );
  }
  groups.forEach((group, i) => {
    checkCount(group, 1, `group ${i}`);
  });
  const all = groups.flat();
  const degreesBetween = groups.length - 1;
  const degreesWithin = all.length - groups.length;
  if (degreesWithin < 1) {
    throw new LeukoscopeError(
      'METRICS_TOO_FEW',
      `at least one group must hold 2 numbers or more. Received ${groups.length} single numbers.`,
    );
  }
  const grandMean = mean(all);
  const groupMeans = groups.map(mean);
  let between = 0; // SSB = Σ n_i (mean_i - mean)^2
  let within = 0; // SSW = Σ Σ (x - mean_i)^2
  groups.forEach((group, i) => {
    between += group.length * (groupMeans[i]! - grandMean) ** 2;
    for (const value of group) within += (value - groupMeans[i]!) ** 2;
  });
  const f = fRatio(between / degreesBetween, within / degreesWithin);
  return {
    f,
    degreesBetween,
    degreesWithin,
    pValue: fUpperTail(f, degreesBetween, degreesWithin),
    etaSquared: between + within === 0 ? null : between / (between + within),
    groupMeans,
  };
}

function fRatio(between: number, within: number): number {
  if (within > 0) return between / within;
  return between > 0 ? Number.POSITIVE_INFINITY : 0; // no spread inside the groups at all
}
