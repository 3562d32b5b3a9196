/**
 * @file Double-Head R-CNN with unfocused supervision (Wu et al. 2020, "Double-Head-Ext"): a dense head for
 * types and a convolution head for boxes, each also trained a little on the other's task.
 *
 *   L = ω_d (λ_d L_types + (1 - λ_d) L_boxes) of the dense head
 *     + ω_c ((1 - λ_c) L_types + λ_c L_boxes) of the convolution head + L_proposals
 *   p = p_d + p_c (1 - p_d) for each type; boxes are the convolution head's
 *
 * with λ_d = .7, λ_c = .8, ω_d = 2, ω_c = 2.5 as published.
 */
import {
  add,
  concat,
  decodeBoxes,
  mul,
  reshape,
  type Scope,
  sliceAxis,
  softmax,
  sub,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import type { ModelFamily } from '../family/model-family.ts';
import { boxHeadSchema } from '../heads/box-head.ts';
import { boxLoss, flattenSample } from '../heads/box-loss.ts';
import { buildDoubleHead, convHeadSchema } from '../heads/double-head.ts';
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

const share = z.number().min(0).max(1);

const schema = z.strictObject({
  ...twoStageFields,
  boxes: boxHeadSchema,
  conv: convHeadSchema,
  supervision: z.strictObject({
    /** λ: how much of a head's loss is its own task. */
    denseTypes: share,
    convBoxes: share,
    /** ω: how much the heads count. */
    denseWeight: z.number().positive(),
    convWeight: z.number().positive(),
  }),
});

type Config = z.infer<typeof schema>;

const supervision = { denseTypes: 0.7, convBoxes: 0.8, denseWeight: 2, convWeight: 2.5 };
const conv = { norm: 'batch', normGroups: 32 } as const;

/** The family. */
export const doubleHead: ModelFamily<Config, FirstStage, BoxTruth> = {
  name: 'double-head',
  title: 'Double-Head R-CNN',
  summary: 'Dense layers for types, convolutions for boxes (Wu et al. 2020).',
  task: 'boxes',
  schema,
  presets: {
    tiny: {
      ...firstStagePresets.tiny,
      boxes: boxHeadPresets.tiny,
      conv: { ...conv, channels: 16, bottlenecks: 1 },
      supervision,
    },
    slim: {
      ...firstStagePresets.slim,
      boxes: boxHeadPresets.slim,
      conv: { ...conv, channels: 192, bottlenecks: 2 },
      supervision,
    },
    paper: {
      ...firstStagePresets.paper,
      boxes: boxHeadPresets.paper,
      conv: { ...conv, channels: 1024, bottlenecks: 4 },
      supervision,
    },
  },
  recipe: detectorRecipe,
  input: twoStageInput,
  truth: ({ classes }) => boxTruth(classes),
  frozen: twoStageFrozen,
  build: buildFirstStage,
  loss(scope, first, truth, config) {
    const { classes, boxes: head } = config;
    const { denseTypes, convBoxes, denseWeight, convWeight } = config.supervision;
    const proposals = firstStageLoss(scope, first, truth, config);
    const offered = proposedRegions(first, config, 'training');
    const sample = drawRegions(scope.at('roi_heads'), offered, truth, classes.length, head);
    const outputs = applyHeads(scope, first, sample.boxes, config);
    const labels = flattenSample(sample, truth);
    const dense = boxLoss(outputs.dense, labels, head);
    const convolved = boxLoss(outputs.conv, labels, head);
    const mix = (a: Tensor, b: Tensor, lambda: number) => add(mul(a, lambda), mul(b, 1 - lambda));
    const ofHeads = add(
      mul(mix(dense.types, dense.boxes, denseTypes), denseWeight),
      mul(mix(convolved.boxes, convolved.types, convBoxes), convWeight),
    );
    return {
      loss: add(add(proposals.objectness, proposals.boxes), ofHeads),
      metrics: {
        objectness: proposals.objectness,
        proposal_boxes: proposals.boxes,
        types: dense.types,
        boxes: convolved.boxes,
        dense_boxes: dense.boxes,
        conv_types: convolved.types,
      },
    };
  },
  exported(scope, first, config) {
    const { classes, boxes: head } = config;
    const offered = proposedRegions(first, config, 'inference');
    const [n, rows] = offered.exists.shape as [number, number];
    const { dense, conv: convolved } = applyHeads(scope, first, offered.boxes, config);
    const K = classes.length;
    const [p, q] = [softmax(dense.logits), softmax(convolved.logits)];
    // A type is what either head takes it for; background keeps the dense head's share.
    const types = sliceAxis(add(p, mul(q, sub(1, p))), 1, 0, K);
    const joined = concat([types, sliceAxis(p, 1, K, K + 1)], 1);
    const decoded = decodeBoxes(reshape(convolved.deltas, [n, rows, 4]), offered.boxes, {
      weights: head.deltaWeights,
    });
    return regionDetections(
      {
        boxes: reshape(decoded, [n, rows, 1, 4]),
        probabilities: reshape(joined, [n, rows, K + 1]),
        exists: offered.exists,
      },
      first.size,
      head,
    );
  },
};

function applyHeads(
  scope: Scope,
  { levels }: FirstStage,
  boxes: Tensor,
  { classes, boxes: head, conv: convHead, pooling }: Config,
) {
  const pooled = poolRegions(levels, boxes, head.poolSize, pooling);
  return buildDoubleHead(scope.at('roi_heads'), pooled, {
    channels: head.channels,
    conv: convHead,
    classes: classes.length,
  });
}
