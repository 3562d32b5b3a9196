/**
 * @file RetinaNet (Lin et al. 2017): nine anchors at every place of P3 to P7, logistic classes with focal
 * loss, boxes as deltas. Names and numbers as torchvision's `retinanet_resnet50_fpn` 0.14.
 */
import { type Size, taxonomies } from '@leukoscope/core';
import {
  add,
  clipBoxes,
  decodeBoxes,
  div,
  encodeBoxes,
  gather,
  gatherRows,
  type LossAndMetrics,
  l1Loss,
  type Matches,
  matchBoxes,
  mean,
  pairwiseIou,
  type Scope,
  sigmoid,
  sigmoidFocalLoss,
  sum,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import { backbonePresets } from '../backbones/backbone.ts';
import type { FeatureLevels } from '../backbones/feature-levels.ts';
import type { ModelFamily } from '../family/model-family.ts';
import {
  anchorSchema,
  anchorsAPlace,
  anchorsOf,
  type LevelAnchors,
  octaveAnchors,
} from '../heads/dense-anchors.ts';
import { buildTower, joinLevels, predictorLayer, priorBias } from '../heads/dense-head.ts';
import { classTargets, countPositives } from '../heads/dense-targets.ts';
import {
  bestPairs,
  type Candidates,
  finalDetections,
  probabilitiesOf,
} from '../heads/final-detections.ts';
import { fpnPresets } from '../necks/fpn.ts';
import { type BoxTruth, boxTruth } from '../truth/box-truth.ts';
import {
  buildPyramid,
  pyramidFields,
  pyramidFrozen,
  pyramidInput,
  pyramidRename,
} from './pyramid-detector.ts';

/** Fields of its configuration. */
export const retinanetFields = {
  ...pyramidFields,
  anchors: anchorSchema,
  /** An anchor is positive from this IoU with a cell on, and background below the other. */
  positiveIou: z.number().min(0).max(1),
  negativeIou: z.number().min(0).max(1),
};

const schema = z.strictObject(retinanetFields);

/** The configuration. */
export type RetinanetConfig = z.infer<typeof schema>;

const paper: RetinanetConfig = {
  classes: taxonomies.five.classes,
  size: { width: 640, height: 640 },
  backbone: { ...backbonePresets['resnet-50'], norm: 'frozen', frozenStages: 2 },
  neck: fpnPresets['p3-p7'],
  tower: { depth: 4, norm: 'none', normGroups: 32 },
  prior: 0.01,
  anchors: octaveAnchors(32, 5),
  positiveIou: 0.5,
  negativeIou: 0.4,
  detection: {
    scoreThreshold: 0.05,
    iouThreshold: 0.5,
    suppression: 'per-class',
    candidates: 1000,
    detections: 300,
  },
};

/** What the head predicts, one row an anchor. */
export interface AnchorOutputs {
  /** [N, A, K]. */
  readonly logits: Tensor;
  /** [N, A, 4]. */
  readonly deltas: Tensor;
  readonly anchors: LevelAnchors;
  readonly size: Size;
}

/** The family. */
export const retinanet: ModelFamily<RetinanetConfig, AnchorOutputs, BoxTruth> = {
  name: 'retinanet',
  title: 'RetinaNet',
  summary: 'One-stage detector with anchors and focal loss on a feature pyramid (Lin et al. 2017).',
  task: 'boxes',
  schema,
  presets: {
    tiny: {
      ...paper,
      size: { width: 64, height: 64 },
      backbone: backbonePresets['resnet-tiny'],
      neck: fpnPresets['p3-p7-tiny'],
      tower: { ...paper.tower, depth: 1 },
      anchors: octaveAnchors(16, 5),
      detection: { ...paper.detection, candidates: 50, detections: 10 },
    },
    slim: {
      ...paper,
      size: { width: 384, height: 384 },
      backbone: backbonePresets['resnet-18'],
      neck: { ...fpnPresets['p3-p7'], channels: 96 },
      tower: { ...paper.tower, depth: 2 },
      detection: {
        ...paper.detection,
        suppression: 'across-classes',
        candidates: 300,
        detections: 100,
      },
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
    return buildAnchorHead(scope.at('head'), levels, size, config);
  },
  loss: (_scope, outputs, truth, config) => anchorLoss(outputs, truth, config),
  exported: (_scope, outputs, { detection }) =>
    finalDetections(anchorCandidates(outputs, detection.candidates), detection),
  rename: [
    ...pyramidRename,
    // Convolutions and ReLUs were counted together before 0.14.
    ...[0, 1, 2, 3].map((i): [RegExp, string] => [
      new RegExp(`(classification_head|regression_head)\\.conv\\.${2 * i}\\.(weight|bias)$`),
      `$1.conv.${i}.0.$2`,
    ]),
  ],
};

/** Apply both towers to all levels. */
export function buildAnchorHead(
  scope: Scope,
  levels: FeatureLevels,
  size: Size,
  config: Pick<RetinanetConfig, 'anchors' | 'classes' | 'prior' | 'tower'>,
): AnchorOutputs {
  const { anchors, tower, prior } = config;
  const K = config.classes.length;
  const perPlace = anchorsAPlace(anchors);
  const types = scope.at('classification_head');
  const boxes = scope.at('regression_head');
  const logits = levels.map(({ map }) =>
    predictorLayer(types.at('cls_logits'), buildTower(types, map, tower), {
      channels: perPlace * K,
      bias: priorBias(prior),
    }),
  );
  const deltas = levels.map(({ map }) =>
    predictorLayer(boxes.at('bbox_reg'), buildTower(boxes, map, tower), { channels: perPlace * 4 }),
  );
  return {
    logits: joinLevels(logits, K),
    deltas: joinLevels(deltas, 4),
    anchors: anchorsOf(levels, anchors),
    size,
  };
}

/** Match anchors with cells by IoU. */
export function matchAnchors(
  { anchors }: Pick<AnchorOutputs, 'anchors'>,
  truth: BoxTruth,
  { positiveIou, negativeIou }: Pick<RetinanetConfig, 'positiveIou' | 'negativeIou'>,
): Matches {
  return matchBoxes(pairwiseIou(truth.boxes, anchors.boxes), truth.exists, {
    highThreshold: positiveIou,
    lowThreshold: negativeIou,
    keepsBestOfEach: true,
  });
}

/** Focal loss of classes and absolute error of deltas, each image divided by its positives. */
export function anchorLoss(
  outputs: AnchorOutputs,
  truth: BoxTruth,
  config: Pick<RetinanetConfig, 'classes' | 'positiveIou' | 'negativeIou'>,
): LossAndMetrics {
  const { logits, deltas, anchors } = outputs;
  const matches = matchAnchors(outputs, truth, config);
  const { targets, counts } = classTargets(truth, matches, config.classes.length);
  const positives = countPositives(matches.positive, 'image'); // [N]
  const focal = sigmoidFocalLoss(logits, targets, { reduction: 'none', mask: counts });
  const types = mean(div(sum(focal, [1, 2]), positives));
  const wanted = encodeBoxes(gatherRows(truth.boxes, matches.gtIndex), anchors.boxes);
  const error = l1Loss(deltas, wanted, { reduction: 'none', mask: matches.positive });
  const boxes = mean(div(sum(error, [1, 2]), positives));
  return { loss: add(types, boxes), metrics: { types, boxes } };
}

/** Decode the best anchors of each level. */
export function anchorCandidates(outputs: AnchorOutputs, most: number): Candidates {
  const { logits, deltas, anchors, size } = outputs;
  const scores = sigmoid(logits);
  const best = bestPairs(scores, { groups: anchors.groups, most });
  const decoded = decodeBoxes(gatherRows(deltas, best.row), gather(anchors.boxes, best.row));
  return {
    boxes: clipBoxes(decoded, size),
    scores: best.scores,
    classIndex: best.classIndex,
    probabilities: probabilitiesOf(best, scores),
  };
}
