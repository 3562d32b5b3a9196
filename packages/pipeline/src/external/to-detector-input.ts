/** @file A raster in the form that a foreign detector takes, and where it lies in there. */
import { createArray, type RgbRaster, type TensorData, tensorData } from '@leukoscope/core';
import { type Placement, placementOf, placeRaster } from '@leukoscope/image';
import type { DetectorConfig } from './detector-config.ts';

/** The tensor and its geometry. */
export interface DetectorInput {
  readonly tensor: TensorData;
  readonly placement: Placement;
}

/** Lay a raster into the input: value -> (value / scale - mean) / std, in the order the model wants. */
export function toDetectorInput(
  raster: RgbRaster,
  {
    width,
    height,
    fit,
    scale,
    mean,
    std,
    channels,
    layout,
    dtype,
    padding,
  }: DetectorConfig['input'],
): DetectorInput {
  const placement = placementOf(raster, { width, height }, fit);
  const { data } = placeRaster(raster, placement, { padding: [padding, padding, padding] });
  const plane = width * height;
  const values = createArray(dtype, 3 * plane);
  const isPlanar = layout !== 'nhwc';
  for (let c = 0; c < 3; c++) {
    const from = channels === 'rgb' ? c : 2 - c;
    const table = Float32Array.from({ length: 256 }, (_, value) =>
      dtype === 'uint8' ? value : (value / scale - mean[c]!) / std[c]!,
    );
    for (let i = 0; i < plane; i++) {
      values[isPlanar ? c * plane + i : i * 3 + c] = table[data[i * 3 + from]!]!;
    }
  }
  const shape = isPlanar ? [3, height, width] : [height, width, 3];
  const batched = layout === 'chw' ? shape : [1, ...shape];
  return { tensor: tensorData(dtype, batched, values), placement };
}
