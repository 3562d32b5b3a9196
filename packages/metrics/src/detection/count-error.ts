/**
 * @file How far the number of detected cells lies from the number of annotated ones, image by image:
 * what a differential count feels of a detector. Crowd regions are not counted.
 */
import type { DetectionSet } from './detection-set.ts';

/** Errors of one class (or of all cells together). */
export interface CountError {
  readonly name: string;
  readonly groundTruthTotal: number;
  readonly detectedTotal: number;
  /** Mean over images of detected - annotated. */
  readonly bias: number;
  /** Mean of |detected - annotated|. */
  readonly meanAbsoluteError: number;
  /** Root of the mean of (detected - annotated)^2. */
  readonly rootMeanSquareError: number;
  /** (detectedTotal - groundTruthTotal) / groundTruthTotal; null without ground truth. */
  readonly relativeError: number | null;
}

/** Counts of every image, and their errors for all cells and for each class. */
export interface CountErrors {
  readonly all: CountError;
  readonly classes: readonly CountError[];
  readonly images: readonly {
    readonly id: string;
    /** [K] */
    readonly groundTruth: readonly number[];
    /** [K] */
    readonly detected: readonly number[];
  }[];
}

/** Count detections of at least `scoreThreshold` against the ground truth. */
export function countErrors(
  set: DetectionSet,
  options: { scoreThreshold?: number } = {},
): CountErrors {
  const { scoreThreshold = 0.5 } = options;
  const K = set.classNames.length;
  const images = set.images.map(({ id, groundTruth, detections }) => {
    const truth = groundTruth.filter((cell) => cell.isCrowd !== true);
    const kept = detections.filter((cell) => cell.score >= scoreThreshold);
    return { id, groundTruth: countByClass(truth, K), detected: countByClass(kept, K) };
  });
  const errorOf = (name: string, pick: (counts: readonly number[]) => number): CountError => {
    return summarise(
      name,
      images.map((image) => pick(image.groundTruth)),
      images.map((image) => pick(image.detected)),
    );
  };
  return {
    all: errorOf('All cells', sum),
    classes: set.classNames.map((name, k) => errorOf(name, (counts) => counts[k]!)),
    images,
  };
}

function summarise(name: string, truth: number[], detected: number[]): CountError {
  const differences = detected.map((count, i) => count - truth[i]!);
  const n = Math.max(1, differences.length);
  const groundTruthTotal = sum(truth);
  return {
    name,
    groundTruthTotal,
    detectedTotal: sum(detected),
    bias: sum(differences) / n,
    meanAbsoluteError: sum(differences.map(Math.abs)) / n,
    rootMeanSquareError: Math.sqrt(sum(differences.map((value) => value * value)) / n),
    relativeError: groundTruthTotal === 0 ? null : sum(differences) / groundTruthTotal,
  };
}

function countByClass(cells: readonly { readonly classIndex: number }[], K: number): number[] {
  const counts = new Array<number>(K).fill(0);
  for (const { classIndex } of cells) counts[classIndex]!++;
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
