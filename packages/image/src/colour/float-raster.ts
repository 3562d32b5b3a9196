/** @file Three floating-point numbers a pixel, interleaved: the result of a colour conversion. */
import { createRgbRaster, type RgbRaster, type Size } from '@leukoscope/core';

/** Pixels in another colour space. `data[(y * width + x) * 3 + channel]`. */
export interface FloatRaster extends Size {
  readonly data: Float32Array;
}

/** Convert every pixel with a function that writes three numbers into `out` at `at`. */
export function mapToFloat(
  raster: RgbRaster,
  convert: (r: number, g: number, b: number, out: Float32Array, at: number) => void,
): FloatRaster {
  const { width, height, data } = raster;
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += 3) convert(data[i]!, data[i + 1]!, data[i + 2]!, out, i);
  return { width, height, data: out };
}

/** Convert back; the function's numbers are rounded and clipped to 0..255. */
export function mapFromFloat(
  raster: FloatRaster,
  convert: (a: number, b: number, c: number, out: Float32Array) => void,
): RgbRaster {
  const rgb = createRgbRaster(raster);
  const pixel = new Float32Array(3);
  const { data } = raster;
  for (let i = 0; i < data.length; i += 3) {
    convert(data[i]!, data[i + 1]!, data[i + 2]!, pixel);
    for (let c = 0; c < 3; c++) rgb.data[i + c] = clampByte(pixel[c]!);
  }
  return rgb;
}

/** Round and clip to 0..255. */
export function clampByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}
