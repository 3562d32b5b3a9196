/**
 * @file Residual networks (He et al. 2016) with torchvision's parameter names.
 *
 * Levels have strides 4, 8, 16, 32. In the bottleneck the 3x3 carries the stride (v1.5, as torchvision).
 * An output stride of 8 or 16 keeps the size of the last stages and dilates instead (torchvision's
 * `replace_stride_with_dilation`). Reference: torchvision.models.resnet 0.14.
 */
import {
  add,
  convNormLayer,
  type Initialiser,
  kaiming,
  maxPool,
  relu,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import { count, type LayerNorm, normFields, stageNorm } from './backbone-fields.ts';
import type { FeatureLevel, FeatureLevels } from './feature-levels.ts';

/** The shape of a residual network. */
export const resnetSchema = z.strictObject({
  kind: z.literal('resnet'),
  block: z.enum(['basic', 'bottleneck']),
  /** Blocks of the four stages. */
  blocks: z.tuple([count, count, count, count]).readonly(),
  /** Channels of the first stage. */
  width: count.default(64),
  ...normFields,
  /** Image pixels per cell of the last level. */
  outputStride: z.literal([8, 16, 32]).default(32),
  /** How many are not trained: 1 is the stem, 2 also the first stage, 5 all. */
  frozenStages: z.int().min(0).max(5).default(0),
});

/** The shape of a residual network. */
export type ResnetConfig = z.infer<typeof resnetSchema>;

const common = {
  kind: 'resnet',
  width: 64,
  norm: 'batch',
  normGroups: 32,
  outputStride: 32,
  frozenStages: 0,
} as const;

/** The networks of the paper, and one for tests. */
export const resnetPresets = {
  'resnet-18': { ...common, block: 'basic', blocks: [2, 2, 2, 2] },
  'resnet-34': { ...common, block: 'basic', blocks: [3, 4, 6, 3] },
  'resnet-50': { ...common, block: 'bottleneck', blocks: [3, 4, 6, 3] },
  'resnet-tiny': { ...common, block: 'basic', blocks: [1, 1, 1, 1], width: 8, normGroups: 4 },
} satisfies Record<string, ResnetConfig>;

// torchvision initialises by fan-out, which keeps the gradients' scale through the strided stages.
const initialise: Initialiser = kaiming('fan-out');

/** Apply a residual network to images [N, 3, H, W]: levels of the four stages. */
export function buildResnet(scope: Scope, image: Tensor, config: ResnetConfig): FeatureLevels {
  const stem = convNormLayer(scope, image, {
    channels: config.width,
    kernel: 7,
    stride: 2,
    padding: 3,
    ...stageNorm(config, 0),
    initialise,
    names: { conv: 'conv1', norm: 'bn1' },
  });
  return buildResidualStages(scope, maxPool(relu(stem), 3, { stride: 2, padding: 1 }), config);
}

/** Names of the parameters that `frozenStages` keeps as they are. */
export function frozenResnetKeys({ frozenStages }: Pick<ResnetConfig, 'frozenStages'>): string[] {
  const stages = [['conv1', 'bn1'], ['layer1'], ['layer2'], ['layer3'], ['layer4']];
  return stages.slice(0, frozenStages).flat();
}

/** What the four stages behind the stem are made of. */
export type ResidualStages = Omit<ResnetConfig, 'kind'>;

/** Apply the four stages to the stem's map, whose stride is 4. */
export function buildResidualStages(
  scope: Scope,
  stem: Tensor,
  config: ResidualStages,
): FeatureLevels {
  const build = config.block === 'basic' ? basicBlock : bottleneckBlock;
  const levels: FeatureLevel[] = [];
  let x = stem;
  let stride = 4;
  let dilation = 1;
  config.blocks.forEach((blocks, stage) => {
    const isCoarser = stage > 0 && stride < config.outputStride;
    const before = dilation;
    if (isCoarser) stride *= 2;
    else if (stage > 0) dilation *= 2;
    for (let i = 0; i < blocks; i++) {
      x = build(scope.at(`layer${stage + 1}`).at(i), x, {
        channels: config.width * 2 ** stage,
        step: i === 0 && isCoarser ? 2 : 1,
        // What a stride would have skipped begins behind the layer that carried the stride.
        dilation: i === 0 ? before : dilation,
        nextDilation: dilation,
        norm: stageNorm(config, stage + 1),
      });
    }
    levels.push({ map: x, stride });
  });
  return levels;
}

interface BlockOptions {
  readonly channels: number;
  readonly step: number;
  /** Of the 3x3 that carries the stride. */
  readonly dilation: number;
  /** Of a 3x3 behind it. */
  readonly nextDilation: number;
  readonly norm: LayerNorm;
}

const names = (i: number) => ({ conv: `conv${i}`, norm: `bn${i}` });

function basicBlock(scope: Scope, x: Tensor, options: BlockOptions): Tensor {
  const { channels, step: stride, dilation, nextDilation, norm } = options;
  const layer = { channels, initialise, ...norm };
  const first = convNormLayer(scope, x, { ...layer, stride, dilation, names: names(1) });
  const second = convNormLayer(scope, relu(first), {
    ...layer,
    dilation: nextDilation,
    names: names(2),
  });
  return relu(add(second, shortcut(scope, x, channels, options)));
}

function bottleneckBlock(scope: Scope, x: Tensor, options: BlockOptions): Tensor {
  const { channels, step: stride, dilation, norm } = options;
  const mix = { kernel: 1, initialise, ...norm };
  const reduced = convNormLayer(scope, x, { ...mix, channels, names: names(1) });
  const middle = convNormLayer(scope, relu(reduced), {
    channels,
    stride,
    dilation,
    initialise,
    ...norm,
    names: names(2),
  });
  const widened = convNormLayer(scope, relu(middle), {
    ...mix,
    channels: channels * 4,
    names: names(3),
  });
  return relu(add(widened, shortcut(scope, x, channels * 4, options)));
}

/** The identity, or a 1x1 convolution where channels or size change. */
function shortcut(scope: Scope, x: Tensor, channels: number, options: BlockOptions): Tensor {
  const { step: stride, norm } = options;
  if (stride === 1 && x.shape[1] === channels) return x;
  return convNormLayer(scope, x, {
    channels,
    kernel: 1,
    stride,
    initialise,
    ...norm,
    names: { conv: 'downsample.0', norm: 'downsample.1' },
  });
}
