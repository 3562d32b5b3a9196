/**
 * @file The one result of an evaluation: plain JSON (`metrics.json`), from which figures and pages are
 * drawn. `null` always means "nothing to measure". Shares and scores are 0..1.
 */
import type { Calibration, ClassifierCalibration } from '../classification/calibration.ts';
import type { ClassificationScores } from '../classification/classification-scores.ts';
import type { Kappa } from '../classification/cohen-kappa.ts';
import type { ConfusionMatrix } from '../classification/confusion-matrix.ts';
import type { CocoSummary } from '../detection/coco-summary.ts';
import type { CountErrors } from '../detection/count-error.ts';
import type { OverlapKind } from '../detection/detection-set.ts';
import type { DetectorConfusion } from '../detection/detector-confusion.ts';
import type { ErrorBreakdown } from '../detection/error-breakdown.ts';
import type { PrecisionRecallCurve } from '../detection/precision-recall-curves.ts';
import type { SegmentationMeasures } from '../segmentation/segmentation-measures.ts';
import type { BoxAndWhisker } from '../statistics/box-and-whisker.ts';
import type { Interval } from '@leukoscope/core';

/** What a page says about where the numbers come from; all is shown as given. */
export interface ReportFacts {
  /** @default 'Evaluation' */
  readonly title?: string;
  readonly model?: string;
  readonly dataSet?: string;
  /** When, as text; packages have no clock. */
  readonly createdAt?: string;
  /** The command that made it. */
  readonly command?: string;
}

/** A whole evaluation. */
export interface EvaluationReport {
  readonly format: 'leukoscope-evaluation';
  readonly version: 1;
  readonly facts: ReportFacts;
  readonly sections: readonly ReportSection[];
}

/** One kind of measurement. */
export type ReportSection = DetectionSection | SegmentationSection | ClassificationSection;

/** A figure with bootstrap limits. */
export interface IntervalEstimate extends Interval {
  readonly estimate: number;
  readonly confidence: number;
  readonly resamples: number;
  readonly method: 'bca' | 'percentile';
}

/** Cells found and typed, compared by box or by mask. */
export interface DetectionSection {
  readonly kind: 'detection';
  readonly overlap: OverlapKind;
  readonly images: number;
  readonly groundTruthCells: number;
  readonly crowdRegions: number;
  readonly detections: number;
  readonly settings: { readonly iouThreshold: number; readonly scoreThreshold: number };
  readonly coco: CocoSummary;
  /** Limits over images; null when no source of random numbers was given. */
  readonly intervals: {
    readonly AP: IntervalEstimate;
    readonly AP50: IntervalEstimate;
  } | null;
  readonly pascal: {
    readonly iouThreshold: number;
    readonly allPoint: number | null;
    readonly elevenPoint: number | null;
  };
  readonly classes: readonly {
    readonly name: string;
    readonly groundTruthCells: number;
    readonly AP: number | null;
    readonly AP50: number | null;
    readonly AP75: number | null;
    readonly AR100: number | null;
  }[];
  /** Mean over classes, one per IoU threshold. */
  readonly curves: readonly PrecisionRecallCurve[];
  readonly confusion: DetectorConfusion;
  /** Of the cells that were found, the share given the right type; exact limits. */
  readonly typing: { readonly right: number; readonly found: number } & (
    | Interval
    | { low: null; high: null }
  );
  readonly counts: CountErrors;
  readonly errors: ErrorBreakdown;
  /** Scores of detections against right place and type; null without detections. */
  readonly calibration: Calibration | null;
}

/** Masks compared pixel by pixel, image by image. */
export interface SegmentationSection {
  readonly kind: 'segmentation';
  readonly images: readonly ({ readonly id: string } & SegmentationImage)[];
  /** Mean over images and its distribution, per measure. */
  readonly measures: Readonly<
    Record<
      SegmentationMeasureName,
      {
        readonly mean: number;
        readonly standardDeviation: number | null;
        readonly box: BoxAndWhisker;
        readonly interval: IntervalEstimate | null;
      }
    >
  >;
  /** All pixels of all images taken together. */
  readonly pooled: SegmentationMeasures;
}

/** Measures of one image. */
export interface SegmentationImage extends SegmentationMeasures {
  readonly boundaryF1: number;
}

/** Names of per-image measures. */
export type SegmentationMeasureName = keyof SegmentationImage;

/** Cells with one type each. */
export interface ClassificationSection {
  readonly kind: 'classification';
  readonly scores: ClassificationScores;
  /** Exact limits of the accuracy. */
  readonly accuracyInterval: Interval;
  readonly intervals: { readonly macroF1: IntervalEstimate } | null;
  readonly confusion: ConfusionMatrix;
  readonly kappa: Kappa | null;
  /** The fields below need probabilities; null without. */
  readonly topK: readonly { readonly k: number; readonly accuracy: number }[] | null;
  readonly roc: {
    readonly macroArea: number | null;
    readonly weightedArea: number | null;
    /** Curves with at most 200 points each; null for a class without cells. */
    readonly classes: readonly ({
      readonly area: number;
      readonly falsePositiveRate: readonly number[];
      readonly truePositiveRate: readonly number[];
    } | null)[];
  } | null;
  readonly calibration: ClassifierCalibration | null;
}

/** Put the sections of several evaluations (boxes, masks, types) into one report. */
export function joinReports(
  reports: readonly EvaluationReport[],
  facts: ReportFacts,
): EvaluationReport {
  return {
    format: 'leukoscope-evaluation',
    version: 1,
    facts,
    sections: reports.flatMap((report) => report.sections),
  };
}
