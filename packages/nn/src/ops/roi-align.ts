/**
 * @file RoIAlign (He et al. 2017) as torchvision's `roi_align(aligned=True, sampling_ratio=2)`; no
 * gradient flows to the boxes, as there.
 *
 * Forward is ONNX's own operator. Backward has none, but bilinear sampling is separable: with
 * A_y[r, p, i] = mean over the bin's samples of max(0, 1 - |y - i|), the pooled value is
 * Σ_ij A_y[r, p, i] F[i, j] A_x[r, q, j], so dF is one small product per box and one wide one for all
 * boxes of an image. (The same two products forward take three times as long as the operator.)
 */
import { LeukoscopeError } from '@leukoscope/core';
import { float, int, text } from '../graph/onnx-attributes.ts';
import { applyOp1, constant, type Op, shapeError, type Tensor } from '../graph/tensor.ts';
import { betweenMask, clip, relu } from './activation.ts';
import { abs, add, mul, sub } from './elementwise.ts';
import { matmul } from './matmul.ts';
import { mean } from './reduction.ts';
import { concat, reshape, sliceAxis, transpose } from './shaping.ts';

interface RoiAlignAttributes {
  readonly size: number;
  readonly scale: number;
  readonly samples: number;
}

export const roiAlignOp: Op<RoiAlignAttributes> = {
  name: 'roiAlign',
  infer: (inputs, { size }) => {
    const [features, boxes] = inputs as [Tensor, Tensor];
    const [n, channels] = features.shape as [number, number];
    if (
      features.shape.length !== 4 ||
      boxes.shape.length !== 3 ||
      boxes.shape[0] !== n ||
      boxes.shape[2] !== 4
    ) {
      throw shapeError(
        'roiAlign',
        'features must be [N, C, H, W] and boxes [N, R, 4]',
        inputs,
        'Reshape the boxes to one list per image.',
      );
    }
    return [{ shape: [n * boxes.shape[1]!, channels, size, size], dtype: features.dtype }];
  },
  emit: (emitter, node) => {
    const [features, boxes] = node.inputs as [Tensor, Tensor];
    const { size, scale, samples } = node.attributes;
    const [n, rois] = boxes.shape as [number, number];
    const imageOf = BigInt64Array.from({ length: n * rois }, (_, i) =>
      BigInt(Math.floor(i / rois)),
    );
    return [
      emitter.add(
        'RoiAlign',
        [
          emitter.nameOf(features),
          emitter.add('Reshape', [emitter.nameOf(boxes), emitter.int64s([n * rois, 4])]),
          emitter.constant({ dtype: 'int64', shape: [n * rois], data: imageOf }),
        ],
        {
          output_height: int(size),
          output_width: int(size),
          sampling_ratio: int(samples),
          spatial_scale: float(scale),
          mode: text('avg'),
          coordinate_transformation_mode: text('half_pixel'),
        },
      ),
    ];
  },
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return [undefined, undefined];
      const [features, boxes] = node.inputs as [Tensor, Tensor];
      return [featureGradient(features, boxes, g, node.attributes), undefined];
    },
  },
};

/** dF[n, c, i, j] = Σ_rpq A_y[r, p, i] g[r, c, p, q] A_x[r, q, j]. */
function featureGradient(
  features: Tensor,
  boxes: Tensor,
  g: Tensor,
  { size, scale, samples }: RoiAlignAttributes,
): Tensor {
  const [n, channels, height, width] = features.shape as [number, number, number, number];
  const rois = boxes.shape[1]!;
  const fixed = mul(boxes, scale);
  const side = (index: number) => sliceAxis(fixed, 2, index, index + 1); // [N, R, 1]
  const hatsX = hatMatrix(side(0), side(2), { extent: width, bins: size, samples }); // [N, R, P, W]
  const hatsY = hatMatrix(side(1), side(3), { extent: height, bins: size, samples }); // [N, R, P, H]
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

/** Options of `roiAlign`. */
export interface RoiAlignOptions {
  /** Bins per side of the result. @default 7 */
  readonly size?: number;
  /** Feature pixels per image pixel, 1 / stride. @default 1 */
  readonly scale?: number;
  /** Samples per bin and axis. @default 2 */
  readonly samples?: number;
}

/** Pool features [N, C, H, W] in boxes [N, R, 4] (xyxy, image pixels) to [N * R, C, size, size]. */
export function roiAlign(features: Tensor, boxes: Tensor, options: RoiAlignOptions = {}): Tensor {
  const { size = 7, scale = 1, samples = 2 } = options;
  if (!(size >= 1 && samples >= 1 && Number.isInteger(size) && Number.isInteger(samples))) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `roiAlign: size and samples must be whole numbers of at least 1. Received ${size} and ${samples}.`,
    );
  }
  return applyOp1(roiAlignOp, [features, boxes], { size, scale, samples });
}

/** Weights [N, R, bins, extent] of every feature row (or column) in every bin of every box. */
function hatMatrix(
  low: Tensor,
  high: Tensor,
  {
    extent,
    bins,
    samples,
  }: { readonly extent: number; readonly bins: number; readonly samples: number },
): Tensor {
  // Sample s of bin p lies at low - 1/2 + (high - low) (p + (s + 1/2) / S) / P.
  const fractions = Float32Array.from(
    { length: bins * samples },
    (_, i) => (Math.floor(i / samples) + ((i % samples) + 0.5) / samples) / bins,
  );
  const offsets = constant({ dtype: 'float32', shape: [bins * samples], data: fractions });
  const position = sub(add(low, mul(sub(high, low), offsets)), 0.5); // [N, R, P S]
  const [n, rois] = low.shape as [number, number];
  // A sample more than one pixel outside counts as zero; nearer ones are pulled to the border.
  const inside = betweenMask(position, -1, extent);
  const clipped = reshape(clip(position, 0, extent - 1), [n, rois, bins * samples, 1]);
  const index = constant({
    dtype: 'float32',
    shape: [extent],
    data: Float32Array.from({ length: extent }, (_, i) => i),
  });
  const hats = mul(
    relu(sub(1, abs(sub(clipped, index)))),
    reshape(inside, [n, rois, bins * samples, 1]),
  );
  return mean(reshape(hats, [n, rois, bins, samples, extent]), [3]);
}
