/**
 * @file RGB <-> analogue YUV (ITU-R BT.601), values of RGB in 0..1.
 *
 * Y in 0..1, U within +-0.436, V within +-0.615: the coefficients of Torch7's image.rgb2yuv, which the
 * marrow paper trained with.
 */
import type { RgbRaster } from '@leukoscope/core';
import { type FloatRaster, mapFromFloat, mapToFloat } from './float-raster.ts';

/** Convert to Y, U, V. */
export function toYuv(raster: RgbRaster): FloatRaster {
  return mapToFloat(raster, (r, g, b, out, at) => {
    out[at] = (0.299 * r + 0.587 * g + 0.114 * b) / 255;
    out[at + 1] = (-0.14713 * r - 0.28886 * g + 0.436 * b) / 255;
    out[at + 2] = (0.615 * r - 0.51499 * g - 0.10001 * b) / 255;
  });
}

/** Convert from Y, U, V. */
export function fromYuv(raster: FloatRaster): RgbRaster {
  return mapFromFloat(raster, (y, u, v, out) => {
    out[0] = 255 * (y + 1.13983 * v);
    out[1] = 255 * (y - 0.39465 * u - 0.5806 * v);
    out[2] = 255 * (y + 2.03211 * u);
  });
}
