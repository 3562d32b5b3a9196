/**
 * @file Reads figures out of a COCO evaluation: AP and AR for any choice of IoU, class, size and
 * limit, and the twelve figures that pycocotools prints. `null` = nothing to measure (pycocotools: -1).
 */
import { LeukoscopeError } from '@leukoscope/core';
import type { CocoEvaluation } from './coco-evaluation.ts';

/** Which part of an evaluation to average. */
export interface CocoSelection {
  /** One threshold of the evaluation. @default mean over all */
  readonly iouThreshold?: number;
  /** @default mean over all classes that have ground truth */
  readonly classIndex?: number;
  /** Name of a size range. @default 'all' */
  readonly areaRange?: string;
  /** One of the evaluation's limits. @default the last */
  readonly maxDetections?: number;
}

/** The twelve figures of pycocotools `summarize`, by their usual names. */
export interface CocoSummary {
  readonly AP: number | null;
  readonly AP50: number | null;
  readonly AP75: number | null;
  readonly APs: number | null;
  readonly APm: number | null;
  readonly APl: number | null;
  readonly AR1: number | null;
  readonly AR10: number | null;
  readonly AR100: number | null;
  readonly ARs: number | null;
  readonly ARm: number | null;
  readonly ARl: number | null;
}

/** Average precision: the mean of precision over recall points, and over what is not chosen. */
export function averagePrecision(
  evaluation: CocoEvaluation,
  selection: CocoSelection = {},
): number | null {
  const R = evaluation.recallThresholds.length;
  return meanOfSelected(evaluation, selection, evaluation.precision, R);
}

/** Average recall: the mean of the largest recall over what is not chosen. */
export function averageRecall(
  evaluation: CocoEvaluation,
  selection: CocoSelection = {},
): number | null {
  return meanOfSelected(evaluation, selection, evaluation.recall, 1);
}

/** Return interpolated precision at the recall points 0, .01, ..., 1, or null without ground truth. */
export function precisionAtRecallPoints(
  evaluation: CocoEvaluation,
  classIndex: number,
  selection: CocoSelection & { readonly iouThreshold: number },
): number[] | null {
  const R = evaluation.recallThresholds.length;
  const values = selectedValues(evaluation, { ...selection, classIndex }, evaluation.precision, R);
  return values.length === 0 ? null : values;
}

/** Compute the twelve standard figures; limits other than 1, 10, 100 need `averagePrecision`. */
export function summariseCoco(evaluation: CocoEvaluation): CocoSummary {
  const precision = (selection: CocoSelection) => averagePrecision(evaluation, selection);
  const recall = (selection: CocoSelection) => averageRecall(evaluation, selection);
  return {
    AP: precision({}),
    AP50: precision({ iouThreshold: 0.5 }),
    AP75: precision({ iouThreshold: 0.75 }),
    APs: precision({ areaRange: 'small' }),
    APm: precision({ areaRange: 'medium' }),
    APl: precision({ areaRange: 'large' }),
    AR1: recall({ maxDetections: 1 }),
    AR10: recall({ maxDetections: 10 }),
    AR100: recall({ maxDetections: 100 }),
    ARs: recall({ areaRange: 'small' }),
    ARm: recall({ areaRange: 'medium' }),
    ARl: recall({ areaRange: 'large' }),
  };
}

function meanOfSelected(
  evaluation: CocoEvaluation,
  selection: CocoSelection,
  values: Float64Array,
  R: number,
): number | null {
  const selected = selectedValues(evaluation, selection, values, R);
  if (selected.length === 0) return null;
  return selected.reduce((sum, value) => sum + value, 0) / selected.length;
}

function selectedValues(
  evaluation: CocoEvaluation,
  selection: CocoSelection,
  values: Float64Array,
  R: number,
): number[] {
  const { areaRange = 'all', maxDetections, iouThreshold, classIndex } = selection;
  const { classNames, areaRanges, iouThresholds } = evaluation;
  const [K, A, M] = [classNames.length, areaRanges.length, evaluation.maxDetections.length];
  const a = areaRanges.findIndex((range) => range.name === areaRange);
  if (a < 0)
    refuse(
      'areaRange',
      areaRange,
      areaRanges.map((range) => range.name),
    );
  const m = maxDetections === undefined ? M - 1 : evaluation.maxDetections.indexOf(maxDetections);
  if (m < 0) refuse('maxDetections', maxDetections, evaluation.maxDetections);
  const thresholds = chooseThresholds(iouThresholds, iouThreshold);
  if (classIndex !== undefined && !(classIndex in classNames)) {
    refuse('classIndex', classIndex, [...classNames.keys()]);
  }
  const classes = classIndex === undefined ? [...classNames.keys()] : [classIndex];
  const selected: number[] = [];
  for (const t of thresholds) {
    for (let r = 0; r < R; r++) {
      for (const k of classes) {
        const value = values[(((t * R + r) * K + k) * A + a) * M + m]!;
        if (value > -1) selected.push(value);
      }
    }
  }
  return selected;
}

function chooseThresholds(all: readonly number[], wanted: number | undefined): number[] {
  if (wanted === undefined) return [...all.keys()];
  // 0.6 asked for must find 0.6 made by adding steps of 0.05.
  const t = all.findIndex((threshold) => Math.abs(threshold - wanted) < 1e-9);
  if (t < 0) refuse('iouThreshold', wanted, all);
  return [t];
}

function refuse(subject: string, value: unknown, known: readonly (string | number)[]): never {
  throw new LeukoscopeError(
    'METRICS_SELECTION',
    `${subject} must be one of the evaluation's: ${known.join(', ')}. Received ${String(value)}. Evaluate with that setting.`,
  );
}
