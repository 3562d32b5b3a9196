/** @file A raster in the form that a detector made elsewhere takes, and where it lies in there. */
import { createArray, type RgbRaster, type TensorData, tensorData } from '@leukoscope/core';
import { type Placement, placementOf, placeRaster } from '@leukoscope/image';
import type { InputSpec } from '@leukoscope/models';
import type { ExternalSettings } from './external-settings.ts';

/** The tensor and its geometry. */
export interface ExternalInput {
  readonly tensor: TensorData;
  readonly placement: Placement;
}

/** Lay a raster into the input: value -> (value / 255 - mean) / deviation, in the order the network wants. */
export function toExternalInput(
  raster: RgbRaster,
  { size, fit, mean, deviation, padding }: InputSpec,
  { channels, layout, dtype }: ExternalSettings['input'],
): ExternalInput {
  const { width, height } = size;
  const placement = placementOf(raster, size, fit);
  const { data } = placeRaster(raster, placement, { padding: [padding, padding, padding] });
  const plane = width * height;
  const values = createArray(dtype, 3 * plane);
  const isPlanar = layout !== 'nhwc';
  for (let c = 0; c < 3; c++) {
    const from = channels === 'rgb' ? c : 2 - c;
    const table = Float32Array.from({ length: 256 }, (_, value) =>
      dtype === 'uint8' ? value : (value / 255 - mean[from]!) / deviation[from]!,
    );
    for (let i = 0; i < plane; i++) {
      values[isPlanar ? c * plane + i : i * 3 + c] = table[data[i * 3 + from]!]!;
    }
  }
  const shape = isPlanar ? [3, height, width] : [height, width, 3];
  const batched = layout === 'chw' ? shape : [1, ...shape];
  return { tensor: tensorData(dtype, batched, values), placement };
}
