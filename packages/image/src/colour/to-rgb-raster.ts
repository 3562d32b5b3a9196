/**
 * @file Any raster -> 8-bit RGB, the form every analysis works on.
 *
 * 16-bit values are divided by the range in use: cameras of 10, 12 and 14 bits store their numbers
 * unscaled in 16, and a plain shift by 8 turns 12-bit pictures almost black. Alpha is laid over white,
 * the colour of an empty field.
 */
import { createRgbRaster, type Raster, type RgbRaster } from '@leukoscope/core';

/** Convert to 8-bit RGB; returns the same object when it is that already. */
export function toRgbRaster(raster: Raster): RgbRaster {
  if (isRgbRaster(raster)) return raster;
  const { channels, data } = raster;
  const rgb = createRgbRaster(raster);
  const out = rgb.data;
  const hasAlpha = channels === 2 || channels === 4;
  const colours = hasAlpha ? channels - 1 : channels;
  const highest = raster.bitDepth === 16 ? highestInUse(raster, colours) : 255;
  const alphaHighest = raster.bitDepth === 16 ? 65535 : 255;
  const scale = 255 / highest;
  const pixels = raster.width * raster.height;
  for (let i = 0; i < pixels; i++) {
    const at = i * channels;
    const opacity = hasAlpha ? data[at + colours]! / alphaHighest : 1;
    for (let c = 0; c < 3; c++) {
      const value = data[at + (colours === 1 ? 0 : c)]! * scale;
      // over white: a * value + (1 - a) * 255
      out[i * 3 + c] = Math.min(255, Math.round(opacity * value + (1 - opacity) * 255));
    }
  }
  return rgb;
}

/** Tell whether a raster has three channels of 8 bits. */
export function isRgbRaster(raster: Raster): raster is RgbRaster {
  return raster.channels === 3 && raster.bitDepth === 8 && raster.data instanceof Uint8Array;
}

/** Highest value of the smallest usual camera depth that holds every colour value. */
function highestInUse(raster: Raster, colours: number): number {
  let highest = 0;
  for (let i = 0; i < raster.data.length; i += raster.channels) {
    for (let c = 0; c < colours; c++) highest = Math.max(highest, raster.data[i + c]!);
  }
  for (const bits of [8, 10, 12, 14]) if (highest < 2 ** bits) return 2 ** bits - 1;
  return 65535;
}
