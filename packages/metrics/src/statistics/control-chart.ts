/**
 * @file Control limits of shares over time (Laney's p' chart, 2002): whether a week's share of corrected cells is one of
 * the usual ones. A plain p chart takes cells for independent; those of one patient are not, so its limits are as
 * much wider as the shares vary more than chance between one period and the next.
 *
 * p' limits: p̄ ± 3 σ_z √(p̄ (1 - p̄) / n), with σ_z = mean |z_i - z_(i-1)| / 1.128 and z_i = (p_i - p̄) / √(p̄ (1 - p̄) / n_i).
 * σ_z is never taken below 1: limits are never narrower than chance alone.
 */
import type { Interval } from '@leukoscope/core';
import { checkCount } from './descriptive.ts';

/** A period: of `count` things, `hits` were such. */
export interface CountedPeriod {
  readonly hits: number;
  readonly count: number;
}

/** Limits of one period; null where nothing was counted. */
export interface ControlPoint {
  readonly share: number;
  readonly limits: Interval;
  readonly isOut: boolean;
}

/** A chart. */
export interface ControlChart {
  /** Of all periods together. */
  readonly centre: number;
  /** How much more the shares vary than by chance; at least 1. */
  readonly spread: number;
  readonly points: readonly (ControlPoint | null)[];
}

/** Mean of the range of two normal draws, in standard deviations (d2 of two). */
const rangeOfTwo = 1.128;

/** Draw limits for shares by period, in the order of time. */
export function controlChart(periods: readonly CountedPeriod[]): ControlChart {
  checkCount(
    periods.map(({ hits }) => hits),
    1,
    'periods',
  );
  const sum = (pick: (period: CountedPeriod) => number) =>
    periods.reduce((total, period) => total + pick(period), 0);
  const centre =
    sum(({ hits }) => hits) /
    Math.max(
      1,
      sum(({ count }) => count),
    );
  const errorOf = (count: number) => Math.sqrt((centre * (1 - centre)) / count);
  const scores = periods.flatMap(({ hits, count }) => {
    const error = errorOf(count);
    return count === 0 || error === 0 ? [] : [(hits / count - centre) / error];
  });
  const steps = scores.slice(1).map((score, i) => Math.abs(score - scores[i]!));
  const meanStep = steps.reduce((total, step) => total + step, 0) / Math.max(1, steps.length);
  const spread = Math.max(1, meanStep / rangeOfTwo);
  return {
    centre,
    spread,
    points: periods.map(({ hits, count }) => {
      if (count === 0) return null;
      const reach = 3 * spread * errorOf(count);
      const limits = { low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
      const share = hits / count;
      return { share, limits, isOut: share < limits.low || share > limits.high };
    }),
  };
}
