/**
 * @file Mask R-CNN with a feature pyramid (He et al. 2017): Faster R-CNN and a soft mask for each cell.
 * Parameter names are those of torchvision's `maskrcnn_resnet50_fpn`; its files load as they are.
 */
import { add, oneHot, reshape, type Scope, sigmoid } from '@leukoscope/nn';
import { z } from 'zod';
import type { ModelFamily } from '../family/model-family.ts';
import { buildMaskHead, maskHeadSchema, maskOfTypes } from '../heads/mask-head.ts';
import { cellRows, maskLoss } from '../heads/mask-loss.ts';
import { poolRegions } from '../heads/roi-pooling.ts';
import { type InstanceTruth, instanceTruth } from '../truth/instance-truth.ts';
import { detectBoxes, fasterRcnnFields, fasterRcnnPresets, trainBoxes } from './faster-rcnn.ts';
import {
  buildFirstStage,
  type FirstStage,
  firstStageLoss,
  twoStageFrozen,
  twoStageInput,
} from './two-stage.ts';
import { detectorRecipe, maskHeadPresets } from './two-stage-presets.ts';

const schema = z.strictObject({ ...fasterRcnnFields, masks: maskHeadSchema });

/** The shape of a Mask R-CNN. */
export type MaskRcnnConfig = z.infer<typeof schema>;

/** Configurations by preset. */
export const maskRcnnPresets = {
  tiny: { ...fasterRcnnPresets.tiny, masks: maskHeadPresets.tiny },
  slim: { ...fasterRcnnPresets.slim, masks: maskHeadPresets.slim },
  paper: { ...fasterRcnnPresets.paper, masks: maskHeadPresets.paper },
} as const satisfies Record<string, MaskRcnnConfig>;

/** The family. */
export const maskRcnn: ModelFamily<MaskRcnnConfig, FirstStage, InstanceTruth> = {
  name: 'mask-rcnn',
  title: 'Mask R-CNN',
  summary: 'Faster R-CNN with a mask for each cell (He et al. 2017).',
  task: 'instances',
  schema,
  presets: maskRcnnPresets,
  recipe: detectorRecipe,
  input: twoStageInput,
  truth: ({ classes }) => instanceTruth(classes),
  frozen: twoStageFrozen,
  build: buildFirstStage,
  loss: maskRcnnLoss,
  exported: exportMaskRcnn,
};

/** Train proposals, boxes, types and masks together: the sum of five losses. */
export function maskRcnnLoss(
  scope: Scope,
  first: FirstStage,
  truth: InstanceTruth,
  config: MaskRcnnConfig,
) {
  const { classes, boxes: head, masks: maskHead, pooling } = config;
  const proposals = firstStageLoss(scope, first, truth, config);
  const { sample, loss } = trainBoxes(scope, first, truth, config);
  const cells = cellRows(sample, Math.max(1, Math.floor(head.samples * head.positiveShare)));
  const pooled = poolRegions(first.levels, cells.boxes, maskHead.poolSize, pooling);
  const logits = buildMaskHead(scope.at('roi_heads'), pooled, maskHead, classes.length);
  const masks = maskLoss(logits, cells, truth, pooling);
  const firstTotal = add(proposals.objectness, proposals.boxes);
  return {
    loss: add(add(firstTotal, add(loss.types, loss.boxes)), masks),
    metrics: {
      objectness: proposals.objectness,
      proposal_boxes: proposals.boxes,
      types: loss.types,
      boxes: loss.boxes,
      masks,
    },
  };
}

/** Detections with the mask of their type. */
export function exportMaskRcnn(scope: Scope, first: FirstStage, config: MaskRcnnConfig) {
  const found = detectBoxes(scope, first, config);
  const { classes, masks: maskHead, pooling } = config;
  const pooled = poolRegions(first.levels, found.boxes, maskHead.poolSize, pooling);
  const logits = buildMaskHead(scope.at('roi_heads'), pooled, maskHead, classes.length);
  const [n, rows] = found.class_index.shape as [number, number];
  const own = oneHot(reshape(found.class_index, [n * rows]), classes.length);
  const masks = sigmoid(maskOfTypes(logits, own));
  return { ...found, masks: reshape(masks, [n, rows, ...masks.shape.slice(1)]) };
}
