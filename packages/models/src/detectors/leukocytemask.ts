/**
 * @file LeukocyteMask (Fan et al. 2019): Mask R-CNN on the WBC-oriented ResNet with a pyramid P2-P6, for
 * leukocytes without their types. The soft mask is cut at .5 by whoever reads it.
 *
 * `paper` has what the paper gives: 256x256 pixels, five scales (one a level) x three ratios, 2,048 channels
 * in the proposal head, thresholds .7 and .3. It names neither sides of anchors (here 16 to 256), nor widths
 * of the box and mask heads (here Mask R-CNN's), nor epochs (here 40).
 */
import { z } from 'zod';
import { backbonePresets } from '../backbones/backbone.ts';
import type { ModelFamily } from '../family/model-family.ts';
import { maskHeadSchema } from '../heads/mask-head.ts';
import { type InstanceTruth, instanceTruth } from '../truth/instance-truth.ts';
import { fasterRcnnFields } from './faster-rcnn.ts';
import { exportMaskRcnn, type MaskRcnnConfig, maskRcnnLoss, maskRcnnPresets } from './mask-rcnn.ts';
import { buildFirstStage, type FirstStage, twoStageFrozen, twoStageInput } from './two-stage.ts';

const schema = z.strictObject({ ...fasterRcnnFields, masks: maskHeadSchema });

const classes = ['leukocyte'] as const;
const size = { width: 256, height: 256 };
const { paper, slim, tiny } = maskRcnnPresets;

const presets = {
  tiny: { ...tiny, classes, backbone: backbonePresets['wbc-resnet-tiny'] },
  slim: {
    ...slim,
    classes,
    size,
    // The paper's depth with half its width.
    backbone: { ...backbonePresets['wbc-resnet'], width: 24 },
    proposals: { ...slim.proposals, anchorSizes: [16, 32, 64, 128, 224] },
  },
  paper: {
    ...paper,
    classes,
    size,
    backbone: backbonePresets['wbc-resnet'],
    proposals: { ...paper.proposals, channels: 2048, anchorSizes: [16, 32, 64, 128, 256] },
    pooling: { aligned: true, canonicalSize: 112 },
  },
} as const satisfies Record<string, MaskRcnnConfig>;

/** The family. */
export const leukocytemask: ModelFamily<MaskRcnnConfig, FirstStage, InstanceTruth> = {
  name: 'leukocytemask',
  title: 'LeukocyteMask',
  summary: 'Leukocytes with soft masks: Mask R-CNN on a WBC-oriented ResNet (Fan et al. 2019).',
  task: 'instances',
  schema,
  presets,
  recipe: {
    optimiser: 'sgd',
    learningRate: 0.001,
    weightDecay: 2e-4,
    batchSize: 2,
    epochs: 40,
    augmentation: 'leukocytemask',
  },
  input: twoStageInput,
  truth: ({ classes: known }) => instanceTruth(known),
  frozen: twoStageFrozen,
  build: buildFirstStage,
  loss: maskRcnnLoss,
  exported: exportMaskRcnn,
};
