/**
 * @file Sorts a detection set by class: for each class the images where it occurs on either side,
 * detections by falling score (stable, so that ties keep the order of the input) and cut to the most
 * that may count in an image.
 */
import type { DetectedCell, DetectionSet, GroundTruthCell } from './detection-set.ts';

/** One image as one class sees it. */
export interface ClassEntry {
  /** Position in `set.images`. */
  readonly imageIndex: number;
  readonly groundTruth: GroundTruthCell[];
  detections: DetectedCell[];
}

/** Return, for each class, its entries in the order of the images. */
export function entriesByClass(
  set: DetectionSet,
  mostDetections: number,
  options: { classAgnostic?: boolean } = {},
): ClassEntry[][] {
  const { classAgnostic = false } = options;
  const classCount = classAgnostic ? 1 : set.classNames.length;
  const byClass: ClassEntry[][] = Array.from({ length: classCount }, () => []);
  set.images.forEach((image, imageIndex) => {
    const entries = new Map<number, ClassEntry>();
    const entryOf = (classIndex: number): ClassEntry => {
      const key = classAgnostic ? 0 : classIndex;
      let entry = entries.get(key);
      if (entry === undefined) {
        entry = { imageIndex, groundTruth: [], detections: [] };
        entries.set(key, entry);
        byClass[key]!.push(entry);
      }
      return entry;
    };
    for (const cell of image.groundTruth) entryOf(cell.classIndex).groundTruth.push(cell);
    for (const cell of image.detections) entryOf(cell.classIndex).detections.push(cell);
    for (const entry of entries.values()) {
      entry.detections.sort((a, b) => b.score - a.score);
      if (entry.detections.length > mostDetections) entry.detections.length = mostDetections;
    }
  });
  return byClass;
}

/** Return positions sorted by falling score; equal scores keep their order. */
export function rankByScore(scores: Float64Array): Int32Array {
  const order = Int32Array.from(scores.keys());
  // TypedArray sort is stable (ES2019), as numpy's mergesort is.
  return order.sort((a, b) => scores[b]! - scores[a]!);
}
