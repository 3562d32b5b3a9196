/**
 * @file FCOS (Tian et al. 2019): every place of P3 to P7 is a point that predicts its distances to the four
 * sides of its cell, a type, and how central it lies. Names and numbers as torchvision's
 * `fcos_resnet50_fpn` 0.14.
 */
import { type Size, taxonomies } from '@leukoscope/core';
import {
  add,
  bceWithLogits,
  clipBoxes,
  div,
  gather,
  gatherRows,
  giouLoss,
  type LossAndMetrics,
  mul,
  relu,
  reshape,
  type Scope,
  sigmoid,
  sigmoidFocalLoss,
  sqrt,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import { backbonePresets } from '../backbones/backbone.ts';
import type { FeatureLevels } from '../backbones/feature-levels.ts';
import type { ModelFamily } from '../family/model-family.ts';
import { type LevelPoints, pointsOf } from '../heads/dense-anchors.ts';
import { buildTower, joinLevels, predictorLayer, priorBias } from '../heads/dense-head.ts';
import { classTargets, countPositives } from '../heads/dense-targets.ts';
import {
  bestPairs,
  type DetectionConfig,
  type FinalDetections,
  finalDetections,
  probabilitiesOf,
} from '../heads/final-detections.ts';
import { boxesAround, centrenessOf, matchPoints } from '../heads/points.ts';
import { fpnPresets } from '../necks/fpn.ts';
import { type BoxTruth, boxTruth } from '../truth/box-truth.ts';
import {
  buildPyramid,
  pyramidFields,
  pyramidFrozen,
  pyramidInput,
  pyramidRename,
} from './pyramid-detector.ts';

const schema = z.strictObject({
  ...pyramidFields,
  /** Strides from a cell's middle within which points are its own. */
  centreRadius: z.number().positive(),
  /** Where a place's point lies, in strides from its corner: 0 as torchvision, 0.5 as the paper's code. */
  pointOffset: z.number().min(0).max(1),
});

/** The configuration. */
export type FcosConfig = z.infer<typeof schema>;

const paper: FcosConfig = {
  classes: taxonomies.five.classes,
  size: { width: 640, height: 640 },
  backbone: { ...backbonePresets['resnet-50'], norm: 'frozen', frozenStages: 2 },
  neck: fpnPresets['p3-p7'],
  tower: { depth: 4, norm: 'group', normGroups: 32 },
  prior: 0.01,
  centreRadius: 1.5,
  pointOffset: 0,
  detection: {
    scoreThreshold: 0.2,
    iouThreshold: 0.6,
    suppression: 'per-class',
    candidates: 1000,
    detections: 100,
  },
};

/** What the head predicts, one row a point. */
export interface PointOutputs {
  /** [N, A, K]. */
  readonly logits: Tensor;
  /** [N, A, 4]: left, top, right, bottom in strides. */
  readonly distances: Tensor;
  /** [N, A]: logit of how central the point lies. */
  readonly centreness: Tensor;
  readonly points: LevelPoints;
  readonly size: Size;
}

/** The family. */
export const fcos: ModelFamily<FcosConfig, PointOutputs, BoxTruth> = {
  name: 'fcos',
  title: 'FCOS',
  summary: 'One-stage detector without anchors: points, distances, centreness (Tian et al. 2019).',
  task: 'boxes',
  schema,
  presets: {
    tiny: {
      ...paper,
      size: { width: 64, height: 64 },
      backbone: backbonePresets['resnet-tiny'],
      neck: fpnPresets['p3-p7-tiny'],
      tower: { depth: 1, norm: 'group', normGroups: 4 },
      detection: { ...paper.detection, candidates: 50, detections: 10 },
    },
    slim: {
      ...paper,
      size: { width: 384, height: 384 },
      backbone: backbonePresets['resnet-18'],
      neck: { ...fpnPresets['p3-p7'], channels: 96 },
      tower: { depth: 2, norm: 'group', normGroups: 16 },
      detection: { ...paper.detection, suppression: 'across-classes', candidates: 300 },
    },
    paper,
  },
  recipe: {
    optimiser: 'sgd',
    learningRate: 0.01,
    weightDecay: 1e-4,
    batchSize: 4,
    epochs: 16,
    augmentation: 'peripheral',
  },
  input: pyramidInput,
  truth: ({ classes }) => boxTruth(classes),
  frozen: pyramidFrozen,
  build(scope, image, config) {
    const levels = buildPyramid(scope, image, config);
    const size = { width: image.shape[3]!, height: image.shape[2]! };
    return buildPointHead(scope.at('head'), levels, size, config);
  },
  loss: (_scope, outputs, truth, config) => pointLoss(outputs, truth, config),
  exported: (_scope, outputs, { detection }) => detectByPoints(outputs, detection),
  rename: pyramidRename,
};

function buildPointHead(
  scope: Scope,
  levels: FeatureLevels,
  size: Size,
  config: FcosConfig,
): PointOutputs {
  const { tower, prior, pointOffset } = config;
  const K = config.classes.length;
  const types = scope.at('classification_head');
  const boxes = scope.at('regression_head');
  const logits = levels.map(({ map }) =>
    predictorLayer(types.at('cls_logits'), buildTower(types, map, tower), {
      channels: K,
      bias: priorBias(prior),
    }),
  );
  const towers = levels.map(({ map }) => buildTower(boxes, map, tower));
  const distances = towers.map((x) =>
    relu(predictorLayer(boxes.at('bbox_reg'), x, { channels: 4 })),
  );
  const centreness = joinLevels(
    towers.map((x) => predictorLayer(boxes.at('bbox_ctrness'), x, { channels: 1 })),
    1,
  );
  return {
    logits: joinLevels(logits, K),
    distances: joinLevels(distances, 4),
    centreness: reshape(centreness, centreness.shape.slice(0, 2)),
    points: pointsOf(levels, pointOffset),
    size,
  };
}

/** Focal loss, GIoU, and cross-entropy of centreness, divided by the positives of the batch. */
function pointLoss(outputs: PointOutputs, truth: BoxTruth, config: FcosConfig): LossAndMetrics {
  const { logits, distances, centreness, points } = outputs;
  const matches = matchPoints(points, truth, config.centreRadius);
  const { positive: mask } = matches;
  const { targets, counts } = classTargets(truth, matches, config.classes.length);
  const positives = countPositives(mask, 'batch');
  const own = gatherRows(truth.boxes, matches.gtIndex);
  const sumOf = (loss: Tensor) => div(loss, positives);
  const types = sumOf(sigmoidFocalLoss(logits, targets, { reduction: 'sum', mask: counts }));
  const boxes = sumOf(giouLoss(boxesAround(points, distances), own, { reduction: 'sum', mask }));
  const central = sumOf(
    bceWithLogits(centreness, centrenessOf(points, own, mask), { reduction: 'sum', mask }),
  );
  return { loss: add(add(types, boxes), central), metrics: { types, boxes, central } };
}

/** Decode the best points of each level; the score is √(type · centreness). */
function detectByPoints(outputs: PointOutputs, detection: DetectionConfig): FinalDetections {
  const { logits, distances, centreness, points, size } = outputs;
  const types = sigmoid(logits);
  const scores = sqrt(mul(types, reshape(sigmoid(centreness), [...centreness.shape, 1])));
  const best = bestPairs(scores, { groups: points.groups, most: detection.candidates });
  const chosen = {
    x: gather(points.x, best.row),
    y: gather(points.y, best.row),
    stride: gather(points.stride, best.row),
  };
  return finalDetections(
    {
      boxes: clipBoxes(boxesAround(chosen, gatherRows(distances, best.row)), size),
      scores: best.scores,
      classIndex: best.classIndex,
      probabilities: probabilitiesOf(best, types),
    },
    detection,
  );
}
