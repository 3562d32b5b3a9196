/**
 * @file Darknet's backbones: Darknet-53 (YOLOv3), Darknet-19 (YOLOv2) and the tiny one (YOLOv3-tiny).
 *
 * A network is a list of layers as in a .cfg file, from which both the graph and the order of a .weights
 * file follow. Layer i of the file has the parameters `layers.i.weight` and `layers.i.norm.*`. Levels are
 * the last maps of each stride: 1, 2, 4, 8, 16, 32.
 * Reference: pjreddie/darknet cfg/darknet53.cfg, darknet19.cfg, yolov3-tiny.cfg.
 */
import {
  add,
  convNormLayer,
  type DarknetLayer,
  kaiming,
  leakyRelu,
  maxPool,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import { normFields, stageNorm } from './backbone-fields.ts';
import type { FeatureLevel, FeatureLevels } from './feature-levels.ts';

/** The shape of a Darknet backbone. */
export const darknetSchema = z.strictObject({
  kind: z.literal('darknet'),
  form: z.enum(['53', '19', 'tiny']),
  /** Share of the published channels. */
  width: z.number().positive().default(1),
  ...normFields,
  /** How many stages, each up to the next change of stride, are not trained. */
  frozenStages: z.int().min(0).default(0),
});

/** The shape of a Darknet backbone. */
export type DarknetConfig = z.infer<typeof darknetSchema>;

const common = {
  kind: 'darknet',
  width: 1,
  norm: 'batch',
  normGroups: 32,
  frozenStages: 0,
} as const;

/** The published networks, and narrow ones for tests. */
export const darknetPresets = {
  'darknet-53': { ...common, form: '53' },
  'darknet-19': { ...common, form: '19' },
  'darknet-tiny': { ...common, form: 'tiny' },
  'darknet-53-tiny': { ...common, form: '53', width: 1 / 8, normGroups: 4 },
  'darknet-19-tiny': { ...common, form: '19', width: 1 / 8, normGroups: 4 },
  'darknet-tiny-narrow': { ...common, form: 'tiny', width: 1 / 4, normGroups: 4 },
} satisfies Record<string, DarknetConfig>;

/** One layer of a .cfg file, as far as backbones have them. */
type Step =
  | { readonly kind: 'convolution'; channels: number; kernel: number; stride: number }
  /** Add the map of three layers before, Darknet's `from=-3`. */
  | { readonly kind: 'shortcut' }
  | { readonly kind: 'pool'; stride: number };

const conv = (channels: number, kernel = 3, stride = 1): Step => ({
  kind: 'convolution',
  channels,
  kernel,
  stride,
});
const pool = (stride = 2): Step => ({ kind: 'pool', stride });

/** A strided convolution, then blocks of 1x1, 3x3 and a shortcut. */
function residualStage(channels: number, blocks: number): Step[] {
  const block: Step[] = [conv(channels / 2, 1), conv(channels), { kind: 'shortcut' }];
  return [conv(channels, 3, 2), ...Array.from({ length: blocks }, () => block).flat()];
}

/** 3x3 of `channels`, with a 1x1 of half as many between two of them. */
function alternating(channels: number, convolutions: number): Step[] {
  return Array.from({ length: convolutions }, (_, i) =>
    i % 2 === 0 ? conv(channels) : conv(channels / 2, 1),
  );
}

const forms: Readonly<Record<DarknetConfig['form'], readonly Step[]>> = {
  '53': [
    conv(32),
    ...residualStage(64, 1),
    ...residualStage(128, 2),
    ...residualStage(256, 8),
    ...residualStage(512, 8),
    ...residualStage(1024, 4),
  ],
  '19': [
    conv(32),
    pool(),
    conv(64),
    pool(),
    ...alternating(128, 3),
    pool(),
    ...alternating(256, 3),
    pool(),
    ...alternating(512, 5),
    pool(),
    ...alternating(1024, 5),
  ],
  tiny: [
    ...[16, 32, 64, 128, 256].flatMap((channels) => [conv(channels), pool()]),
    conv(512),
    pool(1),
    conv(1024),
  ],
};

/** A layer with its place and the stage it belongs to. */
interface PlacedStep {
  readonly step: Step;
  readonly index: number;
  readonly stage: number;
}

function placeSteps({ form, width }: DarknetConfig): PlacedStep[] {
  let stage = 0;
  return forms[form].map((step, index) => {
    // A strided convolution begins a stage; a pooling ends one.
    if (step.kind === 'convolution' && step.stride > 1) stage += 1;
    const placed = {
      step:
        step.kind === 'convolution'
          ? { ...step, channels: Math.max(1, Math.round(step.channels * width)) }
          : step,
      index,
      stage,
    };
    if (step.kind === 'pool' && step.stride > 1) stage += 1;
    return placed;
  });
}

/** Apply a Darknet backbone to images [N, 3, H, W]. */
export function buildDarknet(scope: Scope, image: Tensor, config: DarknetConfig): FeatureLevels {
  const levels: FeatureLevel[] = [];
  const outputs: Tensor[] = [];
  let x = image;
  let stride = 1;
  for (const { step, index, stage } of placeSteps(config)) {
    if (step.kind !== 'shortcut' && step.stride > 1) {
      levels.push({ map: x, stride });
      stride *= step.stride;
    }
    if (step.kind === 'pool') x = poolAsDarknet(x, step.stride);
    else if (step.kind === 'shortcut') x = add(x, outputs.at(-3)!);
    else {
      const { channels, kernel } = step;
      const y = convNormLayer(scope.at('layers'), x, {
        channels,
        kernel,
        stride: step.stride,
        ...stageNorm(config, stage),
        initialise: kaiming('fan-in'),
        names: { conv: String(index), norm: `${index}.norm` },
      });
      x = leakyRelu(y, 0.1);
    }
    outputs.push(x);
  }
  return [...levels, { map: x, stride }];
}

/** Darknet pads 2x2 poolings at the right and the bottom only, so that ceil(size / stride) remain. */
function poolAsDarknet(x: Tensor, stride: number): Tensor {
  return maxPool(x, 2, { stride, padding: stride === 1 ? [0, 0, 1, 1] : 0, ceil: stride > 1 });
}

/**
 * The order of a .weights file, for `readDarknet`: the backbone's layers, and behind them the classifier
 * if its number of classes is given. `path` is that of the backbone's scope.
 */
export function darknetLayout(
  config: DarknetConfig,
  options: { readonly classes?: number; readonly path?: string } = {},
): DarknetLayer[] {
  const { classes, path = '' } = options;
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  let inputs = 3;
  const layers: DarknetLayer[] = [];
  for (const { step, index } of placeSteps(config)) {
    if (step.kind !== 'convolution') continue;
    const name = at(`layers.${index}`);
    const { channels: outputs, kernel: kernelSize } = step;
    const batchNorm = config.norm === 'batch' || config.norm === 'frozen';
    layers.push({ kind: 'convolution', name, inputs, outputs, kernelSize, batchNorm });
    inputs = outputs;
  }
  if (classes === undefined) return layers;
  const head = { name: at('classifier'), inputs, outputs: classes, kernelSize: 1 };
  return [...layers, { kind: 'convolution', ...head, batchNorm: false }];
}

/** Names of the parameters that `frozenStages` keeps as they are. */
export function frozenDarknetKeys(config: DarknetConfig): string[] {
  return placeSteps(config)
    .filter(({ step, stage }) => step.kind === 'convolution' && stage < config.frozenStages)
    .map(({ index }) => `layers.${index}`);
}
