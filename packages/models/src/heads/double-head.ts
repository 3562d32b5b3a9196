/**
 * @file The two heads of Double-Head R-CNN (Wu et al. 2020) over the same pooled regions: dense layers,
 * which are best at types, and convolutions, which are best at boxes. Both answer both questions.
 *
 * The convolution head widens by a residual block (3x3, then 1x1, beside a 1x1), goes on with bottlenecks,
 * and averages over the region. The original's optional non-local blocks are left out.
 */
import {
  add,
  convNormLayer,
  globalAveragePool,
  kaiming,
  relu,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import { normFields } from '../backbones/backbone-fields.ts';
import { type BoxHeadOutputs, denseFeatures, predictSharedBox, predictTypes } from './box-head.ts';

const count = z.int().positive();

/** The shape of the convolution head. */
export const convHeadSchema = z.strictObject({
  /** Channels of the blocks; bottlenecks have a quarter inside. */
  channels: count.multipleOf(4),
  /** Bottlenecks behind the widening block. */
  bottlenecks: z.int().min(0),
  ...normFields,
});

/** The shape of the convolution head. */
export type ConvHeadConfig = z.infer<typeof convHeadSchema>;

/** What both heads say about every region. */
export interface DoubleHeadOutputs {
  readonly dense: BoxHeadOutputs;
  readonly conv: BoxHeadOutputs;
}

/** Apply both heads to pooled regions [R, C, S, S]; `scope` is `roi_heads`. */
export function buildDoubleHead(
  scope: Scope,
  pooled: Tensor,
  options: { readonly channels: number; readonly conv: ConvHeadConfig; readonly classes: number },
): DoubleHeadOutputs {
  const { channels, conv, classes } = options;
  const answer = (name: string, features: Tensor): BoxHeadOutputs => ({
    logits: predictTypes(scope.at(name), features, classes),
    deltas: predictSharedBox(scope.at(name), features),
  });
  return {
    dense: answer('box_predictor', denseFeatures(scope.at('box_head'), pooled, channels)),
    conv: answer('conv_predictor', convFeatures(scope.at('conv_head'), pooled, conv)),
  };
}

function convFeatures(scope: Scope, pooled: Tensor, config: ConvHeadConfig): Tensor {
  const { channels, bottlenecks, norm, normGroups } = config;
  const inputs = pooled.shape[1]!;
  const layer = (at: Scope, x: Tensor, name: string, width: number, kernel: number) =>
    convNormLayer(at, x, {
      channels: width,
      kernel,
      norm,
      normGroups,
      initialise: kaiming('fan-out'),
      names: { conv: `${name}.0`, norm: `${name}.1` },
    });
  const first = scope.at(0);
  const widened = layer(
    first,
    relu(layer(first, pooled, 'conv1', inputs, 3)),
    'conv2',
    channels,
    1,
  );
  let x = relu(add(widened, layer(first, pooled, 'downsample', channels, 1)));
  for (let i = 1; i <= bottlenecks; i++) {
    const at = scope.at(i);
    const narrow = relu(layer(at, x, 'conv1', channels / 4, 1));
    const middle = relu(layer(at, narrow, 'conv2', channels / 4, 3));
    x = relu(add(x, layer(at, middle, 'conv3', channels, 1)));
  }
  return globalAveragePool(x);
}
