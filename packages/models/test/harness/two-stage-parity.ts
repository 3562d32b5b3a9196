/** @file Two-stage detectors in the shapes of fixtures/detectors/two_stage.py, held against its record. */
import { readFileSync } from 'node:fs';
import { backbonePresets, familyOf, fpnPresets } from '@leukoscope/models';
import { expect } from 'vitest';
import { expectClose } from '../../../nn/test/evaluate-graph.ts';
import { runScene, scenePlan } from './scene.ts';

/** What a record holds of one network. */
export interface Recorded {
  readonly losses: Readonly<Record<string, number>>;
  readonly boxes: number[];
  readonly scores: number[];
  readonly classIndex: number[];
  readonly masks?: number[];
}

/** Widths of the record's networks. */
const widths = {
  small: { net: 'resnet-tiny', pyramid: 16, dense: 32, maskLayers: 2 },
  full: { net: 'resnet-50', pyramid: 256, dense: 1024, maskLayers: 4 },
} as const;

/** What both sides call a loss. */
const lossNames = {
  objectness: 'loss_objectness',
  proposal_boxes: 'loss_rpn_box_reg',
  types: 'loss_classifier',
  boxes: 'loss_box_reg',
  masks: 'loss_mask',
} as const;

/** Streams of the numbers that draw anchors and regions. */
export const noiseStreams = { 'rpn.sample': 600, 'roi_heads.sample': 601 };

/** Compare detections, best first. */
export function expectDetections(
  outputs: Readonly<Record<string, number[]>>,
  recorded: Recorded,
): void {
  expect(outputs['class_index']).toEqual(recorded.classIndex);
  expectClose(outputs['scores']!, recorded.scores, { what: 'scores' });
  // Within 1e-3 of a box's own extent: a corner near 0 has no relative error of its own.
  expectClose(outputs['boxes']!, recorded.boxes, { atol: 0.02, what: 'boxes' });
}

/** The configuration of one of the record's networks. */
export function recordedConfig(kind: keyof typeof widths) {
  const { net, pyramid, dense, maskLayers } = widths[kind];
  return {
    size: scenePlan.size,
    backbone: { ...backbonePresets[net], norm: 'frozen' },
    pyramid: { ...fpnPresets['p2-p6'], channels: pyramid },
    proposals: {
      channels: pyramid,
      anchorSizes: [16, 32, 64, 128, 256],
      anchorRatios: [0.5, 1, 2],
      positiveIou: 0.7,
      negativeIou: 0.3,
      samples: 64,
      positiveShare: 0.5,
      training: { perLevel: 60, count: 50 },
      inference: { perLevel: 40, count: 30 },
      iouThreshold: 0.7,
    },
    pooling: { aligned: false, canonicalSize: 224 },
    boxes: {
      poolSize: 7,
      channels: dense,
      positiveIou: 0.5,
      samples: 32,
      positiveShare: 0.25,
      deltaWeights: [10, 10, 5, 5],
      scoreThreshold: 0.05,
      iouThreshold: 0.5,
      suppression: 'per-class',
      candidates: 500,
      detections: 12,
    },
    masks: { poolSize: 14, layers: maskLayers, channels: pyramid },
  };
}

/** Compare losses and detections of a family with torchvision's. */
export async function expectTorchvision(
  family: 'faster-rcnn' | 'mask-rcnn',
  kind: keyof typeof widths,
): Promise<void> {
  const file = new URL('../../../../fixtures/detectors/two-stage.json', import.meta.url);
  const recorded: Recorded = JSON.parse(readFileSync(file, 'utf8'))[`${family} ${kind}`];
  const { masks, ...config } = recordedConfig(kind);
  const model = familyOf(family).configure({
    preset: 'paper',
    config: family === 'mask-rcnn' ? { ...config, masks } : config,
  });
  const { losses, outputs } = await runScene(model, noiseStreams);
  for (const [ours, theirs] of Object.entries(lossNames)) {
    const value = recorded.losses[theirs];
    if (value !== undefined) expectClose([losses[ours]!], [value], { what: ours });
  }
  expectDetections(outputs, recorded);
  if (recorded.masks === undefined) return;
  const sparse = outputs['masks']!.filter((_, i) => {
    const [x, y] = [i % 28, Math.floor(i / 28) % 28];
    return x % 5 === 0 && y % 5 === 0;
  });
  expectClose(sparse, recorded.masks, { atol: 1e-4, what: 'masks' });
}
