/** @file Everything that can be said about predicted masks against true ones, as one report. */
import { LeukoscopeError, type Mask, type Random } from '@leukoscope/core';
import { boundaryF1 } from '../segmentation/boundary-f1.ts';
import { addPixelCounts, countPixels, type PixelCounts } from '../segmentation/pixel-counts.ts';
import {
  segmentationMeasureNames,
  segmentationMeasures,
} from '../segmentation/segmentation-measures.ts';
import { bootstrapInterval } from '../statistics/bootstrap.ts';
import { boxAndWhisker } from '../statistics/box-and-whisker.ts';
import { mean, standardDeviation } from '../statistics/descriptive.ts';
import { factsOf } from './evaluate-detections.ts';
import type {
  EvaluationReport,
  ReportFacts,
  SegmentationImage,
  SegmentationMeasureName,
  SegmentationSection,
} from './evaluation-report.ts';

/** One image's masks. */
export interface SegmentedImage {
  readonly id: string;
  readonly groundTruth: Mask;
  readonly predicted: Mask;
}

/** Settings of a segmentation report. */
export interface EvaluateSegmentationOptions extends ReportFacts {
  /** Pixels, of boundary F1. @default 0.75 % of each image's diagonal */
  readonly boundaryTolerance?: number;
  /** Source of the bootstrap; without it no limits are computed. @default none */
  readonly random?: Random;
  /** @default 1000 */
  readonly resamples?: number;
}

/** The measures of one image in the order of reports. */
export const segmentationReportNames: Readonly<Record<SegmentationMeasureName, string>> = {
  ...segmentationMeasureNames,
  boundaryF1: 'Boundary F1',
};

/** Evaluate masks; images are read one at a time, so a generator need not hold them all. */
export function evaluateSegmentation(
  images: Iterable<SegmentedImage>,
  options: EvaluateSegmentationOptions = {},
): EvaluationReport {
  const { boundaryTolerance, random, resamples = 1000 } = options;
  const rows: ({ id: string } & SegmentationImage)[] = [];
  const counts: PixelCounts[] = [];
  for (const { id, groundTruth, predicted } of images) {
    const count = countPixels(groundTruth, predicted);
    const tolerance = boundaryTolerance === undefined ? {} : { tolerance: boundaryTolerance };
    const { f1 } = boundaryF1(groundTruth, predicted, tolerance);
    counts.push(count);
    rows.push({ id, ...segmentationMeasures(count), boundaryF1: f1 });
  }
  if (rows.length === 0) {
    throw new LeukoscopeError('METRICS_TOO_FEW', 'images must not be empty. Received none.');
  }
  const measure = (name: SegmentationMeasureName) => {
    const values = rows.map((row) => row[name]);
    return {
      mean: mean(values),
      standardDeviation: values.length < 2 ? null : standardDeviation(values),
      box: boxAndWhisker(values),
      interval:
        random === undefined || values.length < 2
          ? null
          : bootstrapInterval(values.length, (items) => meanOfItems(values, items), {
              random: random.fork(name),
              resamples,
            }),
    };
  };
  const section: SegmentationSection = {
    kind: 'segmentation',
    images: rows,
    measures: {
      precision: measure('precision'),
      dice: measure('dice'),
      meanIou: measure('meanIou'),
      falsePositiveRate: measure('falsePositiveRate'),
      falseNegativeRate: measure('falseNegativeRate'),
      misclassificationError: measure('misclassificationError'),
      iou: measure('iou'),
      recall: measure('recall'),
      boundaryF1: measure('boundaryF1'),
    },
    pooled: segmentationMeasures(addPixelCounts(counts)),
  };
  return {
    format: 'leukoscope-evaluation',
    version: 1,
    facts: factsOf(options),
    sections: [section],
  };
}

function meanOfItems(values: readonly number[], items: Int32Array): number {
  let sum = 0;
  for (const item of items) sum += values[item]!;
  return sum / items.length;
}
