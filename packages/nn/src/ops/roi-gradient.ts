/**
 * @file What flows back from pooled regions to the features. Bilinear sampling is separable: with
 * A_y[r, p, i] = mean over the bin's samples of max(0, 1 - |y - i|), the pooled value is
 * Σ_ij A_y[r, p, i] F[i, j] A_x[r, q, j], so dF is one small product per box and one wide one for all
 * boxes of an image.
 */
import type { Tensor } from '../graph/tensor.ts';
import { constant } from '../graph/tensor.ts';
import { betweenMask, clip, relu } from './activation.ts';
import { abs, add, maximum, minimum, mul, sub } from './elementwise.ts';
import { matmul } from './matmul.ts';
import { mean } from './reduction.ts';
import { concat, reshape, sliceAxis, transpose } from './shaping.ts';

/** How bins are sampled. */
export interface BinSamples {
  readonly bins: number;
  /** Per bin. */
  readonly samples: number;
  readonly aligned: boolean;
}

/** Where samples lie along one axis of boxes whose sides are `low` and `high` [N, R, 1]: [N, R, bins samples]. */
export function samplePositions(low: Tensor, high: Tensor, options: BinSamples): Tensor {
  const { bins, samples, aligned } = options;
  // Sample s of bin p lies at low + (high - low) (p + (s + 1/2) / S) / P, less 1/2 where aligned.
  const fractions = Float32Array.from(
    { length: bins * samples },
    (_, i) => (Math.floor(i / samples) + ((i % samples) + 0.5) / samples) / bins,
  );
  const offsets = constant({ dtype: 'float32', shape: [bins * samples], data: fractions });
  const length = aligned ? sub(high, low) : maximum(sub(high, low), 1);
  return sub(add(low, mul(length, offsets)), aligned ? 0.5 : 0);
}

/** Options of `hatMatrix`. */
export interface HatOptions {
  /** Rows (or columns) of the map. */
  readonly extent: number;
  readonly bins: number;
  readonly samples: number;
  /** Where in the map the boxes' features lie, one number for each box [N, R, 1]; all of it by default. */
  readonly window?: { readonly size: Tensor; readonly offset: Tensor };
}

/**
 * Weights [N, R, bins, extent] of every feature row (or column) in every bin of every box. Samples outside
 * are pulled to the border of the window; without a window, those more than a pixel outside count as zero.
 */
export function hatMatrix(position: Tensor, options: HatOptions): Tensor {
  const { extent, bins, samples, window } = options;
  const [n, rois] = position.shape as [number, number];
  const pulled =
    window === undefined
      ? clip(position, 0, extent - 1)
      : add(minimum(maximum(position, 0), sub(window.size, 1)), window.offset);
  const index = constant({
    dtype: 'float32',
    shape: [extent],
    data: Float32Array.from({ length: extent }, (_, i) => i),
  });
  const column = [n, rois, bins * samples, 1];
  const near = relu(sub(1, abs(sub(reshape(pulled, column), index))));
  const hats =
    window === undefined ? mul(near, reshape(betweenMask(position, -1, extent), column)) : near;
  return mean(reshape(hats, [n, rois, bins, samples, extent]), [3]);
}

/** dF[n, c, i, j] = Σ_rpq A_y[n, r, p, i] g[n r, c, p, q] A_x[n, r, q, j]. */
export function spreadRegions(g: Tensor, hatsX: Tensor, hatsY: Tensor): Tensor {
  const [n, rois, size, width] = hatsX.shape as [number, number, number, number];
  const [channels, height] = [g.shape[1]!, hatsY.shape[3]!];
  const x = reshape(hatsX, [n * rois, size, width]);
  const y = reshape(hatsY, [n, rois * size, height]);
  const spread = (part: Tensor): Tensor => {
    const c = part.shape[1]!;
    const perRoi = reshape(transpose(part, [0, 2, 1, 3]), [n * rois, size * c, size]); // [N R, P C, Q]
    const joined = reshape(matmul(perRoi, x), [n, rois * size, c * width]); // [N, R P, C W]
    const image = matmul(y, joined, { transposeA: true }); // [N, H, C W]
    return transpose(reshape(image, [n, height, c, width]), [0, 2, 1, 3]);
  };
  // Channels in parts, so that what one product reads is still in the cache: 14 ms instead of 20.
  const perPart = Math.max(1, Math.round(columnsPerProduct / width));
  const parts: Tensor[] = [];
  for (let start = 0; start < channels; start += perPart) {
    parts.push(spread(sliceAxis(g, 1, start, Math.min(channels, start + perPart))));
  }
  return parts.length === 1 ? parts[0]! : concat(parts, 1);
}

/** Columns of the wide product that are worked out together. */
const columnsPerProduct = 4800;
