/** @file Everything that can be said about a classifier of single cells, as one report. */
import { clopperPearson, type Random } from '@leukoscope/core';
import { calibration } from '../classification/calibration.ts';
import { classificationScores } from '../classification/classification-scores.ts';
import { cohenKappa, type KappaWeights } from '../classification/cohen-kappa.ts';
import { confusionMatrix } from '../classification/confusion-matrix.ts';
import { mostProbable, type ScoredCells } from '../classification/probabilities.ts';
import { oneVsRestRoc, type RocCurve } from '../classification/roc.ts';
import { topKAccuracy } from '../classification/top-k.ts';
import { bootstrapInterval } from '../statistics/bootstrap.ts';
import { factsOf } from './evaluate-detections.ts';
import type { ClassificationSection, EvaluationReport, ReportFacts } from './evaluation-report.ts';

/** Typed cells: what they are, and what the model says. */
export interface ClassifiedCells {
  readonly classNames: readonly string[];
  /** [N]: true class indexes. */
  readonly groundTruth: readonly number[];
  /** [N]: predicted class indexes. @default the most probable class */
  readonly predicted?: readonly number[];
  /** [N][K]. @default none: no top-k, ROC and calibration */
  readonly probabilities?: readonly (readonly number[])[];
}

/** Settings of a classification report. */
export interface EvaluateClassificationOptions extends ReportFacts {
  /** Weigh disagreement by distance where classes are ordered. @default 'none' */
  readonly kappaWeights?: KappaWeights;
  /** Source of the bootstrap; without it only exact limits are computed. @default none */
  readonly random?: Random;
  /** @default 1000 */
  readonly resamples?: number;
}

const mostCurvePoints = 200;

/** Evaluate a classifier. */
export function evaluateClassification(
  cells: ClassifiedCells,
  options: EvaluateClassificationOptions = {},
): EvaluationReport {
  const { kappaWeights = 'none', random, resamples = 1000 } = options;
  const { classNames, groundTruth, probabilities } = cells;
  const predicted = cells.predicted ?? probabilities?.map(mostProbable) ?? [];
  const confusion = confusionMatrix(groundTruth, predicted, classNames);
  const scores = classificationScores(confusion);
  const right = confusion.counts.reduce((sum, row, k) => sum + row[k]!, 0);
  const macroF1 = (items: Int32Array): number | null => {
    const pick = (values: readonly number[]) => Array.from(items, (item) => values[item]!);
    return classificationScores(confusionMatrix(pick(groundTruth), pick(predicted), classNames))
      .macro.f1;
  };
  const section: ClassificationSection = {
    kind: 'classification',
    scores,
    accuracyInterval: clopperPearson(right, scores.cells),
    intervals:
      random === undefined || scores.cells < 2
        ? null
        : {
            macroF1: bootstrapInterval(scores.cells, macroF1, {
              random,
              resamples,
              // BCa's jackknife is one evaluation per cell, and cells are many.
              method: 'percentile',
            }),
          },
    confusion,
    kappa: cohenKappa(confusion, { weights: kappaWeights }),
    ...probabilityParts(
      probabilities === undefined ? undefined : { groundTruth, probabilities },
      classNames.length,
    ),
  };
  return {
    format: 'leukoscope-evaluation',
    version: 1,
    facts: factsOf(options),
    sections: [section],
  };
}

function probabilityParts(
  scored: ScoredCells | undefined,
  classCount: number,
): Pick<ClassificationSection, 'topK' | 'roc' | 'calibration'> {
  if (scored === undefined) return { topK: null, roc: null, calibration: null };
  const { classes, macroArea, weightedArea } = oneVsRestRoc(scored);
  return {
    topK: [1, 2, 3, 5]
      .filter((k) => k < classCount)
      .map((k) => ({ k, accuracy: topKAccuracy(scored, k) })),
    roc: { macroArea, weightedArea, classes: classes.map(thin) },
    calibration: calibration(scored),
  };
}

/** Keep evenly chosen points of a long curve, with both ends; the area stays that of the whole. */
function thin(curve: RocCurve | null) {
  if (curve === null) return null;
  const count = curve.thresholds.length;
  const kept = Math.min(count, mostCurvePoints);
  const indexes = Array.from({ length: kept }, (_, i) =>
    Math.round((i * (count - 1)) / (kept - 1)),
  );
  return {
    area: curve.area,
    falsePositiveRate: indexes.map((i) => curve.falsePositiveRate[i]!),
    truePositiveRate: indexes.map((i) => curve.truePositiveRate[i]!),
  };
}
