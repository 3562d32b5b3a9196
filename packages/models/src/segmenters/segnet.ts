/**
 * @file SegNet (Badrinarayanan et al. 2017): the encoder is VGG-16's convolutions with norm, the decoder its
 * mirror image, which puts each value back where the encoder's maximum stood.
 *
 * Encoder parameters are those of torchvision's `vgg16_bn` (`features.0` ...), so that its weights load.
 */
import {
  convLayer,
  convNormLayer,
  kaiming,
  maxPoolWithIndices,
  maxUnpool,
  relu,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import { count, normFields } from '../backbones/backbone-fields.ts';
import { defineSegmenter, leukocytePixels, segmenterFields } from './segmenter.ts';

const schema = z.strictObject({
  ...segmenterFields,
  /** Channels of the 3x3 convolutions of each stage; stages end with a 2x2 pooling. */
  stages: z.array(z.array(count).min(1).readonly()).min(1).max(5).readonly(),
  ...normFields,
});

type Config = z.infer<typeof schema>;

const vgg16Stages = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
] as const;

const paper: Config = { ...leukocytePixels, stages: vgg16Stages, norm: 'batch', normGroups: 32 };

/** The family. */
export const segnet = defineSegmenter<Config>({
  name: 'segnet',
  title: 'SegNet',
  summary:
    'Encoder and mirrored decoder that unpools with the stored indices (Badrinarayanan et al. 2017); a baseline of the peripheral paper.',
  schema,
  presets: {
    tiny: { ...paper, size: { width: 64, height: 64 }, stages: [[8], [12], [16]] },
    slim: {
      ...paper,
      diceShare: 1,
      stages: vgg16Stages.map((stage) => stage.map((channels) => channels / 4)),
    },
    paper,
  },
  recipe: {
    optimiser: 'adamw',
    learningRate: 0.001,
    weightDecay: 0.0002,
    batchSize: 4,
    epochs: 40,
    augmentation: 'peripheral',
  },
  multipleOf: 32,
  logits(scope, image, config) {
    const { stages, classes } = config;
    const places: { readonly indices: Tensor; readonly shape: readonly number[] }[] = [];
    let x = image;
    let index = 0;
    for (const stage of stages) {
      for (const channels of stage) {
        x = layer(scope.at('features'), x, channels, index, config);
        index += 3;
      }
      const [pooled, indices] = maxPoolWithIndices(x, 2);
      places.push({ indices, shape: x.shape });
      x = pooled;
      index += 1;
    }
    for (let i = stages.length - 1; i >= 0; i--) {
      const { indices, shape } = places[i]!;
      x = maxUnpool(x, indices, shape);
      const stage = stages[i]!;
      // The mirrored stage ends with the width of the one that follows it on the way up.
      const last = i === 0 ? stage[0]! : stages[i - 1]!.at(-1)!;
      [...stage.slice(1), last].forEach((channels, j) => {
        const at = scope.at('decoder').at(i);
        x = layer(at, x, channels, 3 * j, config);
      });
    }
    const channels = classes.length + 1;
    return convLayer(scope.at('classifier'), x, { channels, kernel: 1 });
  },
});

function layer(
  scope: Scope,
  x: Tensor,
  channels: number,
  index: number,
  { norm, normGroups }: Pick<Config, 'norm' | 'normGroups'>,
): Tensor {
  return relu(
    convNormLayer(scope, x, {
      channels,
      norm,
      normGroups,
      initialise: kaiming('fan-out'),
      names: { conv: String(index), norm: String(index + 1) },
    }),
  );
}
