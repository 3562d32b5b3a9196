/**
 * @file COCO average precision and recall over IoU thresholds, classes, size ranges and limits of
 * detections per image.
 *
 * Shapes: T thresholds, R recall points, K classes, A size ranges, M limits; `precision` is
 * [T, R, K, A, M] and `recall` [T, K, A, M], row-major, -1 where there is nothing to measure.
 * Reference: pycocotools `COCOeval.evaluate` and `accumulate`; equal to 1e-6 (fixtures/coco-eval).
 */
import { entriesByClass } from './class-entries.ts';
import { type ClassMatches, matchClass } from './class-matches.ts';
import {
  type AreaRange,
  checkCocoParameters,
  cocoAreaRanges,
  cocoIouThresholds,
  cocoMaxDetections,
  cocoRecallThresholds,
} from './coco-parameters.ts';
import { matchState } from './coco-match.ts';
import { checkDetectionSet, type DetectionSet, type OverlapKind } from './detection-set.ts';

/** Settings of a COCO evaluation. */
export interface CocoOptions {
  /** Compare boxes or masks. @default 'box' */
  readonly overlap?: OverlapKind;
  /** @default 0.50, 0.55, ..., 0.95 */
  readonly iouThresholds?: readonly number[];
  /** Ascending; detections beyond the last are dropped. @default [1, 10, 100] */
  readonly maxDetections?: readonly number[];
  /** @default all, small, medium, large as COCO */
  readonly areaRanges?: readonly AreaRange[];
  /** Judge places only, as if all cells were of one class. @default false */
  readonly classAgnostic?: boolean;
}

/** Precision and recall at every setting; read it with `averagePrecision` and `averageRecall`. */
export interface CocoEvaluation {
  readonly overlap: OverlapKind;
  readonly classNames: readonly string[];
  readonly iouThresholds: readonly number[];
  readonly recallThresholds: readonly number[];
  readonly areaRanges: readonly AreaRange[];
  readonly maxDetections: readonly number[];
  /** [T, R, K, A, M] */
  readonly precision: Float64Array;
  /** [T, R, K, A, M]: the score at which each recall point is reached; -1 without ground truth. */
  readonly scores: Float64Array;
  /** [T, K, A, M] */
  readonly recall: Float64Array;
  /** [K, A]: ground truth cells that count. */
  readonly groundTruthCounts: Int32Array;
}

/** Match and count everything. */
export function evaluateCoco(set: DetectionSet, options: CocoOptions = {}): CocoEvaluation {
  const {
    overlap = 'box',
    iouThresholds = cocoIouThresholds,
    maxDetections = cocoMaxDetections,
    areaRanges = cocoAreaRanges,
    classAgnostic = false,
  } = options;
  checkCocoParameters(iouThresholds, maxDetections, areaRanges);
  checkDetectionSet(set, overlap);
  const classNames = classAgnostic ? ['all classes'] : set.classNames;
  const [T, R, K] = [iouThresholds.length, cocoRecallThresholds.length, classNames.length];
  const [A, M] = [areaRanges.length, maxDetections.length];
  const result: CocoEvaluation = {
    overlap,
    classNames,
    iouThresholds,
    recallThresholds: cocoRecallThresholds,
    areaRanges,
    maxDetections,
    precision: new Float64Array(T * R * K * A * M).fill(-1),
    scores: new Float64Array(T * R * K * A * M).fill(-1),
    recall: new Float64Array(T * K * A * M).fill(-1),
    groundTruthCounts: new Int32Array(K * A),
  };
  const entries = entriesByClass(set, maxDetections.at(-1)!, { classAgnostic });
  entries.forEach((classEntries, classIndex) => {
    accumulateInPlace(result, classIndex, matchClass(classEntries, result));
  });
  return result;
}

function accumulateInPlace(result: CocoEvaluation, classIndex: number, found: ClassMatches): void {
  const { iouThresholds, areaRanges, maxDetections } = result;
  const [T, K] = [iouThresholds.length, result.classNames.length];
  const [A, M] = [areaRanges.length, maxDetections.length];
  const total = found.order.length;
  const E = found.imageIndexes.length;
  const curve: Curve = {
    length: 0,
    recall: new Float64Array(total),
    precision: new Float64Array(total),
    scores: new Float64Array(total),
  };
  for (let a = 0; a < A; a++) {
    const positives = sum(found.counted.subarray(a * E, (a + 1) * E));
    result.groundTruthCounts[classIndex * A + a] = positives;
    if (positives === 0) continue;
    for (let t = 0; t < T; t++) {
      const states = found.states.subarray((a * T + t) * total, (a * T + t + 1) * total);
      for (let m = 0; m < M; m++) {
        countCurveInPlace(curve, found, states, positives, maxDetections[m]!);
        result.recall[((t * K + classIndex) * A + a) * M + m] =
          curve.length === 0 ? 0 : curve.recall[curve.length - 1]!;
        samplePrecisionInPlace(result, curve, (r) => {
          const point = t * result.recallThresholds.length + r;
          return ((point * K + classIndex) * A + a) * M + m;
        });
      }
    }
  }
}

/** Room for one curve, used again for every setting of a class. */
interface Curve {
  length: number;
  readonly recall: Float64Array;
  readonly precision: Float64Array;
  readonly scores: Float64Array;
}

/** Walk down the ranking: recall = TP / positives, precision = TP / (TP + FP). */
function countCurveInPlace(
  curve: Curve,
  found: ClassMatches,
  states: Uint8Array,
  positives: number,
  limit: number,
): void {
  let correct = 0;
  let spurious = 0;
  let length = 0;
  for (const d of found.order) {
    if (found.ranks[d]! >= limit) continue;
    if (states[d] === matchState.correct) correct++;
    else if (states[d] === matchState.spurious) spurious++;
    curve.recall[length] = correct / positives;
    curve.precision[length] = correct / (spurious + correct + Number.EPSILON); // numpy.spacing(1)
    curve.scores[length++] = found.scores[d]!;
  }
  curve.length = length;
}

/** Make precision fall with recall and read it where each recall point is first reached. */
function samplePrecisionInPlace(
  result: CocoEvaluation,
  curve: Curve,
  at: (recallIndex: number) => number,
): void {
  const { length, recall, precision, scores } = curve;
  for (let i = length - 1; i > 0; i--) {
    if (precision[i]! > precision[i - 1]!) precision[i - 1] = precision[i]!;
  }
  let i = 0;
  result.recallThresholds.forEach((threshold, r) => {
    while (i < length && recall[i]! < threshold) i++;
    const reached = i < length;
    result.precision[at(r)] = reached ? precision[i]! : 0;
    result.scores[at(r)] = reached ? scores[i]! : 0;
  });
}

function sum(counts: Int32Array): number {
  return counts.reduce((total, count) => total + count, 0);
}
