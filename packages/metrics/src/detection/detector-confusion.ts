/**
 * @file Confusion matrix of a detector: found cells by true and detected class, cells that were
 * missed, and detections where there is no cell (the interference paper's Fig. 6).
 *
 * Matching looks at places only: detections above the score threshold, by falling score, each take the
 * free cell they overlap most. What lies on a crowd region and matches no cell is left out.
 */
import {
  checkDetectionSet,
  type DetectionSet,
  type EvaluatedImage,
  type OverlapKind,
} from './detection-set.ts';
import { pairwiseOverlap } from './overlap.ts';

/** Settings of the matrix. */
export interface DetectorConfusionOptions {
  /** @default 0.5 */
  readonly iouThreshold?: number;
  /** Detections below are left out. @default 0.5 */
  readonly scoreThreshold?: number;
  /** @default 'box' */
  readonly overlap?: OverlapKind;
}

/** Counts of cells; rows are the truth, columns what the detector said. */
export interface DetectorConfusion {
  readonly classNames: readonly string[];
  /** [K][K] */
  readonly counts: readonly (readonly number[])[];
  /** [K]: cells that no detection found. */
  readonly missed: readonly number[];
  /** [K]: detections of a class where there is no cell, or a second one on a cell. */
  readonly spurious: readonly number[];
  readonly iouThreshold: number;
  readonly scoreThreshold: number;
}

/** One image's matches: pairs of positions in `groundTruth` and `detections`, and what is left over. */
export interface PlaceMatches {
  readonly pairs: readonly { readonly truth: number; readonly detection: number }[];
  readonly missed: readonly number[];
  readonly spurious: readonly number[];
}

/** Count the matrix over all images. */
export function detectorConfusion(
  set: DetectionSet,
  options: DetectorConfusionOptions = {},
): DetectorConfusion {
  const { iouThreshold = 0.5, scoreThreshold = 0.5, overlap = 'box' } = options;
  checkDetectionSet(set, overlap);
  const K = set.classNames.length;
  const counts = Array.from({ length: K }, () => new Array<number>(K).fill(0));
  const missed = new Array<number>(K).fill(0);
  const spurious = new Array<number>(K).fill(0);
  for (const image of set.images) {
    const matches = matchPlaces(image, { iouThreshold, scoreThreshold, overlap });
    for (const { truth, detection } of matches.pairs) {
      const row = image.groundTruth[truth]!.classIndex;
      counts[row]![image.detections[detection]!.classIndex]!++;
    }
    for (const g of matches.missed) missed[image.groundTruth[g]!.classIndex]!++;
    for (const d of matches.spurious) spurious[image.detections[d]!.classIndex]!++;
  }
  return { classNames: set.classNames, counts, missed, spurious, iouThreshold, scoreThreshold };
}

/** Match the cells and detections of one image by place. */
export function matchPlaces(
  image: EvaluatedImage,
  options: Required<DetectorConfusionOptions>,
): PlaceMatches {
  const { iouThreshold, scoreThreshold, overlap } = options;
  const { groundTruth, detections } = image;
  const ranked = [...detections.keys()]
    .filter((d) => detections[d]!.score >= scoreThreshold)
    .sort((a, b) => detections[b]!.score - detections[a]!.score);
  const overlaps = pairwiseOverlap(
    ranked.map((d) => detections[d]!),
    groundTruth,
    overlap,
  );
  const free = new Set([...groundTruth.keys()].filter((g) => groundTruth[g]!.isCrowd !== true));
  const pairs: { truth: number; detection: number }[] = [];
  const spurious: number[] = [];
  ranked.forEach((detection, row) => {
    const overlapWith = (g: number): number => overlaps[row * groundTruth.length + g]!;
    let truth = -1;
    for (const g of free) {
      if (overlapWith(g) < iouThreshold) continue;
      if (truth < 0 || overlapWith(g) > overlapWith(truth)) truth = g;
    }
    if (truth >= 0) {
      free.delete(truth);
      pairs.push({ truth, detection });
      return;
    }
    const isOnCrowd = groundTruth.some((g, i) => g.isCrowd && overlapWith(i) >= iouThreshold);
    if (!isOnCrowd) spurious.push(detection);
  });
  return { pairs, missed: [...free], spurious };
}
