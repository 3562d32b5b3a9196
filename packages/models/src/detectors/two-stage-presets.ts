/**
 * @file The configurations that two-stage detectors start from: as published, one that two cores train
 * in about two hours, and a tiny one for tests.
 *
 * `paper` keeps stem and first stage as its initial weights have them and all norms fixed, as torchvision
 * and the interference paper do; without initial weights take `slim`, whose norms learn.
 */
import { taxonomies } from '@leukoscope/core';
import { backbonePresets } from '../backbones/backbone.ts';
import type { BoxHeadConfig } from '../heads/box-head.ts';
import type { MaskHeadConfig } from '../heads/mask-head.ts';
import type { ProposalConfig } from '../heads/proposal-stage.ts';
import { fpnPresets } from '../necks/fpn.ts';
import type { TwoStageConfig } from './two-stage.ts';

const proposals: ProposalConfig = {
  channels: 256,
  anchorSizes: [32, 64, 128, 256, 512],
  anchorRatios: [0.5, 1, 2],
  positiveIou: 0.7,
  negativeIou: 0.3,
  samples: 256,
  positiveShare: 0.5,
  training: { perLevel: 2000, count: 2000 },
  inference: { perLevel: 1000, count: 1000 },
  iouThreshold: 0.7,
};

/** First stages by preset. */
export const firstStagePresets = {
  paper: {
    classes: taxonomies.five.classes,
    size: { width: 1024, height: 768 },
    backbone: { ...backbonePresets['resnet-50'], norm: 'frozen', frozenStages: 2 },
    pyramid: fpnPresets['p2-p6'],
    proposals,
    pooling: { aligned: false, canonicalSize: 224 },
  },
  slim: {
    classes: taxonomies.five.classes,
    size: { width: 512, height: 384 },
    backbone: backbonePresets['resnet-18'],
    pyramid: { ...fpnPresets['p2-p6'], channels: 96 },
    proposals: {
      ...proposals,
      channels: 96,
      // Cells are 40 to 200 pixels wide there, so that P2 with its many anchors proposes debris only.
      anchorSizes: [24, 48, 96, 160, 256],
      anchorRatios: [0.75, 1, 1.33],
      samples: 128,
      training: { perLevel: 400, count: 300 },
      inference: { perLevel: 300, count: 150 },
    },
    pooling: { aligned: true, canonicalSize: 112 },
  },
  tiny: {
    classes: taxonomies.five.classes,
    size: { width: 64, height: 64 },
    backbone: backbonePresets['resnet-tiny'],
    pyramid: fpnPresets['p2-p6-tiny'],
    proposals: {
      ...proposals,
      channels: 16,
      anchorSizes: [8, 16, 32, 64, 128],
      samples: 32,
      training: { perLevel: 50, count: 40 },
      inference: { perLevel: 50, count: 20 },
    },
    pooling: { aligned: true, canonicalSize: 32 },
  },
} as const satisfies Record<string, TwoStageConfig>;

const paperBoxes: BoxHeadConfig = {
  poolSize: 7,
  channels: 1024,
  positiveIou: 0.5,
  samples: 512,
  positiveShare: 0.25,
  deltaWeights: [10, 10, 5, 5],
  scoreThreshold: 0.05,
  iouThreshold: 0.5,
  suppression: 'per-class',
  candidates: 2000,
  detections: 100,
};

/** Box heads by preset. */
export const boxHeadPresets = {
  paper: paperBoxes,
  slim: {
    ...paperBoxes,
    channels: 256,
    samples: 64,
    suppression: 'across-classes',
    candidates: 500,
    detections: 60,
  },
  tiny: {
    ...paperBoxes,
    poolSize: 4,
    channels: 32,
    samples: 16,
    suppression: 'across-classes',
    candidates: 50,
    detections: 10,
  },
} as const satisfies Record<string, BoxHeadConfig>;

/** Mask heads by preset. */
export const maskHeadPresets = {
  paper: { poolSize: 14, layers: 4, channels: 256 },
  slim: { poolSize: 14, layers: 3, channels: 64 },
  tiny: { poolSize: 7, layers: 1, channels: 16 },
} as const satisfies Record<string, MaskHeadConfig>;

/** How the interference paper trains its detectors. */
export const detectorRecipe = {
  optimiser: 'sgd',
  learningRate: 0.01,
  weightDecay: 1e-4,
  batchSize: 2,
  epochs: 16,
  augmentation: 'detection',
} as const;
