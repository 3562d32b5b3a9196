/**
 * @file COCO average precision of any choice of a set's images, with repetition, without matching
 * again: what a bootstrap over images calls a thousand times.
 *
 * An image drawn w times counts w times: TP = Σ w tp, positives = Σ w cells.
 */
import { entriesByClass } from './class-entries.ts';
import { type ClassMatches, matchClass } from './class-matches.ts';
import { cocoIouThresholds, cocoRecallThresholds } from './coco-parameters.ts';
import { matchState } from './coco-match.ts';
import { checkDetectionSet, type DetectionSet, type OverlapKind } from './detection-set.ts';

/** Settings of the resampled figure. */
export interface ResampledPrecisionOptions {
  /** @default 0.50, 0.55, ..., 0.95 */
  readonly iouThresholds?: readonly number[];
  /** @default 100 */
  readonly maxDetections?: number;
  /** @default 'box' */
  readonly overlap?: OverlapKind;
  /** @default mean over all classes that have ground truth among the images */
  readonly classIndex?: number;
}

/** Return a function from image positions (repeated at will) to mean average precision. */
export function resampledPrecision(
  set: DetectionSet,
  options: ResampledPrecisionOptions = {},
): (images: Int32Array) => number | null {
  const { iouThresholds = cocoIouThresholds, maxDetections = 100 } = options;
  const { overlap = 'box', classIndex } = options;
  checkDetectionSet(set, overlap);
  const areaRanges = [{ name: 'all', low: 0, high: 1e10 }];
  const matches = entriesByClass(set, maxDetections)
    .filter((_, k) => classIndex === undefined || k === classIndex)
    .map((entries) => matchClass(entries, { overlap, iouThresholds, areaRanges }));
  const weights = new Float64Array(set.images.length);
  return (images) => {
    weights.fill(0);
    for (const image of images) weights[image]!++;
    let sum = 0;
    let count = 0;
    for (const found of matches) {
      const positives = found.counted.reduce((total, cells, e) => {
        return total + cells * weights[found.imageIndexes[e]!]!;
      }, 0);
      if (positives === 0) continue;
      for (let t = 0; t < iouThresholds.length; t++) {
        sum += weightedAp(found, t, weights, positives);
        count++;
      }
    }
    return count === 0 ? null : sum / count;
  };
}

function weightedAp(
  found: ClassMatches,
  threshold: number,
  weights: Float64Array,
  positives: number,
): number {
  const n = found.order.length;
  const recall = new Float64Array(n);
  const precision = new Float64Array(n);
  let correct = 0;
  let counted = 0;
  let length = 0;
  for (const d of found.order) {
    const weight = weights[found.imageIndexes[found.entries[d]!]!]!;
    const state = found.states[threshold * n + d];
    if (weight === 0 || state === matchState.ignored) continue;
    if (state === matchState.correct) correct += weight;
    counted += weight;
    recall[length] = correct / positives;
    precision[length++] = correct / (counted + Number.EPSILON);
  }
  for (let i = length - 2; i >= 0; i--) precision[i] = Math.max(precision[i]!, precision[i + 1]!);
  let at = 0;
  let sum = 0;
  for (const point of cocoRecallThresholds) {
    while (at < length && recall[at]! < point) at++;
    if (at < length) sum += precision[at]!;
  }
  return sum / cocoRecallThresholds.length;
}
