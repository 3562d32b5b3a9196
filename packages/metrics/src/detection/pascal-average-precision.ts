/**
 * @file PASCAL VOC average precision at one IoU: 11-point (2007) or the whole area (2010 and later).
 *
 * Differs from COCO in the match too: a detection looks only at the cell it overlaps most, and is
 * spurious when that one is taken. Crowd regions play the part of PASCAL's "difficult" objects.
 * Reference: VOCdevkit `VOCevaldet.m`, but with half-open boxes (no + 1 to widths).
 */
import { LeukoscopeError } from '@leukoscope/core';
import { type ClassEntry, entriesByClass, rankByScore } from './class-entries.ts';
import { checkDetectionSet, type DetectionSet, type OverlapKind } from './detection-set.ts';
import { pairwiseOverlap } from './overlap.ts';
import { averageOfCurve, type RankedCurve, rankedCurve } from './precision-at-recall.ts';

/** Settings of a PASCAL evaluation. */
export interface PascalOptions {
  /** @default 0.5 */
  readonly iouThreshold?: number;
  /** @default 'all-point' */
  readonly method?: '11-point' | 'all-point';
  /** @default 'box' */
  readonly overlap?: OverlapKind;
}

/** AP of one class. */
export interface PascalClass {
  readonly name: string;
  readonly groundTruthCount: number;
  /** Null without ground truth. */
  readonly averagePrecision: number | null;
  /** One point per detection, by falling score; empty without ground truth. */
  readonly curve: RankedCurve;
}

/** AP of all classes. */
export interface PascalEvaluation {
  /** Mean over classes that have ground truth; null when none has. */
  readonly meanAveragePrecision: number | null;
  readonly classes: readonly PascalClass[];
}

/** Evaluate as PASCAL VOC does. */
export function evaluatePascal(set: DetectionSet, options: PascalOptions = {}): PascalEvaluation {
  const { iouThreshold = 0.5, method = 'all-point', overlap = 'box' } = options;
  checkDetectionSet(set, overlap);
  if (!(iouThreshold > 0 && iouThreshold <= 1)) {
    throw new LeukoscopeError(
      'METRICS_IOU_THRESHOLD',
      `iouThreshold must be above 0 and at most 1. Received ${iouThreshold}.`,
    );
  }
  const classes = entriesByClass(set, Number.POSITIVE_INFINITY).map((entries, k): PascalClass => {
    const { verdicts, positives } = judge(entries, iouThreshold, overlap);
    const curve = rankedCurve(positives === 0 ? [] : verdicts, positives);
    return {
      name: set.classNames[k]!,
      groundTruthCount: positives,
      averagePrecision: positives === 0 ? null : averageOfCurve(curve, method),
      curve,
    };
  });
  const measured = classes.flatMap((c) =>
    c.averagePrecision === null ? [] : [c.averagePrecision],
  );
  return {
    meanAveragePrecision:
      measured.length === 0 ? null : measured.reduce((sum, ap) => sum + ap, 0) / measured.length,
    classes,
  };
}

/** Return right or wrong for each detection that counts, by falling score over all images. */
function judge(entries: readonly ClassEntry[], iouThreshold: number, overlap: OverlapKind) {
  const scores: number[] = [];
  const verdicts: (boolean | null)[] = []; // null: lies on a crowd region
  let positives = 0;
  for (const { detections, groundTruth } of entries) {
    positives += groundTruth.filter((cell) => cell.isCrowd !== true).length;
    const overlaps = pairwiseOverlap(detections, groundTruth, overlap);
    const taken = new Set<number>();
    detections.forEach((detection, d) => {
      const g = indexOfLargest(overlaps, d * groundTruth.length, groundTruth.length);
      const reaches = g >= 0 && overlaps[d * groundTruth.length + g]! >= iouThreshold;
      const isIgnored = reaches && groundTruth[g]!.isCrowd === true;
      scores.push(detection.score);
      verdicts.push(isIgnored ? null : reaches && !taken.has(g));
      if (reaches) taken.add(g);
    });
  }
  const order = rankByScore(Float64Array.from(scores));
  return {
    verdicts: [...order].map((d) => verdicts[d]!).filter((verdict) => verdict !== null),
    positives,
  };
}

function indexOfLargest(values: Float64Array, from: number, count: number): number {
  let best = -1;
  for (let i = 0; i < count; i++) {
    if (best < 0 || values[from + i]! > values[from + best]!) best = i;
  }
  return best;
}
