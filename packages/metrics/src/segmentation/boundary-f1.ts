/**
 * @file How well contours agree: the boundary F1 ("BF") score of Csurka et al. (BMVC 2013), which the
 * peripheral paper reports.
 *
 * Boundary pixels are the set pixels with at least one of their four neighbours unset or outside the
 * image. Precision is the share of predicted boundary pixels within the tolerance of a true one (Euclidean,
 * between pixel centres), recall the share of true ones within it of a predicted one, and BF their harmonic
 * mean. The tolerance is 0.75 % of the image's diagonal, as in that paper and MATLAB's `bfscore`; it is
 * not rounded, so up to a diagonal of 133 px only boundaries that coincide count.
 */
import { createMask, LeukoscopeError, type Mask } from '@leukoscope/core';
import { squaredDistanceMap } from './distance-map.ts';
import { checkSameSize } from './pixel-counts.ts';

/** Settings of the score. */
export interface BoundaryF1Options {
  /** Pixels. @default 0.0075 * the diagonal of the image */
  readonly tolerance?: number;
}

/** The score with its parts. */
export interface BoundaryF1 {
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  /** Pixels. */
  readonly tolerance: number;
}

const shareOfDiagonal = 0.0075;

/** Compare the boundaries of two masks; both empty is perfect, one empty is 0. */
export function boundaryF1(
  groundTruth: Mask,
  predicted: Mask,
  options: BoundaryF1Options = {},
): BoundaryF1 {
  checkSameSize(groundTruth, predicted);
  const { tolerance = shareOfDiagonal * Math.hypot(groundTruth.width, groundTruth.height) } =
    options;
  if (!(tolerance >= 0)) {
    throw new LeukoscopeError(
      'METRICS_TOLERANCE',
      `tolerance must be 0 pixels or more. Received ${tolerance}.`,
    );
  }
  const trueBoundary = boundaryOf(groundTruth);
  const foundBoundary = boundaryOf(predicted);
  const precision = shareWithin(foundBoundary, trueBoundary, tolerance);
  const recall = shareWithin(trueBoundary, foundBoundary, tolerance);
  if (precision === null && recall === null) return { f1: 1, precision: 1, recall: 1, tolerance };
  const p = precision ?? 0;
  const r = recall ?? 0;
  return { f1: p + r === 0 ? 0 : (2 * p * r) / (p + r), precision: p, recall: r, tolerance };
}

/** Return the set pixels that touch the outside. */
export function boundaryOf(mask: Mask): Mask {
  const { width, height, data } = mask;
  const boundary = createMask(mask);
  const isSet = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] !== 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isSet(x, y)) continue;
      const isInside = isSet(x - 1, y) && isSet(x + 1, y) && isSet(x, y - 1) && isSet(x, y + 1);
      if (!isInside) boundary.data[y * width + x] = 1;
    }
  }
  return boundary;
}

/** Return the share of boundary pixels within reach of the other boundary; null without any. */
function shareWithin(boundary: Mask, other: Mask, tolerance: number): number | null {
  const squared = squaredDistanceMap(other);
  // Squared distances are whole numbers; the square of a tolerance like 2 must not round below 4.
  const reach = tolerance * tolerance * (1 + 1e-12);
  let total = 0;
  let within = 0;
  for (let i = 0; i < boundary.data.length; i++) {
    if (boundary.data[i] === 0) continue;
    total++;
    if (squared[i]! <= reach) within++;
  }
  return total === 0 ? null : within / total;
}
