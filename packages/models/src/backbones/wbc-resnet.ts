/**
 * @file The WBC-oriented ResNet of LeukocyteMask: ResNet-50 whose 7x7 stem is two 3x3 convolutions, with
 * 2 blocks in conv3_x and 3 in conv4_x (instead of 4 and 6).
 *
 * The paper gives neither strides nor widths of the two: here the first keeps the stem's stride of 2 and
 * both its 64 channels, so that all levels have the strides of ResNet-50. Names: `conv1.0`, `bn1.0`,
 * `conv1.1`, `bn1.1`, then ResNet's.
 */
import { convNormLayer, kaiming, maxPool, relu, type Scope, type Tensor } from '@leukoscope/nn';
import { z } from 'zod';
import { stageNorm } from './backbone-fields.ts';
import type { FeatureLevels } from './feature-levels.ts';
import { buildResidualStages, resnetSchema } from './resnet.ts';

/** The shape of a WBC-oriented ResNet: that of a ResNet, of bottlenecks and fewer blocks by default. */
export const wbcResnetSchema = z.strictObject({
  ...resnetSchema.shape,
  kind: z.literal('wbc-resnet'),
  block: resnetSchema.shape.block.default('bottleneck'),
  blocks: resnetSchema.shape.blocks.default([3, 2, 3, 3]),
});

/** The shape of a WBC-oriented ResNet. */
export type WbcResnetConfig = z.infer<typeof wbcResnetSchema>;

/** The network of the paper, and one for tests. */
export const wbcResnetPresets = {
  'wbc-resnet': wbcResnetSchema.parse({ kind: 'wbc-resnet' }),
  'wbc-resnet-tiny': wbcResnetSchema.parse({
    kind: 'wbc-resnet',
    blocks: [1, 1, 1, 1],
    width: 4,
    normGroups: 4,
  }),
} as const satisfies Record<string, WbcResnetConfig>;

/** Apply the network to images [N, 3, H, W]: levels of strides 4, 8, 16, 32. */
export function buildWbcResnet(
  scope: Scope,
  image: Tensor,
  config: WbcResnetConfig,
): FeatureLevels {
  const layer = (x: Tensor, i: number, stride: number) =>
    relu(
      convNormLayer(scope, x, {
        channels: config.width,
        stride,
        ...stageNorm(config, 0),
        initialise: kaiming('fan-out'),
        names: { conv: `conv1.${i}`, norm: `bn1.${i}` },
      }),
    );
  const stem = layer(layer(image, 0, 2), 1, 1);
  return buildResidualStages(scope, maxPool(stem, 3, { stride: 2, padding: 1 }), config);
}
