/**
 * @file Reads a square of an image at another scale: bilinear, averaged over n x n points where it shrinks.
 *
 * What lies beyond the image's border is `fillValue` grey, in training and at inference alike, so that a
 * cut cell looks cut. Points are continuous pixels: pixel (0, 0) has its centre at (0.5, 0.5).
 */
import type { RgbRaster } from '@leukoscope/core';
import { type Gains, type RowWeights, squeezeRowRgb, unchangedLight } from '@leukoscope/image';

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
  const columns = weightsAlong(square.left, square.side, outSide, width);
  const rows = weightsAlong(square.top, square.side, outSide, height);
  const plane = outSide * outSide;
  // Both axes are linear: a row of the image is squeezed once, and only those are kept that the next output row needs.
  const { count } = rows;
  const squeezed = new Float64Array(count * outSide * 3);
  const sum = new Float64Array(outSide * 3);
  let ready = rows.first[0]!;
  for (let y = 0, i = offset; y < outSide; y++) {
    const first = rows.first[y]!;
    const last = Math.min(height, first + count);
    for (ready = Math.max(ready, first); ready < last; ready++)
      squeezeRowRgb(
        data,
        ready * width * 3,
        width,
        columns,
        squeezed,
        (ready % count) * outSide * 3,
      );
    sum.fill(0);
    for (let t = 0; first + t < last; t++) {
      const weight = rows.weights[y * count + t]!;
      if (weight === 0) continue;
      const from = ((first + t) % count) * outSide * 3;
      for (let x = 0; x < sum.length; x++) sum[x]! += weight * squeezed[from + x]!;
    }
    for (let x = 0; x < outSide; x++, i++) {
      const beyond = fillValue * (1 - rows.inside[y]! * columns.inside[x]!);
      out[i] = Math.min(255, sum[3 * x]! * gains[0] + beyond);
      out[i + plane] = Math.min(255, sum[3 * x + 1]! * gains[1] + beyond);
      out[i + 2 * plane] = Math.min(255, sum[3 * x + 2]! * gains[2] + beyond);
    }
  }
}

/** Weights of one axis. */
interface AxisWeights extends RowWeights {
  /** The sum of an output pixel's: the share of the pixel's points that lie inside the image. */
  readonly inside: Float64Array;
}

/** n points per output pixel, each the bilinear mean of the two pixels around it. */
function weightsAlong(start: number, side: number, outSide: number, length: number): AxisWeights {
  const step = side / outSide;
  const n = pointsPerPixel(step);
  const count = Math.min(length, Math.ceil(step) + 2);
  const first = new Int32Array(outSide);
  const weights = new Float64Array(outSide * count);
  const inside = new Float64Array(outSide);
  for (let i = 0; i < outSide; i++) {
    const lowest = Math.floor(start + (i + 0.5 / n) * step - 0.5);
    first[i] = Math.max(0, Math.min(lowest, length - count));
    for (let j = 0; j < n; j++) {
      const at = start + (i + (j + 0.5) / n) * step;
      if (at < 0 || at >= length) continue;
      const u = Math.max(0, Math.min(at - 0.5, length - 1));
      const slot = i * count + Math.floor(u) - first[i]!;
      const share = u - Math.floor(u);
      weights[slot]! += (1 - share) / n;
      if (share > 0) weights[slot + 1]! += share / n;
      inside[i]! += 1 / n;
    }
  }
  return { count, first, weights, inside };
}
