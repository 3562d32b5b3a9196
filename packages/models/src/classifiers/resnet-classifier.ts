/**
 * @file Residual networks as classifiers (He et al. 2016): images [N, 3, H, W] -> logits [N, K].
 *
 * Parameter names are torchvision's (`layer1.0.conv1.weight`, `fc.weight`).
 */
import { taxonomies } from '@leukoscope/core';
import {
  globalAveragePool,
  linearLayer,
  reshape,
  type Scope,
  softmax,
  type Tensor,
  uniform,
} from '@leukoscope/nn';
import { z } from 'zod';
import { coarsestLevel } from '../backbones/feature-levels.ts';
import {
  buildResnet,
  frozenResnetKeys,
  type ResnetConfig,
  resnetPresets,
  resnetSchema,
} from '../backbones/resnet.ts';
import { imagenetNormalisation } from '../family/input-spec.ts';
import { classesSchema, type ModelFamily, sizeSchema } from '../family/model-family.ts';
import { type ClassTruth, classTruth } from '../truth/class-truth.ts';
import { classLoss } from './class-loss.ts';

const schema = z.strictObject({
  classes: classesSchema,
  size: sizeSchema,
  backbone: resnetSchema,
  labelSmoothing: z.number().min(0).max(0.5),
});

type Config = z.infer<typeof schema>;

const slim: Config = {
  classes: taxonomies.five.classes,
  size: { width: 128, height: 128 },
  backbone: resnetPresets['resnet-18'],
  labelSmoothing: 0.05,
};

/** The outputs before the softmax. */
interface ClassifierOutputs {
  readonly logits: Tensor;
  /** [N, F]: what the last layer sees. */
  readonly features: Tensor;
}

/** The family. */
export const resnetClassifier: ModelFamily<Config, ClassifierOutputs, ClassTruth> = {
  name: 'resnet',
  title: 'ResNet',
  summary: 'Residual network that types pictures of single cells (He et al. 2016).',
  task: 'classes',
  schema,
  presets: {
    tiny: { ...slim, size: { width: 64, height: 64 }, backbone: resnetPresets['resnet-tiny'] },
    slim,
    paper: { ...slim, size: { width: 224, height: 224 }, backbone: resnetPresets['resnet-50'] },
  },
  recipe: {
    optimiser: 'adamw',
    learningRate: 0.002,
    weightDecay: 0.01,
    batchSize: 32,
    epochs: 20,
    augmentation: 'peripheral',
  },
  input: ({ size }) => ({
    size,
    fit: 'letterbox',
    multipleOf: 32,
    ...imagenetNormalisation,
    padding: 124,
  }),
  truth: ({ classes }) => classTruth(classes),
  frozen: ({ backbone }) => frozenResnetKeys(backbone),
  build: (scope, image, { backbone, classes }) =>
    resnetLogits(scope, image, backbone, classes.length),
  loss: (_scope, { logits }, truth, { labelSmoothing }) =>
    classLoss(logits, truth, { labelSmoothing }),
  exported: (_scope, { logits, features }) => ({ probabilities: softmax(logits), features }),
};

function resnetLogits(
  scope: Scope,
  image: Tensor,
  config: ResnetConfig,
  classes: number,
): ClassifierOutputs {
  const pooled = globalAveragePool(coarsestLevel(buildResnet(scope, image, config)).map);
  const features = reshape(pooled, [pooled.shape[0]!, pooled.shape[1]!]);
  // PyTorch's default for linear layers: uniform within 1 / √inputs.
  const initialise = uniform(1 / Math.sqrt(features.shape[1]!));
  return { logits: linearLayer(scope.at('fc'), features, classes, { initialise }), features };
}

/** Apply the classifier; returns logits [N, K]. */
export function buildResnetClassifier(
  scope: Scope,
  image: Tensor,
  config: ResnetConfig,
  classes: number,
): Tensor {
  return resnetLogits(scope, image, config, classes).logits;
}
