/**
 * @file RoIAlign (He et al. 2017) as torchvision's `roi_align`; no gradient flows to the boxes, as there.
 *
 * Forward is ONNX's own operator. Backward has none; see roi-gradient.ts. (The same two products forward
 * take three times as long as the operator.)
 */
import { LeukoscopeError } from '@leukoscope/core';
import { float, int, text } from '../graph/onnx-attributes.ts';
import { sameShape } from '../graph/shape.ts';
import { applyOp1, type Op, shapeError, type Tensor } from '../graph/tensor.ts';
import { mul } from './elementwise.ts';
import { hatMatrix, samplePositions, spreadRegions } from './roi-gradient.ts';
import { sliceAxis } from './shaping.ts';

interface RoiAlignAttributes {
  readonly size: number;
  readonly scale: number;
  /** 0: as many as pixels of the box fall into a bin. */
  readonly samples: number;
  readonly aligned: boolean;
}

export const roiAlignOp: Op<RoiAlignAttributes> = {
  name: 'roiAlign',
  infer: (inputs, { size }) => {
    const [features, boxes, images] = inputs as [Tensor, Tensor, Tensor?];
    const [n, channels] = features.shape as [number, number];
    const isFit =
      features.shape.length === 4 &&
      boxes.shape.length === 3 &&
      boxes.shape[2] === 4 &&
      (images === undefined
        ? boxes.shape[0] === n
        : images.dtype === 'int64' && sameShape(images.shape, boxes.shape.slice(0, 2)));
    if (!isFit) {
      throw shapeError(
        'roiAlign',
        'features must be [N, C, H, W] and boxes [N, R, 4], or [B, R, 4] with images int64 [B, R]',
        inputs,
        'Reshape the boxes to one list per image.',
      );
    }
    return [
      { shape: [boxes.shape[0]! * boxes.shape[1]!, channels, size, size], dtype: features.dtype },
    ];
  },
  emit: (emitter, node) => {
    const [features, boxes, images] = node.inputs as [Tensor, Tensor, Tensor?];
    const { size, scale, samples, aligned } = node.attributes;
    const [n, rois] = boxes.shape as [number, number];
    const inOrder = BigInt64Array.from({ length: n * rois }, (_, i) =>
      BigInt(Math.floor(i / rois)),
    );
    const imageOf =
      images === undefined
        ? emitter.constant({ dtype: 'int64', shape: [n * rois], data: inOrder })
        : emitter.add('Reshape', [emitter.nameOf(images), emitter.int64s([n * rois])]);
    return [
      emitter.add(
        'RoiAlign',
        [
          emitter.nameOf(features),
          emitter.add('Reshape', [emitter.nameOf(boxes), emitter.int64s([n * rois, 4])]),
          imageOf,
        ],
        {
          output_height: int(size),
          output_width: int(size),
          sampling_ratio: int(samples),
          spatial_scale: float(scale),
          mode: text('avg'),
          coordinate_transformation_mode: text(aligned ? 'half_pixel' : 'output_half_pixel'),
        },
      ),
    ];
  },
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return [undefined, undefined];
      const [features, boxes] = node.inputs as [Tensor, Tensor];
      if (node.inputs.length > 2 || node.attributes.samples === 0) {
        throw shapeError(
          'roiAlign',
          'has a gradient only with a fixed number of samples and boxes in the order of the images',
          node.inputs,
          'Use stopGradient() on the features.',
        );
      }
      return [featureGradient(features, boxes, g, node.attributes), undefined];
    },
  },
};

/** The features' gradient, from the same samples as the operator's. */
function featureGradient(
  features: Tensor,
  boxes: Tensor,
  g: Tensor,
  { size, scale, samples, aligned }: RoiAlignAttributes,
): Tensor {
  const [, , height, width] = features.shape as [number, number, number, number];
  const fixed = mul(boxes, scale);
  const side = (index: number) => sliceAxis(fixed, 2, index, index + 1); // [N, R, 1]
  const bins = { bins: size, samples, aligned };
  const hats = (low: number, high: number, extent: number) =>
    hatMatrix(samplePositions(side(low), side(high), bins), { bins: size, samples, extent });
  return spreadRegions(g, hats(0, 2, width), hats(1, 3, height));
}

/** Options of `roiAlign`. */
export interface RoiAlignOptions {
  /** Bins per side of the result. @default 7 */
  readonly size?: number;
  /** Feature pixels per image pixel, 1 / stride. @default 1 */
  readonly scale?: number;
  /** Samples per bin and axis; 'adaptive': one per pixel (no gradient). @default 2 */
  readonly samples?: number | 'adaptive';
  /**
   * Whether a pixel's value stands at its centre. False is the older form that torchvision's detectors
   * keep: half a pixel off, and a box counts as at least one pixel wide. @default true
   */
  readonly aligned?: boolean;
  /** Which image each box is pooled from, int64 [B, R] (no gradient). @default box list n from image n */
  readonly images?: Tensor;
}

/** Pool features [N, C, H, W] in boxes [N, R, 4] (xyxy, image pixels) to [N * R, C, size, size]. */
export function roiAlign(features: Tensor, boxes: Tensor, options: RoiAlignOptions = {}): Tensor {
  const { size = 7, scale = 1, samples: wanted = 2, aligned = true, images } = options;
  const samples = wanted === 'adaptive' ? 0 : wanted;
  const isWhole = Number.isInteger(size) && Number.isInteger(samples);
  if (!(isWhole && size >= 1 && (samples >= 1 || wanted === 'adaptive'))) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `roiAlign: size and samples must be whole numbers of at least 1. Received ${size} and ${wanted}.`,
    );
  }
  const inputs = images === undefined ? [features, boxes] : [features, boxes, images];
  return applyOp1(roiAlignOp, inputs, { size, scale, samples, aligned });
}
