/**
 * @file Receiver operating characteristic: true against false positive rate over all score thresholds,
 * and the area below, for one class against the rest and averaged over classes.
 *
 * AUC = P(score of a positive > score of a negative) + P(equal) / 2 (Mann-Whitney). It needs both
 * positives and negatives; otherwise it is null. Reference: sklearn.metrics.roc_auc_score.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { checkScoredCells, type ScoredCells } from './probabilities.ts';

/** A curve from (0, 0) to (1, 1), one point per distinct score. */
export interface RocCurve {
  readonly falsePositiveRate: readonly number[];
  readonly truePositiveRate: readonly number[];
  /** A cell is positive when its score is at least this; the first is Infinity. */
  readonly thresholds: readonly number[];
  readonly area: number;
}

/** One-vs-rest areas. */
export interface MulticlassRoc {
  /** Null where a class has no cells, or all. */
  readonly classes: readonly (RocCurve | null)[];
  /** Mean of the known areas; null when none is known. */
  readonly macroArea: number | null;
  /** Mean weighted by the classes' cells. */
  readonly weightedArea: number | null;
}

/** Compute the curve of a score for positives against negatives; null without one of them. */
export function rocCurve(
  isPositive: readonly boolean[],
  scores: readonly number[],
): RocCurve | null {
  if (isPositive.length !== scores.length || scores.some((score) => Number.isNaN(score))) {
    throw new LeukoscopeError(
      'METRICS_PAIRS',
      `isPositive and scores must have one length and no NaN. Received ${isPositive.length} and ${scores.length}.`,
    );
  }
  const positives = isPositive.filter(Boolean).length;
  const negatives = isPositive.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const order = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!);
  const falsePositiveRate = [0];
  const truePositiveRate = [0];
  const thresholds = [Number.POSITIVE_INFINITY];
  let [tp, fp, area] = [0, 0, 0];
  for (let from = 0; from < order.length; ) {
    const score = scores[order[from]!]!;
    const [tpBefore, fpBefore] = [tp, fp];
    // Cells of one score change sides together: a slanted step, which gives ties their half.
    for (; from < order.length && scores[order[from]!] === score; from++) {
      if (isPositive[order[from]!]) tp++;
      else fp++;
    }
    area += ((fp - fpBefore) * (tp + tpBefore)) / 2;
    falsePositiveRate.push(fp / negatives);
    truePositiveRate.push(tp / positives);
    thresholds.push(score);
  }
  return { falsePositiveRate, truePositiveRate, thresholds, area: area / (positives * negatives) };
}

/** Compute each class against the rest. */
export function oneVsRestRoc(cells: ScoredCells): MulticlassRoc {
  const classCount = cells.probabilities[0]?.length ?? 0;
  checkScoredCells(cells, classCount);
  const supports = Array.from({ length: classCount }, (_, k) => {
    return cells.groundTruth.filter((truth) => truth === k).length;
  });
  const classes = supports.map((_, k) =>
    rocCurve(
      cells.groundTruth.map((truth) => truth === k),
      cells.probabilities.map((row) => row[k]!),
    ),
  );
  const average = (weightOf: (k: number) => number): number | null => {
    const known = [...classes.keys()].filter((k) => classes[k] !== null);
    const weight = known.reduce((sum, k) => sum + weightOf(k), 0);
    if (weight === 0) return null;
    return known.reduce((sum, k) => sum + classes[k]!.area * weightOf(k), 0) / weight;
  };
  return { classes, macroArea: average(() => 1), weightedArea: average((k) => supports[k]!) };
}
