/**
 * @file What flows back from pooled regions to the features. Bilinear sampling is separable: with
 * A_y[r, p, i] = mean over the bin's samples of max(0, 1 - |y - i|), the pooled value is
 * Σ_ij A_y[r, p, i] F[i, j] A_x[r, q, j], so dF is one small product per box and one wide one for all
 * boxes of an image.
 */
import type { Tensor } from '../graph/tensor.ts';
import { constant } from '../graph/tensor.ts';
import { clip, relu } from './activation.ts';
import {
  abs,
  add,
  and,
  cast,
  greaterOrEqual,
  lessOrEqual,
  maximum,
  minimum,
  mul,
  type Operand,
  sub,
} from './elementwise.ts';
import { matmul } from './matmul.ts';
import { mean } from './reduction.ts';
import { concat, reshape, sliceAxis, transpose } from './shaping.ts';

/** Options of `hatMatrix`. */
export interface HatOptions {
  /** Rows (or columns) of the map. */
  readonly extent: number;
  readonly bins: number;
  readonly samples: number;
  readonly aligned: boolean;
  /** Where in the map the box's own features lie: numbers, or one per box [N, R, 1]. */
  readonly window: { readonly size: Operand; readonly offset?: Operand };
}

/** Weights [N, R, bins, extent] of every feature row (or column) in every bin of every box. */
export function hatMatrix(low: Tensor, high: Tensor, options: HatOptions): Tensor {
  const { extent, bins, samples, aligned, window } = options;
  // Sample s of bin p lies at low + (high - low) (p + (s + 1/2) / S) / P, less 1/2 where aligned.
  const fractions = Float32Array.from(
    { length: bins * samples },
    (_, i) => (Math.floor(i / samples) + ((i % samples) + 0.5) / samples) / bins,
  );
  const offsets = constant({ dtype: 'float32', shape: [bins * samples], data: fractions });
  const length = aligned ? sub(high, low) : maximum(sub(high, low), 1);
  const position = sub(add(low, mul(length, offsets)), aligned ? 0.5 : 0); // [N, R, P S]
  const [n, rois] = low.shape as [number, number];
  // A sample more than one pixel outside counts as zero; nearer ones are pulled to the border.
  const inside = and(greaterOrEqual(position, -1), lessOrEqual(position, window.size));
  const pulled = minimum(clip(position, 0, extent), sub(window.size, 1));
  const placed = window.offset === undefined ? pulled : add(pulled, window.offset);
  const index = constant({
    dtype: 'float32',
    shape: [extent],
    data: Float32Array.from({ length: extent }, (_, i) => i),
  });
  const column = [n, rois, bins * samples, 1];
  const hats = mul(
    relu(sub(1, abs(sub(reshape(placed, column), index)))),
    reshape(cast(inside, 'float32'), column),
  );
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
