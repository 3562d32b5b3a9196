/** @file Classifiers as families: a backbone, a head, and the types of the cells in the pictures. */
import { taxonomies } from '@leukoscope/core';
import { softmax } from '@leukoscope/nn';
import { z } from 'zod';
import { backbonePresets, backboneSchema, frozenKeys } from '../backbones/backbone.ts';
import { imagenetNormalisation } from '../family/input-spec.ts';
import {
  classesSchema,
  type FamilyRecipe,
  type ModelFamily,
  sizeSchema,
} from '../family/model-family.ts';
import { type ClassifierOutputs, classifierHeadSchema } from '../heads/classifier-head.ts';
import { type ClassTruth, classTruth } from '../truth/class-truth.ts';
import { classLoss } from './class-loss.ts';
import { buildClassifier, classifierPresets } from './classifier.ts';

const schema = z.strictObject({
  classes: classesSchema,
  size: sizeSchema,
  backbone: backboneSchema,
  head: classifierHeadSchema,
  /** ε: share of each target that is spread over all classes. */
  labelSmoothing: z.number().min(0).max(0.5),
});

type Config = z.infer<typeof schema>;

type ClassifierFamily = ModelFamily<Config, ClassifierOutputs, ClassTruth>;

const recipe: FamilyRecipe = {
  optimiser: 'adamw',
  learningRate: 0.002,
  weightDecay: 0.01,
  batchSize: 32,
  epochs: 20,
  augmentation: 'peripheral',
};

/** A preset for one of the published classifiers, its classes replaced by five types. */
function preset(name: keyof typeof classifierPresets, side: number): Config {
  const { backbone, head } = classifierPresets[name];
  const size = { width: side, height: side };
  return { classes: taxonomies.five.classes, size, backbone, head, labelSmoothing: 0.05 };
}

function defineClassifier(
  parts: Pick<ClassifierFamily, 'name' | 'title' | 'summary' | 'presets'> & {
    readonly recipe?: Partial<FamilyRecipe>;
  },
): ClassifierFamily {
  return {
    ...parts,
    task: 'classes',
    schema,
    recipe: { ...recipe, ...parts.recipe },
    input: ({ size }) => ({
      size,
      fit: 'letterbox',
      multipleOf: 1,
      ...imagenetNormalisation,
      padding: 124,
    }),
    truth: ({ classes }) => classTruth(classes),
    frozen: ({ backbone }) => frozenKeys(backbone),
    build: (scope, image, { backbone, head, classes }) =>
      buildClassifier(scope, image, { backbone, head, classes: classes.length }),
    loss: (_scope, { logits }, truth, { labelSmoothing }) =>
      classLoss(logits, truth, { labelSmoothing }),
    exported: (_scope, { logits, features }) => ({ probabilities: softmax(logits), features }),
  };
}

/** Residual networks. */
export const resnetClassifier = defineClassifier({
  name: 'resnet',
  title: 'ResNet',
  summary: 'Residual network that types pictures of single cells (He et al. 2016).',
  presets: {
    tiny: preset('resnet-tiny', 64),
    slim: preset('resnet-18', 128),
    paper: preset('resnet-50', 224),
  },
});

/** The network behind LeukocyteMask, to be trained on types before. */
export const wbcResnetClassifier = defineClassifier({
  name: 'wbc-resnet',
  title: 'WBC-oriented ResNet',
  summary:
    'The backbone of LeukocyteMask (Fan et al. 2019) as a classifier: its weights are what that network begins with.',
  presets: {
    tiny: { ...preset('wbc-resnet', 64), backbone: backbonePresets['wbc-resnet-tiny'] },
    slim: {
      ...preset('wbc-resnet', 128),
      backbone: { ...backbonePresets['wbc-resnet'], width: 32 },
    },
    paper: preset('wbc-resnet', 224),
  },
});

/** VGG with its dense layers. */
export const vggClassifier = defineClassifier({
  name: 'vgg',
  title: 'VGG-16',
  summary: 'Thirteen 3x3 convolutions and three dense layers (Simonyan & Zisserman 2015).',
  presets: {
    tiny: { ...preset('vgg-tiny', 64), labelSmoothing: 0 },
    slim: {
      ...preset('vgg-16-bn', 96),
      head: { kind: 'pooled', dropout: 0.3 },
      backbone: {
        ...backbonePresets['vgg-16-bn'],
        layers: backbonePresets['vgg-16-bn'].layers.map((layer) =>
          typeof layer === 'number' ? layer / 2 : layer,
        ),
      },
    },
    paper: preset('vgg-16', 224),
  },
});

/** AlexNet: the peripheral paper's classifier. */
export const alexnetClassifier = defineClassifier({
  name: 'alexnet',
  title: 'AlexNet',
  summary:
    'Five convolutions and three dense layers (Krizhevsky 2014); the peripheral paper types cropped cells with it.',
  presets: {
    tiny: { ...preset('alexnet-tiny', 96), labelSmoothing: 0 },
    slim: {
      ...preset('alexnet', 128),
      head: { kind: 'dense', hidden: [512, 512], dropout: 0.5, grid: [2, 2], drops: 'before' },
    },
    paper: preset('alexnet', 224),
  },
  recipe: { learningRate: 0.0005 },
});

/** Darknet-53: what YOLOv3 begins with. */
export const darknetClassifier = defineClassifier({
  name: 'darknet',
  title: 'Darknet',
  summary: 'The backbones of YOLO as classifiers (Redmon & Farhadi 2016, 2018).',
  presets: {
    tiny: preset('darknet-tiny', 64),
    slim: preset('darknet-19', 128),
    paper: preset('darknet-53', 256),
  },
});

/** MobileNetV2: for weak devices. */
export const mobilenetClassifier = defineClassifier({
  name: 'mobilenet',
  title: 'MobileNetV2',
  summary: 'Inverted residuals with few depthwise convolutions (Sandler et al. 2018).',
  presets: {
    tiny: preset('mobilenet-tiny', 64),
    slim: preset('mobilenet-v2', 128),
    paper: preset('mobilenet-v2', 224),
  },
});
