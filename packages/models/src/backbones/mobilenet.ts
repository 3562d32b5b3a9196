/**
 * @file MobileNetV2 (Sandler et al. 2018) for weak devices, with torchvision's parameter names
 * (`features.1.conv.0.0.weight`).
 *
 * Levels have strides 2, 4, 8, 16, 32; the last is the 1x1 of 1280 channels. An output stride of 8 or 16
 * keeps the size of the last stages and dilates instead. Reference: torchvision.models.mobilenetv2 0.14.
 */
import { add, clip, convNormLayer, kaiming, type Scope, type Tensor } from '@leukoscope/nn';
import { z } from 'zod';
import { count, type LayerNorm, normFields, stageNorm } from './backbone-fields.ts';
import type { FeatureLevel, FeatureLevels } from './feature-levels.ts';

/** The shape of a MobileNetV2. */
export const mobilenetSchema = z.strictObject({
  kind: z.literal('mobilenet'),
  /** Share of the published channels, rounded to multiples of 8. */
  width: z.number().positive().default(1),
  /** Channels of the last level. */
  lastChannels: count.default(1280),
  ...normFields,
  /** Image pixels per cell of the last level. */
  outputStride: z.literal([8, 16, 32]).default(32),
  /** How many stages, each of one stride in the published network, are not trained. */
  frozenStages: z.int().min(0).max(5).default(0),
});

/** The shape of a MobileNetV2. */
export type MobilenetConfig = z.infer<typeof mobilenetSchema>;

/** The network of the paper, and one for tests. */
export const mobilenetPresets = {
  'mobilenet-v2': mobilenetSchema.parse({ kind: 'mobilenet' }),
  'mobilenet-tiny': mobilenetSchema.parse({
    kind: 'mobilenet',
    width: 1 / 8,
    lastChannels: 32,
    normGroups: 4,
  }),
} as const satisfies Record<string, MobilenetConfig>;

/** Expansion, channels, blocks and first stride: table 2 of the paper. */
const rows = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** Round channels to a multiple of 8 that is at least .9 of them. */
function roundChannels(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

/** An inverted residual and its place in `features`. */
interface Block {
  readonly index: number;
  readonly stage: number;
  readonly expansion: number;
  readonly channels: number;
  readonly stride: number;
}

/** The blocks behind the stem, features.1 to features.17. */
function listBlocks(width: number): Block[] {
  let stage = 0;
  let index = 0;
  return rows.flatMap(([expansion, channels, count, firstStride]) =>
    Array.from({ length: count }, (_, i) => {
      const stride = i === 0 ? firstStride : 1;
      if (stride === 2) stage += 1;
      index += 1;
      return { index, stage, expansion, channels: roundChannels(channels * width), stride };
    }),
  );
}

const relu6 = (x: Tensor) => clip(x, 0, 6);
const initialise = kaiming('fan-out');
const names = { conv: '0', norm: '1' };

/** Apply a MobileNetV2 to images [N, 3, H, W]. */
export function buildMobilenet(
  scope: Scope,
  image: Tensor,
  config: MobilenetConfig,
): FeatureLevels {
  const features = scope.at('features');
  const stem = roundChannels(32 * config.width);
  const norm = stageNorm(config, 0);
  const options = { channels: stem, stride: 2, initialise, names, ...norm };
  let x = relu6(convNormLayer(features.at(0), image, options));
  const levels: FeatureLevel[] = [];
  let stride = 2;
  let dilation = 1;
  for (const block of listBlocks(config.width)) {
    const before = dilation;
    let step = 1;
    if (block.stride === 2) {
      levels.push({ map: x, stride });
      if (stride < config.outputStride) step = 2;
      else dilation *= 2;
      stride *= step;
    }
    x = invertedResidual(features.at(block.index).at('conv'), x, {
      ...block,
      step,
      dilation: before,
      norm: stageNorm(config, block.stage),
    });
  }
  const last = convNormLayer(features.at(rows.reduce((sum, row) => sum + row[2], 1)), x, {
    channels: config.lastChannels,
    kernel: 1,
    initialise,
    names,
    ...stageNorm(config, 4),
  });
  return [...levels, { map: relu6(last), stride }];
}

/** 1x1 to more channels, 3x3 of each channel by itself, 1x1 back without activation. */
function invertedResidual(
  scope: Scope,
  x: Tensor,
  block: Omit<Block, 'index' | 'stage'> & {
    /** 1 where the output stride takes the published stride away. */
    readonly step: number;
    readonly dilation: number;
    readonly norm: LayerNorm;
  },
): Tensor {
  const { expansion, channels, stride, step, dilation, norm } = block;
  const inputs = x.shape[1]!;
  const hidden = inputs * expansion;
  const layer = { initialise, ...norm };
  let y = x;
  let place = 0;
  if (expansion > 1) {
    const wide = { ...layer, channels: hidden, kernel: 1, names };
    y = relu6(convNormLayer(scope.at(place++), y, wide));
  }
  // Each output sees nine numbers, however many channels there are: fan-out would let the signal vanish
  // wherever no batch statistics raise it again.
  const own = {
    ...layer,
    initialise: kaiming('fan-in'),
    channels: hidden,
    stride: step,
    dilation,
    groups: hidden,
    names,
  };
  y = relu6(convNormLayer(scope.at(place++), y, own));
  y = convNormLayer(scope, y, {
    ...layer,
    channels,
    kernel: 1,
    names: { conv: String(place), norm: String(place + 1) },
  });
  // The published stride decides, so that a dilated network is the same function as the strided one.
  return stride === 1 && inputs === channels ? add(x, y) : y;
}

/** Names of the parameters that `frozenStages` keeps as they are. */
export function frozenMobilenetKeys({ width, frozenStages }: MobilenetConfig): string[] {
  if (frozenStages === 0) return [];
  const blocks = listBlocks(width);
  const frozen = blocks.filter(({ stage }) => stage < frozenStages).map(({ index }) => index);
  const last = frozenStages > 4 ? [blocks.length + 1] : [];
  return [0, ...frozen, ...last].map((index) => `features.${index}`);
}
