/**
 * @file RGB <-> optical density, in which stains add up (Beer-Lambert).
 *
 * OD = -ln((I + 1) / 256): 0 for white (255), ln 256 = 5.545 for black, and defined for I = 0. The
 * inverse is I = 256 exp(-OD) - 1. Ruifrok and Johnston (2001) write log10; the base only scales.
 */
import type { RgbRaster } from '@leukoscope/core';
import { type FloatRaster, mapFromFloat } from './float-raster.ts';

/** Optical density of each byte value. */
export const opticalDensityOfByte = Float32Array.from(
  { length: 256 },
  (_, value) => -Math.log((value + 1) / 256),
);

/** Convert to optical density. */
export function toOpticalDensity(raster: RgbRaster): FloatRaster {
  const { width, height, data } = raster;
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) out[i] = opticalDensityOfByte[data[i]!]!;
  return { width, height, data: out };
}

/** Convert from optical density. */
export function fromOpticalDensity(raster: FloatRaster): RgbRaster {
  return mapFromFloat(raster, (r, g, b, out) => {
    out[0] = 256 * Math.exp(-r) - 1;
    out[1] = 256 * Math.exp(-g) - 1;
    out[2] = 256 * Math.exp(-b) - 1;
  });
}
