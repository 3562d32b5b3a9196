/**
 * @file Faster R-CNN with a feature pyramid (Ren et al. 2015, Lin et al. 2017) on any backbone. Parameter
 * names are those of torchvision's `fasterrcnn_resnet50_fpn`; its files load as they are.
 */
import { add, decodeBoxes, type MaskedBoxes, reshape, type Scope, softmax } from '@leukoscope/nn';
import { z } from 'zod';
import type { ModelFamily } from '../family/model-family.ts';
import { boxHeadSchema, buildBoxHead } from '../heads/box-head.ts';
import { type BoxLoss, boxLoss, flattenSample } from '../heads/box-loss.ts';
import type { FinalDetections } from '../heads/final-detections.ts';
import { regionDetections } from '../heads/region-detections.ts';
import { poolRegions } from '../heads/roi-pooling.ts';
import { type BoxTruth, boxTruth } from '../truth/box-truth.ts';
import {
  buildFirstStage,
  drawRegions,
  type FirstStage,
  firstStageLoss,
  proposedRegions,
  twoStageFields,
  twoStageFrozen,
  twoStageInput,
} from './two-stage.ts';
import { boxHeadPresets, detectorRecipe, firstStagePresets } from './two-stage-presets.ts';

/** The fields of a detector with one box head. */
export const fasterRcnnFields = { ...twoStageFields, boxes: boxHeadSchema };

const schema = z.strictObject(fasterRcnnFields);

/** The shape of a Faster R-CNN. */
export type FasterRcnnConfig = z.infer<typeof schema>;

/** Configurations by preset. */
export const fasterRcnnPresets = {
  tiny: { ...firstStagePresets.tiny, boxes: boxHeadPresets.tiny },
  slim: { ...firstStagePresets.slim, boxes: boxHeadPresets.slim },
  paper: { ...firstStagePresets.paper, boxes: boxHeadPresets.paper },
} as const satisfies Record<string, FasterRcnnConfig>;

/** The family. */
export const fasterRcnn: ModelFamily<FasterRcnnConfig, FirstStage, BoxTruth> = {
  name: 'faster-rcnn',
  title: 'Faster R-CNN',
  summary:
    'Two-stage detector: proposals on a feature pyramid, then type and box (Ren et al. 2015).',
  task: 'boxes',
  schema,
  presets: fasterRcnnPresets,
  recipe: detectorRecipe,
  input: twoStageInput,
  truth: ({ classes }) => boxTruth(classes),
  frozen: twoStageFrozen,
  build: buildFirstStage,
  loss(scope, first, truth, config) {
    const proposals = firstStageLoss(scope, first, truth, config);
    const { loss } = trainBoxes(scope, first, truth, config);
    const total = add(add(proposals.objectness, proposals.boxes), add(loss.types, loss.boxes));
    return {
      loss: total,
      metrics: {
        objectness: proposals.objectness,
        proposal_boxes: proposals.boxes,
        types: loss.types,
        boxes: loss.boxes,
      },
    };
  },
  exported: detectBoxes,
};

/** Draw regions and train the box head on them. */
export function trainBoxes(
  scope: Scope,
  first: FirstStage,
  truth: BoxTruth,
  config: FasterRcnnConfig,
) {
  const { classes, boxes: head, pooling } = config;
  const heads = scope.at('roi_heads');
  const proposals = proposedRegions(first, config, 'training');
  const sample = drawRegions(heads, proposals, truth, classes.length, head);
  const pooled = poolRegions(first.levels, sample.boxes, head.poolSize, pooling);
  const outputs = buildBoxHead(heads, pooled, {
    channels: head.channels,
    classes: classes.length,
  });
  const loss: BoxLoss = boxLoss(outputs, flattenSample(sample, truth), head);
  return { sample, loss };
}

/** Ask the box head about the proposals. */
export function detectBoxes(
  scope: Scope,
  first: FirstStage,
  config: FasterRcnnConfig,
): FinalDetections {
  const { classes, boxes: head, pooling } = config;
  const proposals: MaskedBoxes = proposedRegions(first, config, 'inference');
  const [n, rows] = proposals.exists.shape as [number, number];
  const pooled = poolRegions(first.levels, proposals.boxes, head.poolSize, pooling);
  const { logits, deltas } = buildBoxHead(scope.at('roi_heads'), pooled, {
    channels: head.channels,
    classes: classes.length,
  });
  const columns = deltas.shape[1]!;
  const decoded = decodeBoxes(
    reshape(deltas, [n, rows, columns, 4]),
    reshape(proposals.boxes, [n, rows, 1, 4]),
    { weights: head.deltaWeights },
  );
  return regionDetections(
    {
      boxes: decoded,
      probabilities: reshape(softmax(logits), [n, rows, classes.length + 1]),
      exists: proposals.exists,
    },
    first.size,
    head,
  );
}
