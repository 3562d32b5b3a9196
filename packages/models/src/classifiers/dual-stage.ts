/**
 * @file The dual-stage CNN of the marrow paper (Choi et al. 2017): two networks of one shape. The global one tells the
 * ten maturation stages; where it says band or segmented neutrophil, the local one, trained on these two alone, decides
 * (`pipeline/readers/classes`).
 *
 * 13 convolutions of 3x3 in five stages, each stage followed by a 2x2 pooling, batch norm and ReLU behind every one,
 * then three dense layers; every weight from N(0, 2 / inputs) (MSRA, He et al. 2015), trained from scratch. The input is
 * YUV (Torch's rgb2yuv), per channel (value - mean) / deviation with the training data's figures; both are part
 * of the graph.
 *
 * What the paper leaves open follows what it cites and what was the custom of its framework: channels and dense layers
 * are VGG-16's; dropout lies between the convolutions of a stage, .3 in the first, .4 in the others, and .5 behind
 * the hidden dense layers (Zagoruyko, "92.45 % on CIFAR-10 in Torch", 2015, has the same parts: YUV, MSRA,
 * these ratios).
 */
import { taxonomies } from '@leukoscope/core';
import {
  constant,
  conv2d,
  convNormLayer,
  dropoutLayer,
  flatten,
  kaiming,
  linearLayer,
  maxPool,
  relu,
  type Scope,
  softmax,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import { count } from '../backbones/backbone-fields.ts';
import { classesSchema, type ModelFamily, sizeSchema } from '../family/model-family.ts';
import type { ClassifierOutputs } from '../heads/classifier-head.ts';
import { type ClassTruth, classTruth } from '../truth/class-truth.ts';
import { classLoss } from './class-loss.ts';

const share = z.number().min(0).lt(1);
const yuv = z.tuple([z.number(), z.number(), z.number()]).readonly();

const schema = z.strictObject({
  classes: classesSchema,
  size: sizeSchema,
  /** Mean and deviation of Y, U and V over the training pictures, RGB being 0..1. */
  yuv: z.strictObject({
    mean: yuv,
    deviation: yuv.refine((values) => values.every((value) => value > 0), 'must be above 0'),
  }),
  /** Channels of the convolutions, by stage. */
  stages: z.array(z.array(count).min(1).readonly()).min(1).readonly(),
  /** Outputs of the dense layers in front of the last. */
  hidden: z.array(count).readonly(),
  /** Shares that are dropped while training. */
  dropout: z.strictObject({
    /** Between the convolutions of the first stage. */
    first: share,
    /** Between those of the other stages. */
    later: share,
    /** Behind the hidden dense layers. */
    dense: share,
  }),
});

type Config = z.infer<typeof schema>;

/** Of the 502 patches of the paper's public subset (`measureYuv`). */
const marrowYuv = {
  mean: [0.6456, 0.0402, 0.0308],
  deviation: [0.1795, 0.0715, 0.0424],
} as const;

/** Rows are Y, U, V of R, G, B in 0..1: ITU-R BT.601, as `toYuv` of the image package. */
const rgbToYuv = [
  [0.299, 0.587, 0.114],
  [-0.14713, -0.28886, 0.436],
  [0.615, -0.51499, -0.10001],
] as const;

const vgg16Stages = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
] as const;

const paper: Config = {
  classes: taxonomies.marrow.classes,
  size: { width: 96, height: 96 },
  yuv: marrowYuv,
  stages: vgg16Stages,
  hidden: [4096, 4096],
  dropout: { first: 0.3, later: 0.4, dense: 0.5 },
};

/** A quarter of the channels: 1.1 million parameters in place of 50. */
const slim: Config = {
  ...paper,
  stages: vgg16Stages.map((stage) => stage.map((channels) => channels / 4)),
  hidden: [128, 128],
};

const tiny: Config = {
  ...paper,
  size: { width: 32, height: 32 },
  stages: [[8, 8], [12], [16, 16]],
  hidden: [16, 16],
  dropout: { first: 0.02, later: 0.02, dense: 0.05 },
};

const localClasses = ['band-neutrophil', 'segmented-neutrophil'] as const;

type DualStageFamily = ModelFamily<Config, ClassifierOutputs, ClassTruth>;

const shared = {
  task: 'classes',
  schema,
  // 150 epochs in batches of 40 are the paper's; rate and decay, found there by five folds, are not told.
  recipe: {
    optimiser: 'sgd',
    learningRate: 0.01,
    weightDecay: 0.0005,
    batchSize: 40,
    epochs: 150,
    augmentation: 'marrow',
  },
  input: ({ size }) => ({
    size,
    fit: 'letterbox',
    multipleOf: 1,
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
    padding: 200,
  }),
  truth: ({ classes }) => classTruth(classes),
  build: buildDualStage,
  loss: (_scope, { logits }, truth) => classLoss(logits, truth),
  exported: (_scope, { logits, features }) => ({ probabilities: softmax(logits), features }),
} satisfies Partial<DualStageFamily>;

/** The first stage: all types. */
export const marrowGlobal: DualStageFamily = {
  ...shared,
  name: 'marrow-global',
  title: 'Dual-stage CNN, global',
  summary:
    'First stage of the dual-stage CNN (Choi et al. 2017): thirteen convolutions and three dense layers on YUV tell ten stages of maturation; `model chain` puts both stages together.',
  presets: { tiny, slim, paper },
};

/** The second stage: band or segmented. */
export const marrowLocal: DualStageFamily = {
  ...shared,
  name: 'marrow-local',
  title: 'Dual-stage CNN, local',
  summary:
    'Second stage of the dual-stage CNN (Choi et al. 2017): the same network for band against segmented neutrophils alone.',
  keepsClasses: true,
  presets: {
    tiny: { ...tiny, classes: localClasses },
    slim: { ...slim, classes: localClasses },
    paper: { ...paper, classes: localClasses },
  },
};

function buildDualStage(scope: Scope, image: Tensor, config: Config): ClassifierOutputs {
  const { stages, hidden, dropout, classes } = config;
  const features = scope.at('features');
  const initialise = kaiming('fan-in');
  let x = toNormalisedYuv(image, config);
  stages.forEach((stage, s) => {
    stage.forEach((channels, i) => {
      const layer = features.at(s).at(i);
      // Between two convolutions of a stage, not in front of a pooling.
      if (i > 0) x = dropoutLayer(layer, x, s === 0 ? dropout.first : dropout.later);
      x = relu(convNormLayer(layer, x, { channels, initialise, bias: true }));
    });
    x = maxPool(x, 2);
  });
  let y = flatten(x);
  hidden.forEach((outputs, i) => {
    const layer = scope.at('classifier').at(i);
    y = dropoutLayer(layer, relu(linearLayer(layer, y, outputs, { initialise })), dropout.dense);
  });
  const last = scope.at('classifier').at(hidden.length);
  return { logits: linearLayer(last, y, classes.length, { initialise }), features: y };
}

/** RGB of 0..1 [N, 3, H, W] -> normalised Y, U, V: one 1x1 convolution. */
function toNormalisedYuv(image: Tensor, { yuv: { mean, deviation } }: Config): Tensor {
  const weight = rgbToYuv.flatMap((row, c) => row.map((share) => share / deviation[c]!));
  const bias = mean.map((m, c) => -m / deviation[c]!);
  return conv2d(
    image,
    constant({ dtype: 'float32', shape: [3, 3, 1, 1], data: Float32Array.from(weight) }),
    { bias: constant({ dtype: 'float32', shape: [3], data: Float32Array.from(bias) }) },
  );
}
