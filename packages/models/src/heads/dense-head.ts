/**
 * @file The head that RetinaNet, FCOS and FSAF share: a tower of 3x3 convolutions applied to every level
 * with the same weights, and predictors on top.
 *
 * Parameter names are torchvision's (`conv.0.0.weight`; with group norm `conv.0.weight`, `conv.1.weight`).
 * Rows of all levels stand behind one another in the order of `anchorBoxes`: levels, rows, columns, anchors.
 */
import {
  concat,
  conv2d,
  convLayer,
  fill,
  flattenLevel,
  groupNormLayer,
  normal,
  relu,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import type { FeatureLevels } from '../backbones/feature-levels.ts';

/** The towers of a head. */
export const towerSchema = z.strictObject({
  /** 3x3 convolutions in front of the predictor. */
  depth: z.int().min(0).max(8),
  norm: z.enum(['none', 'group']),
  /** Groups of channels of the norm 'group'. */
  normGroups: z.int().positive(),
});

/** The towers of a head. */
export type TowerConfig = z.infer<typeof towerSchema>;

// torchvision's heads begin with normal weights of this deviation.
const initialise = normal(0.01);

/** Apply a tower to one level; the same scope shares the weights. */
export function buildTower(scope: Scope, level: Tensor, config: TowerConfig): Tensor {
  const { depth, norm, normGroups } = config;
  const channels = level.shape[1]!;
  const conv = scope.at('conv');
  let x = level;
  for (let i = 0; i < depth; i++) {
    if (norm === 'none') {
      x = relu(convLayer(conv.at(i).at(0), x, { channels, initialise }));
    } else {
      const y = convLayer(conv.at(3 * i), x, { channels, initialise });
      x = relu(groupNormLayer(conv.at(3 * i + 1), y, normGroups));
    }
  }
  return x;
}

/** What a predictor is made of. */
export interface PredictorOptions {
  readonly channels: number;
  /** First value of the biases. @default 0 */
  readonly bias?: number;
}

/** A 3x3 convolution that predicts. */
export function predictorLayer(scope: Scope, x: Tensor, options: PredictorOptions): Tensor {
  const { channels, bias = 0 } = options;
  const w = scope.parameter('weight', [channels, x.shape[1]!, 3, 3], { initialise });
  const b = scope.parameter('bias', [channels], { initialise: fill(bias) });
  return conv2d(x, w, { bias: b, padding: 1 });
}

/** The bias that makes a logistic class begin at this probability: -ln((1 - p) / p). */
export function priorBias(probability: number): number {
  return -Math.log((1 - probability) / probability);
}

/** Maps of all levels [N, A C, H, W] as rows [N, all places, C]. */
export function joinLevels(maps: readonly Tensor[], channels: number): Tensor {
  return concat(
    maps.map((map) => flattenLevel(map, channels)),
    1,
  );
}

/** How many places each level has. */
export function placesOf(levels: FeatureLevels): number[] {
  return levels.map(({ map }) => map.shape[2]! * map.shape[3]!);
}
