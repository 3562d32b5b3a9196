/** @file RGB <-> HSV: hue in degrees 0..360, saturation and value in 0..1 (Smith 1978). */
import type { RgbRaster } from '@leukoscope/core';
import { type FloatRaster, mapFromFloat, mapToFloat } from './float-raster.ts';

/** Convert to hue, saturation, value. */
export function toHsv(raster: RgbRaster): FloatRaster {
  return mapToFloat(raster, (r, g, b, out, at) => {
    const value = Math.max(r, g, b);
    const range = value - Math.min(r, g, b);
    let hue = 0;
    if (range > 0) {
      if (value === r) hue = (g - b) / range;
      else if (value === g) hue = 2 + (b - r) / range;
      else hue = 4 + (r - g) / range;
    }
    out[at] = (hue < 0 ? hue + 6 : hue) * 60;
    out[at + 1] = value === 0 ? 0 : range / value;
    out[at + 2] = value / 255;
  });
}

/** Convert from hue, saturation, value. */
export function fromHsv(raster: FloatRaster): RgbRaster {
  return mapFromFloat(raster, (hue, saturation, value, out) => {
    // f(n) = v - v s max(0, min(k, 4 - k, 1)), k = (n + h / 60) mod 6, for n = 5, 3, 1
    const channel = (n: number) => {
      const k = (((n + hue / 60) % 6) + 6) % 6;
      return 255 * (value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1)));
    };
    out[0] = channel(5);
    out[1] = channel(3);
    out[2] = channel(1);
  });
}
