/** @file RGB -> one channel of luma, Y = 0.299 R + 0.587 G + 0.114 B (BT.601, as OpenCV and PIL). */
import type { Raster, RgbRaster } from '@leukoscope/core';

/** Convert to one 8-bit channel. */
export function toGrey(raster: RgbRaster): Raster & { readonly data: Uint8Array } {
  const { width, height, data } = raster;
  const grey = new Uint8Array(width * height);
  for (let i = 0, from = 0; i < grey.length; i++, from += 3) {
    grey[i] = 0.299 * data[from]! + 0.587 * data[from + 1]! + 0.114 * data[from + 2]! + 0.5;
  }
  return { width, height, channels: 1, bitDepth: 8, data: grey };
}
