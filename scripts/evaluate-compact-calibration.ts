/**
 * @file Temperature, "not sure" and score threshold: fitted on the tuning half of the validation images,
 * applied unchanged to the reporting half.
 */
import {
  boxIou,
  type CellClass,
  coarsen,
  probabilityByRow,
  type TypeDepth,
} from '@leukoscope/core';
import { scoreCalibration } from '@leukoscope/metrics';
import { refinerClasses, tempered } from '@leukoscope/models';
import { type AnalysedCell, coarseProbabilities } from './evaluate-compact-analyse.ts';
import {
  type AnalysedField,
  fiveTypes,
  type MatchedCell,
  share,
  tenTypes,
} from './evaluate-compact-measures.ts';

/** What is decided after training. */
export interface Calibration {
  readonly temperature: number;
  /** A cell is "not sure" where its most probable type, as fine as types are told, has less than this. */
  readonly unsureBelow: number;
  readonly scoreThreshold: number;
}

/** Share of right answers that may be flagged where thresholds are fitted; a tenth is allowed elsewhere. */
const rightFlagged = 0.085;

/** Fit on cells whose ten types are known, and cells of which five are. */
export function fitCalibration(
  fine: readonly MatchedCell[],
  five: readonly MatchedCell[],
  fields: readonly AnalysedField[],
): Calibration {
  const known = [...judgeable(fine, tenTypes), ...judgeable(five, fiveTypes)];
  const lossAt = (t: number) => known.reduce((sum, cell) => sum + judge(cell, t).loss, 0);
  const temperatures = Array.from({ length: 71 }, (_, i) => 0.3 * 1.03 ** i);
  const temperature = temperatures.reduce((a, b) => (lossAt(b) < lossAt(a) ? b : a));
  const right = judgeable(fine, tenTypes)
    .filter((cell) => judge(cell, temperature).right)
    .map(({ found }) => certaintyOf(found, temperature, 'fine'))
    .sort((a, b) => a - b);
  const unsureBelow = right[Math.floor(right.length * rightFlagged)] ?? 0;
  const scoreThreshold = bestScoreThreshold(fields);
  return { temperature, unsureBelow, scoreThreshold };
}

/** Measure a calibration on other cells. */
export function calibrationScores(
  matched: readonly MatchedCell[],
  classes: readonly CellClass[],
  depth: TypeDepth,
  calibration: Calibration,
) {
  const judged = judgeable(matched, classes).map((cell) => ({
    ...judge(cell, calibration.temperature),
    unsure: isUnsure(cell.found, depth, calibration),
  }));
  const flagged = (right: boolean) => {
    const some = judged.filter((cell) => cell.right === right);
    return share(some.filter(({ unsure }) => unsure).length, some.length);
  };
  return {
    expectedCalibrationError: scoreCalibration(
      judged.map(({ score }) => score),
      judged.map(({ right }) => right),
    ).expectedCalibrationError,
    wrongFlagged: flagged(false),
    rightFlagged: flagged(true),
  };
}

/** Whether the model would call a cell's type uncertain. */
function isUnsure(
  found: AnalysedCell,
  depth: TypeDepth,
  { temperature, unsureBelow }: Calibration,
): boolean {
  return certaintyOf(found, temperature, depth) < unsureBelow;
}

/** Probability of the most probable type. */
function certaintyOf(found: AnalysedCell, temperature: number, depth: TypeDepth): number {
  const probabilities = Array.from(tempered(found.probabilities, temperature));
  const sums = probabilityByRow(probabilities, refinerClasses, depth);
  return Math.max(...sums.values());
}

interface Judgeable {
  readonly found: AnalysedCell;
  readonly truth: number;
  readonly classes: readonly CellClass[];
}

function judgeable(matched: readonly MatchedCell[], classes: readonly CellClass[]): Judgeable[] {
  return matched.flatMap(({ truth, found }) => {
    const coarse = truth.cellClass === undefined ? undefined : coarsen(truth.cellClass, classes);
    return found === undefined || coarse === undefined
      ? []
      : [{ found, truth: classes.indexOf(coarse), classes }];
  });
}

function judge({ found, truth, classes }: Judgeable, temperature: number) {
  const p = coarseProbabilities(tempered(found.probabilities, temperature), classes);
  const top = p.indexOf(Math.max(...p));
  return { right: top === truth, score: p[top]!, loss: -Math.log(Math.max(1e-9, p[truth]!)) };
}

/**
 * The score above which found and true cells agree best by F2 = 5 hits / (5 hits + 4 missed + extra): a reviewer removes
 * an extra cell with a key, and never sees a missed one.
 */
function bestScoreThreshold(fields: readonly AnalysedField[]): number {
  const f2At = (threshold: number) => {
    let [hits, found, all] = [0, 0, 0];
    for (const { truth, cells } of fields) {
      const kept = cells.filter(({ score }) => score >= threshold);
      hits += truth.filter(({ box }) => kept.some((cell) => boxIou(cell.box, box!) >= 0.5)).length;
      found += kept.length;
      all += truth.length;
    }
    // hits + 4 hits + 4 missed + extra = found + 4 all, where every found cell is a hit or extra
    return (5 * hits) / Math.max(1, found + 4 * all);
  };
  const thresholds = Array.from({ length: 31 }, (_, i) => 0.1 + 0.02 * i);
  return thresholds.reduce((a, b) => (f2At(b) > f2At(a) ? b : a));
}
