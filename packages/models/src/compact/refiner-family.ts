/**
 * @file The refiner as a family: a classifier of single cells that also outlines them. As the second stage of a
 * two-stage model it gives logits of types and outlines for any number of crops.
 */
import { sigmoid, softmax } from '@leukoscope/nn';
import { z } from 'zod';
import { count } from '../backbones/backbone-fields.ts';
import { classesSchema, type ModelFamily, sizeSchema } from '../family/model-family.ts';
import { refinerClasses } from './compact-classes.ts';
import { buildRefiner, type RefinerOutputs, type RefinerTargets, refinerLoss } from './refiner.ts';
import { refinerTruth } from './refiner-truth.ts';
import { stainedInput } from './stained-input.ts';

const blocks = z.int().min(0).max(20);

const schema = z.strictObject({
  classes: classesSchema,
  size: sizeSchema,
  /** Channels of the four strides 2, 4, 8, 16. */
  widths: z.tuple([count, count, count, count]).readonly(),
  /** Residual blocks at strides 4, 8, 16. */
  blocks: z.tuple([blocks, blocks, blocks]).readonly(),
  /** Channels of the way back up to the outline. */
  maskWidth: count,
  /** Share of features dropped while training. */
  dropout: z.number().min(0).max(0.9),
  /** What normalises after each convolution; groups do so alike in every laboratory. */
  norm: z.enum(['batch', 'group']).default('batch'),
  /** Groups of channels of the norm 'group'. */
  normGroups: count.default(8),
  /** Share of crops that take on part of another one's contrast and colour while training (MixStyle). */
  mixStyle: z.number().min(0).max(1).default(0),
  /** ε: share of each target that is spread over all classes. */
  labelSmoothing: z.number().min(0).max(0.5),
  /** How much the outline's loss counts beside that of the type. */
  maskShare: z.number().min(0),
});

/** The configuration. */
export type RefinerFamilyConfig = z.infer<typeof schema>;

/** What ships. */
const shipped: RefinerFamilyConfig = {
  classes: refinerClasses,
  size: { width: 128, height: 128 },
  widths: [24, 48, 96, 160],
  blocks: [1, 3, 3],
  maskWidth: 32,
  dropout: 0.15,
  norm: 'batch',
  normGroups: 8,
  mixStyle: 0,
  labelSmoothing: 0.05,
  maskShare: 0.7,
};

/** The family. */
export const compactRefiner: ModelFamily<RefinerFamilyConfig, RefinerOutputs, RefinerTargets> = {
  name: 'compact-refiner',
  title: 'Compact refiner',
  summary: 'Types and outlines one cell in the middle of a crop (our own, 2026).',
  task: 'classes',
  outlines: true,
  keepsClasses: true,
  schema,
  presets: {
    tiny: {
      ...shipped,
      size: { width: 32, height: 32 },
      widths: [8, 12, 16, 24],
      blocks: [0, 1, 0],
      maskWidth: 8,
      dropout: 0,
      labelSmoothing: 0,
    },
    slim: shipped,
    paper: shipped,
  },
  recipe: {
    optimiser: 'adamw',
    learningRate: 0.0015,
    weightDecay: 0.05,
    batchSize: 32,
    epochs: 20,
    augmentation: 'single-cells',
  },
  input: ({ size }) => stainedInput(size, 16),
  truth: ({ classes }) => refinerTruth(classes),
  build: (scope, image, config) => buildRefiner(scope, image, config, config.classes.length),
  loss(_scope, outputs, truth, { labelSmoothing, maskShare }) {
    const { loss, type, mask } = refinerLoss(outputs, truth, { labelSmoothing, maskShare });
    return { loss, metrics: { type_loss: type, mask_loss: mask } };
  },
  exported: (_scope, { logits, mask, features }) => ({
    probabilities: softmax(logits),
    features,
    outline: sigmoid(mask),
  }),
  stage: ({ logits, mask }) => ({ logits, mask }),
};
