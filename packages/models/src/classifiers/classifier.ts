/** @file A backbone and a head that says what the image shows: images [N, 3, H, W] -> logits [N, K]. */
import type { Scope, Tensor } from '@leukoscope/nn';
import { z } from 'zod';
import { backbonePresets, backboneSchema, buildBackbone } from '../backbones/backbone.ts';
import { count } from '../backbones/backbone-fields.ts';
import { coarsestLevel } from '../backbones/feature-levels.ts';
import {
  buildClassifierHead,
  type ClassifierOutputs,
  classifierHeadSchema,
} from '../heads/classifier-head.ts';

/** The shape of a classifier. */
export const classifierSchema = z.strictObject({
  backbone: backboneSchema,
  head: classifierHeadSchema,
  classes: count,
});

/** The shape of a classifier. */
export type ClassifierConfig = z.infer<typeof classifierSchema>;

const pooled = { kind: 'pooled', dropout: 0 } as const;
const vggHead = {
  kind: 'dense',
  hidden: [4096, 4096],
  dropout: 0.5,
  grid: [7, 7],
  drops: 'behind',
} as const;
const tinyHead = { ...vggHead, hidden: [16], grid: [2, 2], dropout: 0.2 } as const;

/** The published classifiers, ImageNet's 1000 classes, and tiny ones for tests. */
export const classifierPresets = {
  'resnet-18': { backbone: backbonePresets['resnet-18'], head: pooled, classes: 1000 },
  'resnet-34': { backbone: backbonePresets['resnet-34'], head: pooled, classes: 1000 },
  'resnet-50': { backbone: backbonePresets['resnet-50'], head: pooled, classes: 1000 },
  'wbc-resnet': { backbone: backbonePresets['wbc-resnet'], head: pooled, classes: 1000 },
  'vgg-16': { backbone: backbonePresets['vgg-16'], head: vggHead, classes: 1000 },
  'vgg-16-bn': { backbone: backbonePresets['vgg-16-bn'], head: vggHead, classes: 1000 },
  alexnet: {
    backbone: backbonePresets.alexnet,
    head: { ...vggHead, grid: [6, 6], drops: 'before' },
    classes: 1000,
  },
  'darknet-53': { backbone: backbonePresets['darknet-53'], head: pooled, classes: 1000 },
  'darknet-19': { backbone: backbonePresets['darknet-19'], head: pooled, classes: 1000 },
  'mobilenet-v2': {
    backbone: backbonePresets['mobilenet-v2'],
    head: { kind: 'pooled', dropout: 0.2 },
    classes: 1000,
  },
  'resnet-tiny': { backbone: backbonePresets['resnet-tiny'], head: pooled, classes: 3 },
  'vgg-tiny': { backbone: backbonePresets['vgg-tiny'], head: tinyHead, classes: 3 },
  'alexnet-tiny': {
    backbone: backbonePresets['alexnet-tiny'],
    head: { ...tinyHead, hidden: [16, 12], drops: 'before' },
    classes: 3,
  },
  'darknet-tiny': { backbone: backbonePresets['darknet-53-tiny'], head: pooled, classes: 3 },
  'mobilenet-tiny': {
    backbone: backbonePresets['mobilenet-tiny'],
    head: { kind: 'pooled', dropout: 0.2 },
    classes: 3,
  },
} satisfies Record<string, ClassifierConfig>;

/** Apply a classifier; parameter names are torchvision's or Darknet's. */
export function buildClassifier(
  scope: Scope,
  image: Tensor,
  config: ClassifierConfig,
): ClassifierOutputs {
  const { backbone, head, classes } = config;
  const { map } = coarsestLevel(buildBackbone(scope, image, backbone));
  return buildClassifierHead(scope, map, { head, classes, backbone: backbone.kind });
}
