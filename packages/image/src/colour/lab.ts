/**
 * @file sRGB <-> CIELAB, white point D65, 2 degrees: L 0..100, a and b about -110..110.
 *
 * Same constants as skimage.color.rgb2lab. Equal distances look about equally different.
 */
import type { RgbRaster } from '@leukoscope/core';
import { type FloatRaster, mapFromFloat, mapToFloat } from './float-raster.ts';

/** Convert to L, a, b. */
export function toLab(raster: RgbRaster): FloatRaster {
  return mapToFloat(raster, (r, g, b, out, at) => {
    out.set(rgbToLab(r, g, b), at);
  });
}

/** Convert one sRGB colour (0..255) to L, a, b. */
export function rgbToLab(r: number, g: number, b: number): [number, number, number] {
  const [lr, lg, lb] = [linear(r), linear(g), linear(b)];
  const x = compress((0.412453 * lr + 0.35758 * lg + 0.180423 * lb) / white.x);
  const y = compress(0.212671 * lr + 0.71516 * lg + 0.072169 * lb);
  const z = compress((0.019334 * lr + 0.119193 * lg + 0.950227 * lb) / white.z);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Convert from L, a, b; colours that sRGB cannot show are clipped. */
export function fromLab(raster: FloatRaster): RgbRaster {
  return mapFromFloat(raster, (lightness, a, b, out) => {
    const fy = (lightness + 16) / 116;
    const x = expand(fy + a / 500) * white.x;
    const y = expand(fy);
    const z = expand(fy - b / 200) * white.z;
    out[0] = toByte(3.24048134 * x - 1.53715152 * y - 0.49853633 * z);
    out[1] = toByte(-0.96925495 * x + 1.87599 * y + 0.04155593 * z);
    out[2] = toByte(0.05564664 * x - 0.20404134 * y + 1.05731107 * z);
  });
}

const white = { x: 0.95047, z: 1.08883 };

/** sRGB transfer function, IEC 61966-2-1. */
function linear(byte: number): number {
  const value = byte / 255;
  return value > 0.04045 ? ((value + 0.055) / 1.055) ** 2.4 : value / 12.92;
}

function toByte(light: number): number {
  return 255 * (light > 0.0031308 ? 1.055 * light ** (1 / 2.4) - 0.055 : 12.92 * light);
}

function compress(t: number): number {
  return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116;
}

function expand(t: number): number {
  return t > 0.2068966 ? t ** 3 : (t - 16 / 116) / 7.787;
}
