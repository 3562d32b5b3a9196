/**
 * @file SSD (Liu et al. 2016): default boxes on six or seven levels of VGG-16, softmax types with background
 * as logit 0, hard negatives. Names and numbers as torchvision's `ssd300_vgg16` 0.14.
 */
import { type Size, taxonomies } from '@leukoscope/core';
import {
  add,
  clipBoxes,
  decodeBoxes,
  div,
  encodeBoxes,
  flip,
  gather,
  gatherRows,
  type LossAndMetrics,
  sliceAxis,
  smoothL1Loss,
  softmax,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import { backbonePresets, backboneSchema, frozenKeys } from '../backbones/backbone.ts';
import { ssdVggRename } from '../backbones/vgg.ts';
import { imagenetNormalisation } from '../family/input-spec.ts';
import { classesSchema, type ModelFamily, sizeSchema } from '../family/model-family.ts';
import { defaultBoxesOf, defaultBoxSchema, evenScales } from '../heads/default-boxes.ts';
import type { LevelAnchors } from '../heads/dense-anchors.ts';
import { countPositives } from '../heads/dense-targets.ts';
import {
  bestOfEachClass,
  type DetectionConfig,
  detectionSchema,
  type FinalDetections,
  finalDetections,
  probabilitiesOf,
} from '../heads/final-detections.ts';
import { hardNegativeLoss, matchDefaultBoxes } from '../heads/hard-negatives.ts';
import { type BoxTruth, boxTruth } from '../truth/box-truth.ts';
import { caffeSsdRename } from './caffe-ssd-names.ts';
import { buildSsdHeads, buildSsdLevels, ssdLevelFields } from './ssd-levels.ts';

const schema = z.strictObject({
  classes: classesSchema,
  size: sizeSchema,
  backbone: backboneSchema,
  ...ssdLevelFields,
  /** What the network's first layer sees; the original's Caffe weights want `bgr`. */
  channelOrder: z.enum(['rgb', 'bgr']),
  defaultBoxes: defaultBoxSchema,
  /** A default box is positive from this IoU with a cell on. */
  positiveIou: z.number().min(0).max(1),
  /** Hard negatives to a positive. */
  negatives: z.number().positive(),
  detection: detectionSchema,
});

/** The configuration. */
export type SsdConfig = z.infer<typeof schema>;

/** SSD300: 38, 19, 10, 5, 3 and 1 places a side, 8,732 default boxes. */
const paper: SsdConfig = {
  classes: taxonomies.eleven.classes,
  size: { width: 300, height: 300 },
  backbone: backbonePresets['vgg-16-ssd'],
  strides: [8, 16],
  scalesFinest: true,
  extras: [
    { middle: 256, channels: 512, kernel: 3, stride: 2, padding: 1 },
    { middle: 128, channels: 256, kernel: 3, stride: 2, padding: 1 },
    { middle: 128, channels: 256, kernel: 3, stride: 1, padding: 0 },
    { middle: 128, channels: 256, kernel: 3, stride: 1, padding: 0 },
  ],
  channelOrder: 'rgb',
  defaultBoxes: {
    scales: evenScales(0.2, 0.9, 6),
    ratios: [[2], [2, 3], [2, 3], [2, 3], [2], [2]],
    steps: [8, 16, 32, 64, 100, 300],
  },
  positiveIou: 0.5,
  negatives: 3,
  detection: {
    scoreThreshold: 0.01,
    iouThreshold: 0.45,
    suppression: 'per-class',
    candidates: 400,
    detections: 200,
  },
};

const halving = { middle: 128, channels: 256, kernel: 3, stride: 2, padding: 1 };
const tinyExtra = { middle: 8, channels: 16, kernel: 3, stride: 2, padding: 1 };

/** SSD512: 64, 32, 16, 8, 4, 2 and 1 places a side. */
const ssd512: SsdConfig = {
  ...paper,
  size: { width: 512, height: 512 },
  extras: [
    { middle: 256, channels: 512, kernel: 3, stride: 2, padding: 1 },
    halving,
    halving,
    halving,
    { middle: 128, channels: 256, kernel: 4, stride: 1, padding: 1 },
  ],
  defaultBoxes: {
    scales: evenScales(0.15, 0.9, 7),
    ratios: [[2], [2, 3], [2, 3], [2, 3], [2, 3], [2], [2]],
    steps: [8, 16, 32, 64, 128, 256, 512],
  },
};

/** What the heads predict, one row a default box. */
export interface SsdOutputs {
  /** [N, A, K + 1], background first. */
  readonly logits: Tensor;
  /** [N, A, 4]. */
  readonly deltas: Tensor;
  readonly anchors: LevelAnchors;
  readonly size: Size;
}

/** Variances .1 and .2 of the original. */
const weights = [10, 10, 5, 5] as const;

/** The family. */
export const ssd: ModelFamily<SsdConfig, SsdOutputs, BoxTruth> = {
  name: 'ssd',
  title: 'SSD',
  summary: 'One-stage detector with default boxes on six levels of VGG-16 (Liu et al. 2016).',
  task: 'boxes',
  schema,
  presets: {
    tiny: {
      ...paper,
      classes: taxonomies.five.classes,
      size: { width: 64, height: 64 },
      backbone: backbonePresets['vgg-ssd-tiny'],
      extras: [tinyExtra, tinyExtra],
      defaultBoxes: {
        scales: evenScales(0.4, 0.9, 4),
        ratios: [[2], [2, 3], [2], [2]],
        steps: [8, 16, 32, 64],
      },
      detection: { ...paper.detection, candidates: 20, detections: 10 },
    },
    slim: {
      ...paper,
      size: { width: 320, height: 320 },
      backbone: backbonePresets['mobilenet-v2'],
      strides: [16, 32],
      scalesFinest: false,
      extras: [
        { middle: 128, channels: 256, kernel: 3, stride: 2, padding: 1 },
        { middle: 96, channels: 192, kernel: 3, stride: 2, padding: 1 },
      ],
      defaultBoxes: {
        scales: evenScales(0.2, 0.9, 4),
        ratios: [[2], [2, 3], [2, 3], [2]],
        steps: [16, 32, 64, 107],
      },
      detection: { ...paper.detection, suppression: 'across-classes', detections: 100 },
    },
    paper,
    'ssd300-smin-0.1': {
      ...paper,
      defaultBoxes: { ...paper.defaultBoxes, scales: evenScales(0.1, 0.9, 6) },
    },
    ssd512,
  },
  recipe: {
    optimiser: 'sgd',
    learningRate: 0.001,
    weightDecay: 5e-4,
    batchSize: 10,
    epochs: 40,
    augmentation: 'ssd',
  },
  input: ({ size, backbone }) => ({
    size,
    fit: 'stretch',
    multipleOf: 1,
    ...(backbone.kind === 'vgg' ? caffeNormalisation : imagenetNormalisation),
    padding: 117,
  }),
  truth: ({ classes }) => boxTruth(classes),
  frozen: ({ backbone }) => frozenKeys(backbone, 'backbone'),
  build(scope, image, config) {
    const { channelOrder, classes, defaultBoxes } = config;
    const size = { width: image.shape[3]!, height: image.shape[2]! };
    const levels = buildSsdLevels(scope, channelOrder === 'bgr' ? flip(image, 1) : image, config);
    return {
      ...buildSsdHeads(scope.at('head'), levels, defaultBoxes, classes.length + 1),
      anchors: defaultBoxesOf(levels, size, defaultBoxes),
      size,
    };
  },
  loss: (_scope, outputs, truth, config) => ssdLoss(outputs, truth, config),
  exported: (_scope, outputs, { detection }) => detectByDefaultBoxes(outputs, detection),
  rename: [...caffeSsdRename, ...ssdVggRename],
};

/** Values less the mean, not divided: what VGG's Caffe weights were trained with. */
const caffeNormalisation = {
  mean: [0.48235, 0.45882, 0.40784],
  deviation: [1 / 255, 1 / 255, 1 / 255],
} as const;

function ssdLoss(outputs: SsdOutputs, truth: BoxTruth, config: SsdConfig): LossAndMetrics {
  const { logits, deltas, anchors } = outputs;
  const matches = matchDefaultBoxes(anchors.boxes, truth, config.positiveIou);
  const positives = countPositives(matches.positive, 'batch');
  const types = div(hardNegativeLoss(logits, truth, matches, config.negatives), positives);
  const own = gatherRows(truth.boxes, matches.gtIndex);
  const wanted = encodeBoxes(own, anchors.boxes, { weights });
  const error = smoothL1Loss(deltas, wanted, { reduction: 'sum', mask: matches.positive });
  const boxes = div(error, positives);
  return { loss: add(types, boxes), metrics: { types, boxes } };
}

function detectByDefaultBoxes(outputs: SsdOutputs, detection: DetectionConfig): FinalDetections {
  const { logits, deltas, anchors, size } = outputs;
  const types = sliceAxis(softmax(logits), 2, 1, logits.shape[2]!);
  const best = bestOfEachClass(types, detection.candidates);
  const references = gather(anchors.boxes, best.row);
  const decoded = decodeBoxes(gatherRows(deltas, best.row), references, { weights });
  return finalDetections(
    {
      boxes: clipBoxes(decoded, size),
      scores: best.scores,
      classIndex: best.classIndex,
      probabilities: probabilitiesOf(best, types),
    },
    detection,
  );
}
