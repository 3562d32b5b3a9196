/**
 * @file Cascade R-CNN (Cai & Vasconcelos 2018): box heads in a row, each trained on the boxes of the one
 * before with a higher IoU and a finer scale of its deltas.
 *
 * Stage t draws nothing anew: it keeps the regions that stage 1 drew, moved by the stages between, and
 * labels them by its own IoU. All types share a box; the losses of the stages count 1, 1/2, 1/4. An answer
 * has the last stage's box and the mean of the stages' probabilities. Reference: detectron2's
 * `CascadeROIHeads`, with the original's weights of losses.
 */
import {
  add,
  clipBoxes,
  decodeBoxes,
  type MaskedBoxes,
  mul,
  type RoiSample,
  reshape,
  type Scope,
  softmax,
  stopGradient,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import type { ModelFamily } from '../family/model-family.ts';
import {
  type BoxHeadOutputs,
  boxHeadSchema,
  denseFeatures,
  predictSharedBox,
  predictTypes,
} from '../heads/box-head.ts';
import { boxLoss, flattenSample } from '../heads/box-loss.ts';
import { labelRegions } from '../heads/label-regions.ts';
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

const stageSchema = z.strictObject({
  /** A region is a cell from this IoU on. */
  positiveIou: boxHeadSchema.shape.positiveIou,
  deltaWeights: boxHeadSchema.shape.deltaWeights,
  /** How much the stage's losses count. */
  lossWeight: z.number().positive(),
});

const schema = z.strictObject({
  ...twoStageFields,
  boxes: boxHeadSchema.omit({ positiveIou: true, deltaWeights: true }),
  stages: z.array(stageSchema).min(1).readonly(),
});

type Config = z.infer<typeof schema>;
type Stage = z.infer<typeof stageSchema>;

const stages: readonly Stage[] = [
  { positiveIou: 0.5, deltaWeights: [10, 10, 5, 5], lossWeight: 1 },
  { positiveIou: 0.6, deltaWeights: [20, 20, 10, 10], lossWeight: 0.5 },
  { positiveIou: 0.7, deltaWeights: [30, 30, 15, 15], lossWeight: 0.25 },
];

function preset(name: 'tiny' | 'slim' | 'paper'): Config {
  const { positiveIou: _iou, deltaWeights: _weights, ...boxes } = boxHeadPresets[name];
  return { ...firstStagePresets[name], boxes, stages };
}

/** The family. */
export const cascadeRcnn: ModelFamily<Config, FirstStage, BoxTruth> = {
  name: 'cascade-rcnn',
  title: 'Cascade R-CNN',
  summary: 'Two-stage detector whose box heads refine each other (Cai & Vasconcelos 2018).',
  task: 'boxes',
  schema,
  presets: { tiny: preset('tiny'), slim: preset('slim'), paper: preset('paper') },
  recipe: detectorRecipe,
  input: twoStageInput,
  truth: ({ classes }) => boxTruth(classes),
  frozen: twoStageFrozen,
  build: buildFirstStage,
  loss(scope, first, truth, config) {
    const proposals = firstStageLoss(scope, first, truth, config);
    const metrics: Record<string, Tensor> = {
      objectness: proposals.objectness,
      proposal_boxes: proposals.boxes,
    };
    let loss = add(proposals.objectness, proposals.boxes);
    let sample: RoiSample | undefined;
    let regions: MaskedBoxes = proposedRegions(first, config, 'training');
    config.stages.forEach((stage, i) => {
      const labels = { classes: config.classes.length, positiveIou: stage.positiveIou };
      sample =
        sample === undefined
          ? drawRegions(scope.at('roi_heads'), regions, truth, labels.classes, {
              ...config.boxes,
              positiveIou: stage.positiveIou,
            })
          : labelRegions(regions, truth, labels);
      const outputs = applyStage(scope, first, sample.boxes, config, i);
      const own = boxLoss(outputs, flattenSample(sample, truth), stage);
      loss = add(loss, mul(add(own.types, own.boxes), stage.lossWeight));
      metrics[`types_${i + 1}`] = own.types;
      metrics[`boxes_${i + 1}`] = own.boxes;
      regions = refine(sample, outputs, stage, first);
    });
    return { loss, metrics };
  },
  exported(scope, first, config) {
    const { classes, boxes: head } = config;
    let regions: MaskedBoxes = proposedRegions(first, config, 'inference');
    const [n, rows] = regions.exists.shape as [number, number];
    const answers = config.stages.map((stage, i) => {
      const outputs = applyStage(scope, first, regions.boxes, config, i);
      regions = refine(regions, outputs, stage, first);
      return softmax(outputs.logits);
    });
    const mean = mul(
      answers.reduce((total, p) => add(total, p)),
      1 / answers.length,
    );
    return regionDetections(
      {
        boxes: reshape(regions.boxes, [n, rows, 1, 4]),
        probabilities: reshape(mean, [n, rows, classes.length + 1]),
        exists: regions.exists,
      },
      first.size,
      head,
    );
  },
};

function applyStage(
  scope: Scope,
  { levels }: FirstStage,
  boxes: Tensor,
  { classes, boxes: head, pooling }: Config,
  index: number,
): BoxHeadOutputs {
  const heads = scope.at('roi_heads').at(index);
  const pooled = poolRegions(levels, boxes, head.poolSize, pooling);
  const features = denseFeatures(heads.at('box_head'), pooled, head.channels);
  const predictor = heads.at('box_predictor');
  return {
    logits: predictTypes(predictor, features, classes.length),
    deltas: predictSharedBox(predictor, features),
  };
}

/** Move regions as a stage says; no gradient flows to the next stage through them. */
function refine(
  { boxes, exists }: MaskedBoxes,
  { deltas }: BoxHeadOutputs,
  { deltaWeights }: Stage,
  { size }: FirstStage,
): MaskedBoxes {
  const moved = decodeBoxes(reshape(stopGradient(deltas), boxes.shape), boxes, {
    weights: deltaWeights,
  });
  return { boxes: clipBoxes(moved, size), exists };
}
