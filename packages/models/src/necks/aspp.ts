/**
 * @file Atrous spatial pyramid pooling and the head of DeepLabv3 (Chen et al. 2017), with torchvision's
 * parameter names (`convs.0.0.weight`, `project.0.weight`).
 *
 * One map is read by a 1x1, by 3x3 with holes at several rates, and as its average over the image; all are
 * joined and mixed. Reference: torchvision.models.segmentation.deeplabv3 0.14.
 */
import { LeukoscopeError } from '@leukoscope/core';
import {
  broadcastTo,
  concat,
  convLayer,
  convNormLayer,
  dropoutLayer,
  mean,
  relu,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import { count, normFields } from '../backbones/backbone-fields.ts';

/** The shape of the pyramid pooling. */
export const asppSchema = z.strictObject({
  /** Of every branch and of the result. */
  channels: count.default(256),
  /** Distance of the samples of each 3x3; see `asppRates`. */
  rates: z.array(count).min(1).readonly(),
  /** Share of the result's elements dropped while training. */
  dropout: z.number().min(0).lt(1).default(0.5),
  ...normFields,
});

/** The shape of the pyramid pooling. */
export type AsppConfig = z.infer<typeof asppSchema>;

/** Rates of the paper for the output stride of the backbone. */
export function asppRates(outputStride: 8 | 16): [number, number, number] {
  return outputStride === 8 ? [12, 24, 36] : [6, 12, 18];
}

/** Read a map [N, C, H, W] at several rates: [N, channels, H, W]. */
export function buildAspp(scope: Scope, x: Tensor, config: AsppConfig): Tensor {
  const { channels, rates, norm, normGroups, dropout } = config;
  const layer = (at: Scope, input: Tensor, options: { kernel: number; dilation?: number }) =>
    relu(
      convNormLayer(at, input, {
        channels,
        norm,
        normGroups,
        names: { conv: '0', norm: '1' },
        ...options,
      }),
    );
  const convs = scope.at('convs');
  const branches = [
    layer(convs.at(0), x, { kernel: 1 }),
    ...rates.map((dilation, i) => layer(convs.at(i + 1), x, { kernel: 3, dilation })),
    imageBranch(convs.at(rates.length + 1), x, config),
  ];
  const mixed = layer(scope.at('project'), concat(branches, 1), { kernel: 1 });
  return dropoutLayer(scope.at('project.3'), mixed, dropout);
}

/** The image's average through a 1x1, spread over the map again. */
function imageBranch(scope: Scope, x: Tensor, config: AsppConfig): Tensor {
  const { channels, norm, normGroups } = config;
  if (scope.mode === 'train' && norm === 'batch' && x.shape[0] === 1) {
    throw new LeukoscopeError(
      'MODEL_BATCH',
      'the image branch of a pyramid pooling must be normalised over two images or more. Received one image per batch. Use larger batches, or the norm "frozen" or "group".',
    );
  }
  const pooled = convNormLayer(scope, mean(x, [2, 3], true), {
    channels,
    kernel: 1,
    norm,
    normGroups,
    names: { conv: '1', norm: '2' },
  });
  return broadcastTo(relu(pooled), [x.shape[0]!, channels, ...x.shape.slice(2)]);
}

/** DeepLabv3's head: pyramid pooling, a 3x3, then logits [N, classes, H, W] of the map's own size. */
export function buildDeepLabHead(
  scope: Scope,
  x: Tensor,
  config: AsppConfig,
  classes: number,
): Tensor {
  const { channels, norm, normGroups } = config;
  const pooled = buildAspp(scope.at(0), x, config);
  const names = { conv: '1', norm: '2' };
  const smooth = relu(convNormLayer(scope, pooled, { channels, norm, normGroups, names }));
  return convLayer(scope.at(4), smooth, { channels: classes, kernel: 1 });
}
