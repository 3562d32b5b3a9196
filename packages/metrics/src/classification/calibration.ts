/**
 * @file Does a score of .8 mean 80 % right? Expected calibration error and the data of a reliability
 * diagram (Guo et al. 2017), of the predicted class's score.
 *
 * Bins of equal width are (low, high], the first also holding 0. ECE = Σ (n_b / N) |accuracy_b - score_b|.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { checkScoredCells, mostProbable, type ScoredCells } from './probabilities.ts';

/** One bin of a reliability diagram. */
export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Null in an empty bin. */
  readonly accuracy: number | null;
  readonly meanScore: number | null;
}

/** Calibration of a model. */
export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  readonly expectedCalibrationError: number;
  /** The largest gap of a bin that holds cells. */
  readonly maximumCalibrationError: number;
}

/** Calibration of a classifier that gives probabilities for all classes. */
export interface ClassifierCalibration extends Calibration {
  /** Mean of Σ_k (p_k - [k is true])^2. */
  readonly brierScore: number;
}

/** Measure the calibration of a classifier. */
export function calibration(
  cells: ScoredCells,
  options: { bins?: number } = {},
): ClassifierCalibration {
  checkScoredCells(cells, cells.probabilities[0]?.length ?? 0);
  const predicted = cells.probabilities.map(mostProbable);
  const scores = cells.probabilities.map((row, i) => row[predicted[i]!]!);
  const isCorrect = cells.groundTruth.map((truth, i) => truth === predicted[i]);
  const squares = cells.probabilities.map((row, i) => {
    return row.reduce((sum, p, k) => sum + (p - (k === cells.groundTruth[i] ? 1 : 0)) ** 2, 0);
  });
  return {
    ...scoreCalibration(scores, isCorrect, options),
    brierScore: squares.reduce((sum, value) => sum + value, 0) / squares.length,
  };
}

/** Measure the calibration of bare scores (those of a detector, say) against right and wrong. */
export function scoreCalibration(
  scores: readonly number[],
  isCorrect: readonly boolean[],
  options: { bins?: number } = {},
): Calibration {
  const { bins: binCount = 10 } = options;
  if (!Number.isInteger(binCount) || binCount < 1) {
    throw new LeukoscopeError(
      'METRICS_BINS',
      `bins must be a whole number above 0. Received ${binCount}.`,
    );
  }
  const bad = scores.find((score) => !(score >= 0 && score <= 1));
  if (scores.length !== isCorrect.length || scores.length === 0 || bad !== undefined) {
    throw new LeukoscopeError(
      'METRICS_PROBABILITIES',
      `scores must be numbers between 0 and 1, one for each verdict. Received ${bad ?? `${scores.length} scores and ${isCorrect.length} verdicts`}.`,
    );
  }
  const members: number[][] = Array.from({ length: binCount }, () => []);
  scores.forEach((score, i) => {
    members[Math.max(0, Math.ceil(score * binCount) - 1)]!.push(i);
  });
  const bins = members.map((indexes, b): CalibrationBin => {
    const count = indexes.length;
    const right = indexes.filter((i) => isCorrect[i]).length;
    const sum = indexes.reduce((total, i) => total + scores[i]!, 0);
    return {
      low: b / binCount,
      high: (b + 1) / binCount,
      count,
      accuracy: count === 0 ? null : right / count,
      meanScore: count === 0 ? null : sum / count,
    };
  });
  const filled = bins.filter((bin) => bin.count > 0);
  const gapOf = (bin: CalibrationBin): number => Math.abs(bin.accuracy! - bin.meanScore!);
  return {
    bins,
    expectedCalibrationError: filled.reduce(
      (sum, bin) => sum + (bin.count / scores.length) * gapOf(bin),
      0,
    ),
    maximumCalibrationError: Math.max(...filled.map(gapOf)),
  };
}
