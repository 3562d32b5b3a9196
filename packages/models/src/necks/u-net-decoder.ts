/**
 * @file The expanding half of U-Net (Ronneberger et al. 2015): enlarge, join with the encoder's level of
 * that size, two 3x3 convolutions; from the coarsest level to the finest.
 *
 * Differs from the paper in padding, so that sizes are kept. Parameters of step i, which ends at level i:
 * `i.up`, `i.conv1`, `i.bn1`, `i.conv2`, `i.bn2`.
 */
import { LeukoscopeError } from '@leukoscope/core';
import {
  concat,
  convLayer,
  convNormLayer,
  convTransposeLayer,
  fitImage,
  relu,
  resizeBilinear,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import { count, normFields } from '../backbones/backbone-fields.ts';
import type { FeatureLevel, FeatureLevels } from '../backbones/feature-levels.ts';

/** The shape of a decoder. */
export const unetDecoderSchema = z.strictObject({
  /** Channels of each step, the finest first: one fewer than levels. */
  widths: z.array(count).min(1).readonly(),
  /** By a transposed convolution of 2x2, or bilinear and a 1x1 convolution. */
  enlarge: z.enum(['transposed', 'bilinear']).default('transposed'),
  ...normFields,
});

/** The shape of a decoder. */
export type UnetDecoderConfig = z.infer<typeof unetDecoderSchema>;

/** The decoder of the paper, and one for tests. */
export const unetDecoderPresets = {
  'u-net': unetDecoderSchema.parse({ widths: [64, 128, 256, 512] }),
  'u-net-tiny': unetDecoderSchema.parse({ widths: [8, 12], normGroups: 4 }),
} as const;

/** Build the decoder on a backbone's levels; gives the map of every step, the finest first. */
export function buildUnetDecoder(
  scope: Scope,
  levels: FeatureLevels,
  config: UnetDecoderConfig,
): FeatureLevels {
  checkLevels(levels, config);
  const steps: FeatureLevel[] = [];
  let x = levels.at(-1)!.map;
  for (let i = levels.length - 2; i >= 0; i--) {
    const { map: skip, stride } = levels[i]!;
    const channels = config.widths[i]!;
    const stepScope = scope.at(i);
    const layer = (input: Tensor, number: number) =>
      relu(
        convNormLayer(stepScope, input, {
          channels,
          norm: config.norm,
          normGroups: config.normGroups,
          names: { conv: `conv${number}`, norm: `bn${number}` },
        }),
      );
    const isFiner = stride < levels[i + 1]!.stride;
    const above = isFiner ? enlarge(stepScope.at('up'), x, skip, channels, config) : x;
    x = layer(layer(concat([skip, above], 1), 1), 2);
    steps.unshift({ map: x, stride });
  }
  return steps;
}

/** Bring a map to twice its size, with the size of the level it meets where that is odd. */
function enlarge(
  scope: Scope,
  x: Tensor,
  skip: Tensor,
  channels: number,
  config: UnetDecoderConfig,
): Tensor {
  const size = skip.shape.slice(2) as [number, number];
  if (config.enlarge === 'transposed') {
    return fitImage(convTransposeLayer(scope, x, { channels, kernel: 2, stride: 2 }), size);
  }
  // The 1x1 comes first: it is linear, so the order does not matter, and costs a quarter there.
  return resizeBilinear(convLayer(scope, x, { channels, kernel: 1 }), size);
}

function checkLevels(levels: FeatureLevels, { widths }: UnetDecoderConfig): void {
  const strides = levels.map(({ stride }) => stride);
  const isOrdered = strides.every(
    (s, i) => i === 0 || s === strides[i - 1] || s === 2 * strides[i - 1]!,
  );
  if (isOrdered && widths.length === levels.length - 1) return;
  throw new LeukoscopeError(
    'MODEL_LEVELS',
    `a U-Net decoder must get levels whose strides stay or double, and one width fewer than levels. Received strides ${strides.join(', ')} and ${widths.length} width(s). Pick levels with levelsOfStrides, or give other widths.`,
  );
}
