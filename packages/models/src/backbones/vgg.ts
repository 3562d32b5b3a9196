/**
 * @file The convolutions of VGG (Simonyan & Zisserman 2015), with torchvision's parameter names
 * (`features.0` convolution, `features.1` norm or ReLU, ...).
 *
 * Levels are the maps in front of each pooling, strides 1, 2, 4, 8, 16, then the last map. SSD's form
 * (Liu et al. 2016) rounds the third pooling up, keeps the size at the last and goes on with fc6 and fc7
 * as convolutions, fc6 with holes. Reference: torchvision.models.vgg and detection.ssd 0.14.
 */
import {
  convLayer,
  convNormLayer,
  kaiming,
  maxPool,
  type RenameRule,
  relu,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import { count, normFields, stageNorm } from './backbone-fields.ts';
import type { FeatureLevel, FeatureLevels } from './feature-levels.ts';

/** The shape of a VGG. */
export const vggSchema = z.strictObject({
  kind: z.literal('vgg'),
  /**
   * Channels of each 3x3 convolution, and how stages end: `pool` 2x2; `ceil-pool` keeps a last odd row
   * and column; `same-pool` 3x3 with stride 1.
   */
  layers: z
    .array(z.union([count, z.enum(['pool', 'ceil-pool', 'same-pool'])]))
    .min(1)
    .readonly(),
  ...normFields,
  /** Whether convolutions in front of a norm have a bias too, as in torchvision's files. */
  biasBeforeNorm: z.boolean().default(false),
  /** SSD's fc6 and fc7 behind the last layer: 3x3 with holes, and 1x1. */
  atrous: z.strictObject({ channels: count, dilation: count }).nullable().default(null),
  /** How many stages, each up to its pooling, are not trained. */
  frozenStages: z.int().min(0).default(0),
});

/** The shape of a VGG. */
export type VggConfig = z.infer<typeof vggSchema>;

type Layers = VggConfig['layers'];

/** Stages of one width each, every one followed by a pooling. */
const stages = (...stagesOfChannels: readonly (readonly number[])[]): Layers =>
  stagesOfChannels.flatMap((channels): Layers => [...channels, 'pool']);

const common = {
  kind: 'vgg',
  norm: 'none',
  normGroups: 32,
  biasBeforeNorm: false,
  atrous: null,
  frozenStages: 0,
} as const;

const vgg16Layers = stages([64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]);

/** VGG-16 without and with norm, SSD's form, the encoder of U-Net, and small ones for tests. */
export const vggPresets = {
  'vgg-16': { ...common, layers: vgg16Layers },
  'vgg-16-bn': { ...common, layers: vgg16Layers, norm: 'batch', biasBeforeNorm: true },
  'vgg-16-ssd': {
    ...common,
    layers: ssdLayers(vgg16Layers),
    atrous: { channels: 1024, dilation: 6 },
  },
  'u-net': {
    ...common,
    layers: stages([64, 64], [128, 128], [256, 256], [512, 512], [1024, 1024]).slice(0, -1),
    norm: 'batch',
  },
  'vgg-tiny': { ...common, layers: stages([8], [12], [16], [16, 16], [16]) },
  'vgg-ssd-tiny': {
    ...common,
    layers: ssdLayers(stages([8], [12], [16], [16, 16], [16])),
    atrous: { channels: 24, dilation: 2 },
  },
  'u-net-tiny': {
    ...common,
    layers: stages([8, 8], [12, 12], [16, 16]).slice(0, -1),
    norm: 'batch',
    normGroups: 4,
  },
} satisfies Record<string, VggConfig>;

/** SSD rounds the third pooling up and keeps the size at the last. */
function ssdLayers(layers: Layers): Layers {
  let pools = 0;
  return layers.map((layer, i) => {
    if (layer !== 'pool') return layer;
    pools += 1;
    return i === layers.length - 1 ? 'same-pool' : pools === 3 ? 'ceil-pool' : layer;
  });
}

/** Names of torchvision's `ssd300_vgg16` behind `backbone.`, turned into ours. */
export const ssdVggRename: readonly RenameRule[] = [
  [/\bextra\.0\.1\./, 'features.24.'],
  [/\bextra\.0\.3\./, 'features.26.'],
  [/\bextra\.0\.5\./, 'features.28.'],
  [/\bextra\.0\.7\.1\./, 'fc6.'],
  [/\bextra\.0\.7\.3\./, 'fc7.'],
];

/** One layer of `features` and where it stands. */
interface PlacedLayer {
  readonly layer: Layers[number];
  /** Index in torchvision's list, which counts ReLUs and norms. */
  readonly index: number;
  readonly stage: number;
}

function placeLayers({ layers, norm }: VggConfig): PlacedLayer[] {
  let index = 0;
  let stage = 0;
  return layers.map((layer) => {
    const placed = { layer, index, stage };
    if (typeof layer === 'string') stage += 1;
    index += typeof layer === 'string' ? 1 : norm === 'none' ? 2 : 3;
    return placed;
  });
}

/** Apply a VGG's convolutions to images [N, 3, H, W]. */
export function buildVgg(scope: Scope, image: Tensor, config: VggConfig): FeatureLevels {
  const features = scope.at('features');
  const initialise = kaiming('fan-out');
  const levels: FeatureLevel[] = [];
  let x = image;
  let stride = 1;
  for (const { layer, index, stage } of placeLayers(config)) {
    if (typeof layer === 'string') {
      levels.push({ map: x, stride });
      x = poolBy(x, layer);
      if (layer !== 'same-pool') stride *= 2;
      continue;
    }
    const y = convNormLayer(features, x, {
      channels: layer,
      initialise,
      ...stageNorm(config, stage),
      bias: config.biasBeforeNorm,
      names: { conv: String(index), norm: String(index + 1) },
    });
    x = relu(y);
  }
  if (config.atrous !== null) {
    const { channels, dilation } = config.atrous;
    x = relu(convLayer(scope.at('fc6'), x, { channels, dilation, initialise }));
    x = relu(convLayer(scope.at('fc7'), x, { channels, kernel: 1, initialise }));
  }
  return [...levels, { map: x, stride }];
}

function poolBy(x: Tensor, kind: 'pool' | 'ceil-pool' | 'same-pool'): Tensor {
  if (kind === 'same-pool') return maxPool(x, 3, { stride: 1, padding: 1 });
  return maxPool(x, 2, { ceil: kind === 'ceil-pool' });
}

/** Names of the parameters that `frozenStages` keeps as they are. */
export function frozenVggKeys(config: VggConfig): string[] {
  return placeLayers(config)
    .filter(({ layer, stage }) => typeof layer === 'number' && stage < config.frozenStages)
    .flatMap(({ index }) => {
      const conv = `features.${index}`;
      return config.norm === 'none' ? [conv] : [conv, `features.${index + 1}`];
    });
}
