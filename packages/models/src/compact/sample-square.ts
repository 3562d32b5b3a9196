/**
 * @file Reads a square of an image at another scale: bilinear, averaged over n x n points where it shrinks.
 *
 * What lies beyond the image's border is `fillValue` grey, in training and at inference alike, so that a
 * cut cell looks cut. Points are continuous pixels: pixel (0, 0) has its centre at (0.5, 0.5).
 */
import type { RgbRaster } from '@leukoscope/core';
import { bilinearAt, type Gains, unchangedLight } from '@leukoscope/image';

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

/** Options of `sampleSquareInPlace`. */
export interface SampleSquareOptions {
  /** Where the planes begin in the output. @default 0 */
  readonly offset?: number;
  /** Factors of the channels; what lies beyond the border stays grey. @default 1 each */
  readonly gains?: Gains;
}

/** Write a square as planes [3, outSide, outSide] of values in 0..255. */
export function sampleSquareInPlace(
  raster: RgbRaster,
  square: Square,
  outSide: number,
  out: Float32Array | Uint8Array,
  options: SampleSquareOptions = {},
): void {
  const { offset = 0, gains = unchangedLight } = options;
  const { width, height, data } = raster;
  const n = pointsPerPixel(square.side / outSide);
  const columns = pointsAlong(square.left, square.side, outSide, width);
  const rows = pointsAlong(square.top, square.side, outSide, height);
  const plane = outSide * outSide;
  const share = 1 / (n * n);
  for (let y = 0, i = offset; y < outSide; y++) {
    for (let x = 0; x < outSide; x++, i++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let beyond = 0;
      for (let j = y * n; j < (y + 1) * n; j++) {
        const y0 = rows.first[j]!;
        const y1 = rows.second[j]!;
        const fy = rows.share[j]!;
        for (let k = x * n; k < (x + 1) * n; k++) {
          const x0 = columns.first[k]!;
          if (y0 < 0 || x0 < 0) {
            beyond += fillValue;
            continue;
          }
          const fx = columns.share[k]!;
          const a = (y0 * width + x0) * 3;
          const below = (y1 - y0) * width * 3;
          const right = (columns.second[k]! - x0) * 3;
          red += bilinearAt(data, a, right, below, fx, fy);
          green += bilinearAt(data, a + 1, right, below, fx, fy);
          blue += bilinearAt(data, a + 2, right, below, fx, fy);
        }
      }
      out[i] = Math.min(255, (red * gains[0] + beyond) * share);
      out[i + plane] = Math.min(255, (green * gains[1] + beyond) * share);
      out[i + 2 * plane] = Math.min(255, (blue * gains[2] + beyond) * share);
    }
  }
}

/** For every point along one axis: the two pixels around it and the share of the second; -1: outside. */
function pointsAlong(start: number, side: number, outSide: number, length: number) {
  const step = side / outSide;
  const n = pointsPerPixel(step);
  const first = new Int32Array(outSide * n).fill(-1);
  const second = new Int32Array(outSide * n);
  const share = new Float64Array(outSide * n);
  for (let i = 0; i < outSide * n; i++) {
    const at = start + (Math.floor(i / n) + ((i % n) + 0.5) / n) * step;
    if (at < 0 || at >= length) continue;
    const u = at <= 0.5 ? 0 : Math.min(at - 0.5, length - 1);
    first[i] = Math.floor(u);
    second[i] = Math.min(Math.floor(u) + 1, length - 1);
    share[i] = u - Math.floor(u);
  }
  return { first, second, share };
}
