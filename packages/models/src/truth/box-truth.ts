/**
 * @file The truth of detectors: boxes with classes in pixels of the input, padded to M rows.
 *
 * A cell whose kind the source does not say (a set that boxes leukocytes without types) still trains the
 * boxes: `typed` is 0 there, and heads leave it out of the class loss. Crowds and boxes without area are
 * left out.
 */
import {
  type Annotation,
  type Box,
  boxArea,
  type CellClass,
  clipBox,
  maskBox,
} from '@leukoscope/core';
import { boxToInput } from '@leukoscope/image';
import { type GroundTruth, input, type Tensor } from '@leukoscope/nn';
import { allowedByLabel } from './class-truth.ts';
import type { BatchPlan, PlacedSample, TensorMap, TruthSpec } from './truth-spec.ts';

/** In the graph: boxes float32 [N, M, 4], exists float32 [N, M], classIndex int64 [N, M]. */
export interface BoxTruth extends GroundTruth {
  /** float32 [N, M]: 1 where the kind of cell is known. */
  readonly typed: Tensor;
}

/** A cell of one sample in pixels of the input. */
export interface PlacedCell {
  readonly box: Box;
  readonly classIndex: number;
  readonly isTyped: boolean;
  readonly annotation: Annotation;
}

/** The truth spec of detectors. */
export function boxTruth(classes: readonly CellClass[]): TruthSpec<BoxTruth> {
  return {
    inputs: boxInputs,
    collate: (samples, plan) =>
      collateBoxes(
        samples.map((sample) => placedCells(sample, classes, plan)),
        plan,
      ),
  };
}

/** Declare the inputs of boxes. */
export function boxInputs({ count: N, mostCells: M }: BatchPlan): BoxTruth {
  return {
    boxes: input('gt_boxes', [N, M, 4]),
    exists: input('gt_exists', [N, M]),
    classIndex: input('gt_class', [N, M], 'int64'),
    typed: input('gt_typed', [N, M]),
  };
}

/** Lay out cells that were placed already. */
export function collateBoxes(
  cellsOfSamples: readonly (readonly PlacedCell[])[],
  { count: N, mostCells: M }: BatchPlan,
): TensorMap {
  const boxes = new Float32Array(N * M * 4);
  const exists = new Float32Array(N * M);
  const classIndex = new BigInt64Array(N * M);
  const typed = new Float32Array(N * M);
  cellsOfSamples.forEach((cells, n) => {
    cells.forEach((cell, m) => {
      const row = n * M + m;
      boxes.set([cell.box.x1, cell.box.y1, cell.box.x2, cell.box.y2], row * 4);
      exists[row] = 1;
      classIndex[row] = BigInt(cell.classIndex);
      typed[row] = cell.isTyped ? 1 : 0;
    });
  });
  return {
    gt_boxes: { dtype: 'float32', shape: [N, M, 4], data: boxes },
    gt_exists: { dtype: 'float32', shape: [N, M], data: exists },
    gt_class: { dtype: 'int64', shape: [N, M], data: classIndex },
    gt_typed: { dtype: 'float32', shape: [N, M], data: typed },
  };
}

/**
 * The cells of a sample that the classes cover, in pixels of the input; the largest M, where there are more.
 * A label that allows several classes finds the cell but does not type it.
 */
export function placedCells(
  { annotations, placement }: PlacedSample,
  classes: readonly CellClass[],
  { size, mostCells }: BatchPlan,
): PlacedCell[] {
  const cells = annotations.flatMap((annotation): PlacedCell[] => {
    const { mask, cellClass, isCrowd } = annotation;
    const given = annotation.box ?? (mask === undefined ? undefined : maskBox(mask));
    if (given === undefined || isCrowd === true) return [];
    const box = clipBox(boxToInput(given, placement), size);
    if (boxArea(box) === 0) return [];
    if (cellClass === undefined) return [{ box, classIndex: 0, isTyped: false, annotation }];
    const allowed = allowedByLabel(cellClass, classes);
    const classIndex = allowed.indexOf(true);
    if (classIndex === -1) return [];
    const isTyped = classIndex === allowed.lastIndexOf(true);
    return [{ box, classIndex, isTyped, annotation }];
  });
  if (cells.length <= mostCells) return cells;
  return cells.sort((a, b) => boxArea(b.box) - boxArea(a.box)).slice(0, mostCells);
}
