/**
 * @file Feature pyramid (Lin et al. 2017) with torchvision's parameter names (`inner_blocks.0.0.weight`).
 *
 * Each level becomes 1x1(level) + the coarser one enlarged (nearest), then a 3x3. Extra coarse levels:
 * `pool` takes every second cell of the last (P6 of Faster R-CNN), `convolutions` adds two strided 3x3
 * (P6 and P7 of RetinaNet and FCOS). Reference: torchvision.ops.feature_pyramid_network 0.14.
 */
import { elementCount, LeukoscopeError } from '@leukoscope/core';
import {
  add,
  convLayer,
  convNormLayer,
  type Initialiser,
  maxPool,
  relu,
  resizeNearest,
  type Scope,
  type Tensor,
  uniform,
} from '@leukoscope/nn';
import { z } from 'zod';
import { count, normFields } from '../backbones/backbone-fields.ts';
import type { FeatureLevel, FeatureLevels } from '../backbones/feature-levels.ts';

/** The shape of a feature pyramid. */
export const fpnSchema = z.strictObject({
  /** Channels of every level. */
  channels: count.default(256),
  /**
   * Levels above the backbone's: none, one by taking every second cell, or two by convolutions on the
   * pyramid's or the backbone's last level.
   */
  extra: z.enum(['none', 'pool', 'convolutions', 'backbone-convolutions']).default('pool'),
  norm: normFields.norm.default('none'),
  normGroups: normFields.normGroups,
});

/** The shape of a feature pyramid. */
export type FpnConfig = z.infer<typeof fpnSchema>;

/** The pyramids of the detectors, and narrow ones for tests. */
export const fpnPresets = {
  'p2-p6': fpnSchema.parse({ extra: 'pool' }),
  'p3-p7': fpnSchema.parse({ extra: 'convolutions' }),
  'p2-p6-tiny': fpnSchema.parse({ extra: 'pool', channels: 16, normGroups: 4 }),
  'p3-p7-tiny': fpnSchema.parse({ extra: 'convolutions', channels: 16, normGroups: 4 }),
} as const;

// torchvision: kaiming_uniform with a = 1, which is uniform within √(3 / inputs).
const initialise: Initialiser = (shape, random) =>
  uniform(Math.sqrt(3 / elementCount(shape.slice(1))))(shape, random);

/** Build the pyramid on a backbone's levels, whose strides must double from one to the next. */
export function buildFpn(scope: Scope, levels: FeatureLevels, config: FpnConfig): FeatureLevels {
  checkStrides(levels);
  const { channels, norm, normGroups, extra } = config;
  const layer = { channels, norm, normGroups, initialise, names: { conv: '0', norm: '1' } };
  const pyramid: FeatureLevel[] = [];
  let above: Tensor | undefined;
  for (let i = levels.length - 1; i >= 0; i--) {
    const { map, stride } = levels[i]!;
    const lateral = convNormLayer(scope.at('inner_blocks').at(i), map, { ...layer, kernel: 1 });
    const joined: Tensor =
      above === undefined ? lateral : add(lateral, resizeNearest(above, lateral.shape.slice(2)));
    const smooth = convNormLayer(scope.at('layer_blocks').at(i), joined, { ...layer, kernel: 3 });
    pyramid.unshift({ map: smooth, stride });
    above = joined;
  }
  const last = pyramid.at(-1)!;
  if (extra === 'none') return pyramid;
  if (extra === 'pool') {
    return [...pyramid, { map: maxPool(last.map, 1, { stride: 2 }), stride: last.stride * 2 }];
  }
  const from = extra === 'backbone-convolutions' ? levels.at(-1)!.map : last.map;
  const extraScope = scope.at('extra_blocks');
  const p6 = convLayer(extraScope.at('p6'), from, { channels, stride: 2, initialise });
  const p7 = convLayer(extraScope.at('p7'), relu(p6), { channels, stride: 2, initialise });
  return [...pyramid, { map: p6, stride: last.stride * 2 }, { map: p7, stride: last.stride * 4 }];
}

function checkStrides(levels: FeatureLevels): void {
  const doubles = levels.every(({ stride }, i) => i === 0 || stride === 2 * levels[i - 1]!.stride);
  if (levels.length > 0 && doubles) return;
  throw new LeukoscopeError(
    'MODEL_LEVELS',
    `a feature pyramid must get levels whose strides double. Received strides ${levels.map(({ stride }) => stride).join(', ') || 'of no level'}. Pick levels with levelsOfStrides, or give the backbone output stride 32.`,
  );
}
