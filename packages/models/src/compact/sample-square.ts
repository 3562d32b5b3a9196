/**
 * @file Reads a square of an image at another scale: bilinear, averaged over n x n points where it shrinks.
 *
 * What lies beyond the image's border is `fillValue` grey, in training and at inference alike, so that a
 * cut cell looks cut. Points are continuous pixels: pixel (0, 0) has its centre at (0.5, 0.5).
 */
import type { RgbRaster } from '@leukoscope/core';

/** Grey beyond the image's border. */
export const fillValue = 128;

/** A square in pixels of the image; may reach outside. */
export interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** Points averaged per output pixel and axis: enough against moire, and never slow. */
export function pointsPerPixel(step: number): number {
  return Math.max(1, Math.min(4, Math.ceil(step - 0.25)));
}

/** Write a square as planes [3, outSide, outSide] of values in 0..255 from `offset` on. */
export function sampleSquareInPlace(
  raster: RgbRaster,
  square: Square,
  outSide: number,
  out: Float32Array | Uint8Array,
  offset = 0,
): void {
  const step = square.side / outSide;
  const n = pointsPerPixel(step);
  const plane = outSide * outSide;
  const share = 1 / (n * n);
  const sums = new Float64Array(3);
  for (let y = 0, i = offset; y < outSide; y++) {
    for (let x = 0; x < outSide; x++, i++) {
      sums.fill(0);
      for (let j = 0; j < n; j++) {
        const v = square.top + (y + (j + 0.5) / n) * step;
        for (let k = 0; k < n; k++) {
          addPointInPlace(raster, square.left + (x + (k + 0.5) / n) * step, v, sums);
        }
      }
      out[i] = sums[0]! * share;
      out[i + plane] = sums[1]! * share;
      out[i + 2 * plane] = sums[2]! * share;
    }
  }
}

/** Add the bilinear value at a point to three sums. */
function addPointInPlace(
  { width, height, data }: RgbRaster,
  x: number,
  y: number,
  sums: Float64Array,
): void {
  if (x < 0 || y < 0 || x >= width || y >= height) {
    for (let c = 0; c < 3; c++) sums[c]! += fillValue;
    return;
  }
  const u = x <= 0.5 ? 0 : Math.min(x - 0.5, width - 1);
  const v = y <= 0.5 ? 0 : Math.min(y - 0.5, height - 1);
  const x0 = u | 0;
  const y0 = v | 0;
  const fx = u - x0;
  const fy = v - y0;
  const a = (y0 * width + x0) * 3;
  const right = x0 + 1 < width ? 3 : 0;
  const b = y0 + 1 < height ? a + width * 3 : a;
  for (let c = 0; c < 3; c++) {
    const upper = data[a + c]! + (data[a + right + c]! - data[a + c]!) * fx;
    const lower = data[b + c]! + (data[b + right + c]! - data[b + c]!) * fx;
    sums[c]! += upper + (lower - upper) * fy;
  }
}
