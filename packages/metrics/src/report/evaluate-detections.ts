/** @file Everything that can be said about a detector's boxes or masks on a set, as one report. */
import { clopperPearson, type Random } from '@leukoscope/core';
import { type Calibration, scoreCalibration } from '../classification/calibration.ts';
import { type CocoEvaluation, evaluateCoco } from '../detection/coco-evaluation.ts';
import { averagePrecision, averageRecall, summariseCoco } from '../detection/coco-summary.ts';
import { countErrors } from '../detection/count-error.ts';
import type { DetectionSet, OverlapKind } from '../detection/detection-set.ts';
import { detectorConfusion, matchPlaces } from '../detection/detector-confusion.ts';
import { errorBreakdown } from '../detection/error-breakdown.ts';
import { evaluatePascal } from '../detection/pascal-average-precision.ts';
import { precisionRecallCurves } from '../detection/precision-recall-curves.ts';
import { resampledPrecision } from '../detection/resampled-precision.ts';
import { bootstrapInterval } from '../statistics/bootstrap.ts';
import type { DetectionSection, EvaluationReport, ReportFacts } from './evaluation-report.ts';

/** Settings of a detection report. */
export interface EvaluateDetectionsOptions extends ReportFacts {
  /** @default 'box' */
  readonly overlap?: OverlapKind;
  /** For confusion matrix, PASCAL AP, error breakdown and calibration. @default 0.5 */
  readonly iouThreshold?: number;
  /** For confusion matrix and counts. @default 0.5 */
  readonly scoreThreshold?: number;
  /** Source of the bootstrap; without it no limits are computed. @default none */
  readonly random?: Random;
  /** @default 1000 */
  readonly resamples?: number;
}

/** Evaluate a detector. */
export function evaluateDetections(
  set: DetectionSet,
  options: EvaluateDetectionsOptions = {},
): EvaluationReport {
  const { overlap = 'box', iouThreshold = 0.5, scoreThreshold = 0.5 } = options;
  const { random, resamples = 1000, ...rest } = options;
  const evaluation = evaluateCoco(set, { overlap });
  const confusion = detectorConfusion(set, { overlap, iouThreshold, scoreThreshold });
  const pascal = (method: '11-point' | 'all-point') =>
    evaluatePascal(set, { overlap, iouThreshold, method }).meanAveragePrecision;
  const cells = set.images.flatMap((image) => image.groundTruth);
  const section: DetectionSection = {
    kind: 'detection',
    overlap,
    images: set.images.length,
    groundTruthCells: cells.filter((cell) => cell.isCrowd !== true).length,
    crowdRegions: cells.filter((cell) => cell.isCrowd === true).length,
    detections: set.images.reduce((sum, image) => sum + image.detections.length, 0),
    settings: { iouThreshold, scoreThreshold },
    coco: summariseCoco(evaluation),
    intervals: intervalsOf(set, overlap, random, resamples),
    pascal: { iouThreshold, allPoint: pascal('all-point'), elevenPoint: pascal('11-point') },
    classes: classRows(set, evaluation),
    curves: precisionRecallCurves(evaluation),
    confusion,
    typing: typingOf(confusion.counts),
    counts: countErrors(set, { scoreThreshold }),
    errors: errorBreakdown(set, { overlap, iouThreshold }),
    calibration: calibrationOf(set, { overlap, iouThreshold }),
  };
  return {
    format: 'leukoscope-evaluation',
    version: 1,
    facts: factsOf(rest),
    sections: [section],
  };
}

/** Keep what describes a report among other options. */
export function factsOf(options: ReportFacts): ReportFacts {
  const { title, model, dataSet, createdAt, command } = options;
  const facts = { title, model, dataSet, createdAt, command };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

function classRows(set: DetectionSet, evaluation: CocoEvaluation): DetectionSection['classes'] {
  return set.classNames.map((name, classIndex) => ({
    name,
    groundTruthCells: evaluation.groundTruthCounts[classIndex * evaluation.areaRanges.length]!,
    AP: averagePrecision(evaluation, { classIndex }),
    AP50: averagePrecision(evaluation, { classIndex, iouThreshold: 0.5 }),
    AP75: averagePrecision(evaluation, { classIndex, iouThreshold: 0.75 }),
    AR100: averageRecall(evaluation, { classIndex }),
  }));
}

function intervalsOf(
  set: DetectionSet,
  overlap: OverlapKind,
  random: Random | undefined,
  resamples: number,
): DetectionSection['intervals'] {
  const measured = set.images.some((image) => image.groundTruth.some((cell) => !cell.isCrowd));
  if (random === undefined || set.images.length < 2 || !measured) return null;
  const limits = (statistic: (images: Int32Array) => number | null, name: string) =>
    bootstrapInterval(set.images.length, statistic, {
      random: random.fork(name),
      resamples,
      // The jackknife of BCa costs one evaluation per image: too much for large sets, for little.
      method: set.images.length <= resamples ? 'bca' : 'percentile',
    });
  return {
    AP: limits(resampledPrecision(set, { overlap }), 'AP'),
    AP50: limits(resampledPrecision(set, { overlap, iouThresholds: [0.5] }), 'AP50'),
  };
}

function typingOf(counts: readonly (readonly number[])[]): DetectionSection['typing'] {
  const right = counts.reduce((sum, row, k) => sum + row[k]!, 0);
  const found = counts.flat().reduce((sum, count) => sum + count, 0);
  if (found === 0) return { right, found, low: null, high: null };
  return { right, found, ...clopperPearson(right, found) };
}

function calibrationOf(
  set: DetectionSet,
  options: { overlap: OverlapKind; iouThreshold: number },
): Calibration | null {
  const scores: number[] = [];
  const isCorrect: boolean[] = [];
  for (const image of set.images) {
    const { pairs, spurious } = matchPlaces(image, { ...options, scoreThreshold: -Infinity });
    for (const { truth, detection } of pairs) {
      const cell = image.detections[detection]!;
      scores.push(cell.score);
      isCorrect.push(cell.classIndex === image.groundTruth[truth]!.classIndex);
    }
    for (const d of spurious) {
      scores.push(image.detections[d]!.score);
      isCorrect.push(false);
    }
  }
  // Scores that are no probabilities (logits) can be ranked, but not calibrated.
  if (scores.length === 0 || scores.some((score) => score < 0 || score > 1)) return null;
  return scoreCalibration(scores, isCorrect);
}
