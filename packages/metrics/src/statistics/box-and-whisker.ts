/**
 * @file The numbers of a box-and-whisker plot: quartiles, whiskers to the last value within
 * 1.5 interquartile ranges of the box (Tukey), and what lies beyond.
 */
import { mean, quantileOfSorted, checkCount } from './descriptive.ts';

/** One box with its whiskers. */
export interface BoxAndWhisker {
  readonly count: number;
  readonly mean: number;
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly lowerWhisker: number;
  readonly upperWhisker: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Rising. */
  readonly outliers: readonly number[];
}

/** Summarise a distribution. */
export function boxAndWhisker(values: readonly number[]): BoxAndWhisker {
  checkCount(values, 1);
  const sorted = values.toSorted((a, b) => a - b);
  const lowerQuartile = quantileOfSorted(sorted, 0.25);
  const upperQuartile = quantileOfSorted(sorted, 0.75);
  const reach = 1.5 * (upperQuartile - lowerQuartile);
  const isInside = (value: number): boolean =>
    value >= lowerQuartile - reach && value <= upperQuartile + reach;
  const inside = sorted.filter(isInside);
  return {
    count: sorted.length,
    mean: mean(sorted),
    median: quantileOfSorted(sorted, 0.5),
    lowerQuartile,
    upperQuartile,
    // An interpolated quartile may lie beyond the last value within reach: whiskers never enter the box.
    lowerWhisker: Math.min(inside[0]!, lowerQuartile),
    upperWhisker: Math.max(inside.at(-1)!, upperQuartile),
    minimum: sorted[0]!,
    maximum: sorted.at(-1)!,
    outliers: sorted.filter((value) => !isInside(value)),
  };
}
