/** @file The truth of instance segmenters: boxes with classes and, where the source outlines a cell, its mask. */
import type { CellClass, PlacedMask, Size } from '@leukoscope/core';
import { type Placement, warpPlacedMask } from '@leukoscope/image';
import { input, type Tensor } from '@leukoscope/nn';
import { type BoxTruth, boxInputs, collateBoxes, placedCells } from './box-truth.ts';
import type { TruthSpec } from './truth-spec.ts';

/** In the graph. */
export interface InstanceTruth extends BoxTruth {
  /** float32 [N, M, H, W] of 0 and 1 in pixels of the input. */
  readonly masks: Tensor;
  /** float32 [N, M]: 1 where the mask is known. */
  readonly outlined: Tensor;
}

/** The truth spec of instance segmenters. */
export function instanceTruth(classes: readonly CellClass[]): TruthSpec<InstanceTruth> {
  return {
    inputs: (plan) => {
      const { count: N, mostCells: M, size } = plan;
      return {
        ...boxInputs(plan),
        masks: input('gt_masks', [N, M, size.height, size.width]),
        outlined: input('gt_outlined', [N, M]),
      };
    },
    collate(samples, plan) {
      const { count: N, mostCells: M, size } = plan;
      const plane = size.width * size.height;
      const masks = new Float32Array(N * M * plane);
      const outlined = new Float32Array(N * M);
      const cells = samples.map((sample) => placedCells(sample, classes, plan));
      cells.forEach((ofSample, n) => {
        const { placement } = samples[n]!;
        ofSample.forEach(({ annotation }, m) => {
          const placed = annotation.mask && maskToInput(annotation.mask, placement, size);
          if (placed === undefined) return;
          outlined[n * M + m] = 1;
          setPixelsInPlace(masks, (n * M + m) * plane, placed, size, 1);
        });
      });
      return {
        ...collateBoxes(cells, plan),
        gt_masks: { dtype: 'float32', shape: [N, M, size.height, size.width], data: masks },
        gt_outlined: { dtype: 'float32', shape: [N, M], data: outlined },
      };
    },
  };
}

/** Move a mask of the image into the input; undefined where nothing of it is left. */
export function maskToInput(
  mask: PlacedMask,
  { scaleX, scaleY, left, top }: Placement,
  size: Size,
): PlacedMask | undefined {
  const toSource = [1 / scaleX, 0, -left / scaleX, 0, 1 / scaleY, -top / scaleY] as const;
  return warpPlacedMask(mask, { toSource }, size);
}

/** Write a value wherever a mask is set; what lies outside the map is left out. */
export function setPixelsInPlace(
  map: Float32Array | BigInt64Array,
  offset: number,
  { left, top, mask }: PlacedMask,
  size: Size,
  value: number | bigint,
): void {
  for (let y = Math.max(0, -top); y < mask.height && y + top < size.height; y++) {
    for (let x = Math.max(0, -left); x < mask.width && x + left < size.width; x++) {
      if (mask.data[y * mask.width + x] === 1)
        map[offset + (y + top) * size.width + x + left] = value;
    }
  }
}
