/**
 * @file Boundary F1 of class maps: one score per class and their mean, the "mean BF score" of the
 * peripheral paper's Table 1. Classes that occur in neither map are left out (`null`).
 */
import { createMask, type Mask } from '@leukoscope/core';
import { type BoundaryF1Options, boundaryF1 } from './boundary-f1.ts';
import { type ClassMap, checkSameSize } from './pixel-counts.ts';

/** Scores of one picture. */
export interface ClassMapBoundaryF1 {
  readonly mean: number;
  /** [K] */
  readonly classes: readonly (number | null)[];
}

/** Compare the boundaries of each class of two class maps. */
export function classMapBoundaryF1(
  groundTruth: ClassMap,
  predicted: ClassMap,
  classCount: number,
  options: BoundaryF1Options = {},
): ClassMapBoundaryF1 {
  checkSameSize(groundTruth, predicted);
  const classes = Array.from({ length: classCount }, (_, classIndex) => {
    const truth = maskOfClass(groundTruth, classIndex);
    const found = maskOfClass(predicted, classIndex);
    if (!truth.data.includes(1) && !found.data.includes(1)) return null;
    return boundaryF1(truth, found, options).f1;
  });
  const known = classes.filter((score) => score !== null);
  return { mean: known.reduce((sum, score) => sum + score, 0) / known.length, classes };
}

function maskOfClass(map: ClassMap, classIndex: number): Mask {
  return createMask(
    map,
    Uint8Array.from(map.data, (value) => (value === classIndex ? 1 : 0)),
  );
}
