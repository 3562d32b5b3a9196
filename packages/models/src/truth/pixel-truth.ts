/**
 * @file The truth of segmenters: a class map with background K, and which pixels count.
 *
 * Unknown, and so of weight 0, are: the padding, crowds, cells that have a box but no outline, and cells
 * whose label allows several classes.
 */
import type { Annotation, CellClass, Size } from '@leukoscope/core';
import { boxToInput, type Placement } from '@leukoscope/image';
import { input, type Tensor } from '@leukoscope/nn';
import { placedCells } from './box-truth.ts';
import { maskToInput, setPixelsInPlace } from './instance-truth.ts';
import type { TruthSpec } from './truth-spec.ts';

/** In the graph. */
export interface PixelTruth {
  /** int64 [N, H, W]: class index, K for background. */
  readonly classMap: Tensor;
  /** float32 [N, H, W]: 1 where the class is known. */
  readonly weight: Tensor;
}

/** The truth spec of segmenters. */
export function pixelTruth(classes: readonly CellClass[]): TruthSpec<PixelTruth> {
  return {
    inputs: ({ count: N, size: { width, height } }) => ({
      classMap: input('gt_class_map', [N, height, width], 'int64'),
      weight: input('gt_pixel_weight', [N, height, width]),
    }),
    collate(samples, { count: N, size }) {
      const { width, height } = size;
      const plane = width * height;
      const classMap = new BigInt64Array(N * plane).fill(BigInt(classes.length));
      const weight = new Float32Array(N * plane);
      samples.forEach((sample, n) => {
        const { left, top, content } = sample.placement;
        const known = createFilledMask(content);
        setPixelsInPlace(weight, n * plane, { left, top, mask: known }, size, 1);
        for (const crowd of sample.annotations.filter(({ isCrowd }) => isCrowd === true))
          setCrowdInPlace(weight, n * plane, crowd, sample.placement, size);
        const plan = { count: N, size, mostCells: Number.POSITIVE_INFINITY };
        const cells = placedCells(sample, classes, plan);
        const drawn = cells.map(
          ({ annotation }) =>
            annotation.mask && maskToInput(annotation.mask, sample.placement, size),
        );
        cells.forEach(({ box }, i) => {
          if (drawn[i] !== undefined) return;
          const inBox = boxAsMask(box.x1, box.y1, box.x2, box.y2);
          setPixelsInPlace(weight, n * plane, inBox, size, 0);
        });
        cells.forEach(({ classIndex, isTyped }, i) => {
          const mask = drawn[i];
          if (mask === undefined) return;
          setPixelsInPlace(classMap, n * plane, mask, size, BigInt(classIndex));
          setPixelsInPlace(weight, n * plane, mask, size, isTyped ? 1 : 0);
        });
      });
      return {
        gt_class_map: { dtype: 'int64', shape: [N, height, width], data: classMap },
        gt_pixel_weight: { dtype: 'float32', shape: [N, height, width], data: weight },
      };
    },
  };
}

/** Nobody told the cells of a crowd apart, nor drew them exactly: nothing is known of its pixels. */
function setCrowdInPlace(
  weight: Float32Array,
  offset: number,
  { box, mask }: Annotation,
  placement: Placement,
  size: Size,
): void {
  const drawn = mask && maskToInput(mask, placement, size);
  const place = box && boxToInput(box, placement);
  const area = drawn ?? (place && boxAsMask(place.x1, place.y1, place.x2, place.y2));
  if (area !== undefined) setPixelsInPlace(weight, offset, area, size, 0);
}

function createFilledMask({ width, height }: { width: number; height: number }) {
  return { width, height, data: new Uint8Array(width * height).fill(1) };
}

function boxAsMask(x1: number, y1: number, x2: number, y2: number) {
  const left = Math.floor(x1);
  const top = Math.floor(y1);
  const size = { width: Math.ceil(x2) - left, height: Math.ceil(y2) - top };
  return { left, top, mask: createFilledMask(size) };
}
