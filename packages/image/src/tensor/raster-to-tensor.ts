/**
 * @file Raster -> TensorData for a model: [1, C, H, W], RGB, `(value / 255 - mean) / std`.
 *
 * Where the image lies in the input is `placementOf(raster, size, fit)`, which maps boxes back.
 */
import {
  createArray,
  LeukoscopeError,
  type Raster,
  type Size,
  type TensorData,
  tensorData,
} from '@leukoscope/core';
import { toRgbRaster } from '../colour/to-rgb-raster.ts';
import { type Fit, placementOf, placeRaster } from '../geometry/placement.ts';
import type { ResizeMethod } from '../geometry/resize.ts';

/** Options of `rasterToTensor`. */
export interface RasterToTensorOptions {
  /** Input size of the model. @default the raster's own size */
  readonly size?: Size;
  /** How the image is made to fit. @default 'stretch' */
  readonly fit?: Fit;
  /** Per-channel mean of values in 0..1. @default [0, 0, 0] */
  readonly mean?: readonly [number, number, number];
  /** Per-channel standard deviation of values in 0..1. @default [1, 1, 1] */
  readonly std?: readonly [number, number, number];
  /** `uint8` keeps 0..255 for models that normalise by themselves. @default 'float32' */
  readonly dtype?: 'float32' | 'uint8';
  /** RGB value beside a letterboxed image, 0..255. @default [114, 114, 114] */
  readonly padding?: readonly [number, number, number];
  /** @default 'auto' */
  readonly method?: ResizeMethod;
}

/** Convert one raster to [1, 3, H, W]. */
export function rasterToTensor(
  raster: Raster,
  options: RasterToTensorOptions = {},
): TensorData<'float32' | 'uint8'> {
  return rastersToTensor([raster], options);
}

/** Convert rasters to one batch [N, 3, H, W]; without `size` they must have the same size. */
export function rastersToTensor(
  rasters: readonly Raster[],
  options: RasterToTensorOptions = {},
): TensorData<'float32' | 'uint8'> {
  const first = rasters[0];
  if (first === undefined) {
    throw new LeukoscopeError('TENSOR_BATCH', 'rasters must hold one or more. Received 0.');
  }
  const {
    size = { width: first.width, height: first.height },
    fit = 'stretch',
    mean = [0, 0, 0],
    std = [1, 1, 1],
    dtype = 'float32',
    padding = [114, 114, 114],
    method = 'auto',
  } = options;
  checkNormalisation(dtype, options);
  const plane = size.width * size.height;
  const data = createArray(dtype, rasters.length * 3 * plane);
  // value -> (value / 255 - mean) / std, per channel for each of the 256 values
  const tables = [0, 1, 2].map((c) =>
    Float32Array.from({ length: 256 }, (_, value) =>
      dtype === 'uint8' ? value : (value / 255 - mean[c]!) / std[c]!,
    ),
  );
  rasters.forEach((raster, n) => {
    if (
      options.size === undefined &&
      (raster.width !== size.width || raster.height !== size.height)
    ) {
      throw new LeukoscopeError(
        'TENSOR_BATCH',
        `rasters must have one size. Received ${raster.width} x ${raster.height} beside ${size.width} x ${size.height}. Give the option size.`,
      );
    }
    const placement = placementOf(raster, size, fit);
    const placed = placeRaster(toRgbRaster(raster), placement, { padding, method });
    for (let c = 0; c < 3; c++) {
      const table = tables[c]!;
      const start = (n * 3 + c) * plane;
      for (let i = 0, from = c; i < plane; i++, from += 3) {
        data[start + i] = table[placed.data[from]!]!;
      }
    }
  });
  return tensorData(dtype, [rasters.length, 3, size.height, size.width], data);
}

function checkNormalisation(dtype: 'float32' | 'uint8', options: RasterToTensorOptions): void {
  if (dtype === 'uint8' && (options.mean !== undefined || options.std !== undefined)) {
    throw new LeukoscopeError(
      'TENSOR_NORMALISATION',
      "mean and std must be left out for dtype 'uint8'. Received one of them. Use dtype 'float32'.",
    );
  }
  for (const deviation of options.std ?? []) {
    if (deviation > 0) continue;
    throw new LeukoscopeError(
      'TENSOR_NORMALISATION',
      `std must be above 0 in every channel. Received ${deviation}.`,
    );
  }
}
