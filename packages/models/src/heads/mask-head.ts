/**
 * @file The mask head of Mask R-CNN (He et al. 2017): a few 3x3 convolutions over a pooled region, one
 * enlargement, and a soft mask for each type. Parameter names and the order of rows are torchvision's
 * (`roi_heads.mask_head.0.0.weight`, a mask of background first, which nobody reads).
 *
 * R = regions of all images, K = classes, S = side of a mask. Reference: torchvision 0.14.
 */
import {
  concat,
  conv2d,
  convLayer,
  fill,
  kaiming,
  matmul,
  relu,
  reshape,
  type Scope,
  sliceAxis,
  type Tensor,
  transpose,
} from '@leukoscope/nn';
import { z } from 'zod';

const count = z.int().positive();

/** The shape of a mask head. */
export const maskHeadSchema = z.strictObject({
  /** Side of a pooled region; a mask has twice as many pixels. */
  poolSize: count,
  /** 3x3 convolutions. */
  layers: count,
  channels: count,
});

/** The shape of a mask head. */
export type MaskHeadConfig = z.infer<typeof maskHeadSchema>;

const initialise = kaiming('fan-out');

/** Apply the head to pooled regions [R, C, P, P]: logits [R, K, S, S]; `scope` is `roi_heads`. */
export function buildMaskHead(
  scope: Scope,
  pooled: Tensor,
  { layers, channels }: MaskHeadConfig,
  classes: number,
): Tensor {
  let x = pooled;
  for (let i = 0; i < layers; i++) {
    const layer = scope.at('mask_head').at(i).at(0);
    x = relu(convLayer(layer, x, { channels, initialise }));
  }
  const predictor = scope.at('mask_predictor');
  const [rois, inputs, height, width] = x.shape as [number, number, number, number];
  const large = predictor.at('conv5_mask');
  const w = large.parameter('weight', [inputs, channels, 2, 2], { initialise });
  const b = large.parameter('bias', [channels], { initialise: fill(0) });
  // A 2x2 transposed convolution of stride 2 is four 1x1 convolutions, one for each pixel of a cell.
  // What follows works on single pixels, so those are put into place only at the very end.
  const quarters = reshape(transpose(w, [2, 3, 1, 0]), [4 * channels, inputs, 1, 1]);
  const hidden = relu(conv2d(x, quarters, { bias: concat([b, b, b, b], 0) }));
  const logits = convLayer(
    predictor.at('mask_fcn_logits'),
    reshape(hidden, [rois * 4, channels, height, width]),
    { channels: classes + 1, kernel: 1, initialise },
  );
  const ofTypes = sliceAxis(logits, 1, 1, classes + 1);
  const split = reshape(ofTypes, [rois, 2, 2, classes, height, width]);
  return reshape(transpose(split, [0, 3, 4, 1, 5, 2]), [rois, classes, 2 * height, 2 * width]);
}

/** The mask of each region by shares of the types [R, K]: logits [R, K, S, S] -> [R, S, S]. */
export function maskOfTypes(logits: Tensor, shares: Tensor): Tensor {
  const [rois, classes, height, width] = logits.shape as [number, number, number, number];
  const flat = reshape(logits, [rois, classes, height * width]);
  return reshape(matmul(reshape(shares, [rois, 1, classes]), flat), [rois, height, width]);
}
