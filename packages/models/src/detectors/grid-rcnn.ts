/**
 * @file Grid R-CNN (Lu et al. 2019): dense layers type a region, and nine points found on heatmaps give its
 * box, where other detectors regress offsets. Points are looked for in the best detections only.
 */
import {
  add,
  clipBoxes,
  greater,
  mul,
  reshape,
  type Scope,
  softmax,
  type Tensor,
  where,
} from '@leukoscope/nn';
import { z } from 'zod';
import type { ModelFamily } from '../family/model-family.ts';
import { boxHeadSchema, denseFeatures, predictTypes } from '../heads/box-head.ts';
import { flattenSample, typeLoss } from '../heads/box-loss.ts';
import { buildGridHead, gridHeadSchema, readGrid } from '../heads/grid-head.ts';
import { gridLoss } from '../heads/grid-loss.ts';
import { cellRows } from '../heads/mask-loss.ts';
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

const schema = z.strictObject({
  ...twoStageFields,
  boxes: boxHeadSchema.omit({ deltaWeights: true }),
  grid: gridHeadSchema,
});

type Config = z.infer<typeof schema>;

const grids = {
  tiny: { poolSize: 7, layers: 2, dilation: 1, channels: 4, norm: 'none', normGroups: 4 },
  slim: { poolSize: 7, layers: 4, dilation: 1, channels: 16, norm: 'none', normGroups: 36 },
  paper: { poolSize: 14, layers: 8, dilation: 2, channels: 64, norm: 'group', normGroups: 36 },
} as const;

function preset(name: keyof typeof grids): Config {
  const { deltaWeights: _weights, ...boxes } = boxHeadPresets[name];
  return { ...firstStagePresets[name], boxes, grid: { ...grids[name], lossWeight: 15 } };
}

/** The family. */
export const gridRcnn: ModelFamily<Config, FirstStage, BoxTruth> = {
  name: 'grid-rcnn',
  title: 'Grid R-CNN',
  summary: 'Two-stage detector that finds nine points of each box on heatmaps (Lu et al. 2019).',
  task: 'boxes',
  schema,
  presets: { tiny: preset('tiny'), slim: preset('slim'), paper: preset('paper') },
  recipe: detectorRecipe,
  input: twoStageInput,
  truth: ({ classes }) => boxTruth(classes),
  frozen: twoStageFrozen,
  build: buildFirstStage,
  loss(scope, first, truth, config) {
    const { classes, boxes: head, grid } = config;
    const proposals = firstStageLoss(scope, first, truth, config);
    const offered = proposedRegions(first, config, 'training');
    const sample = drawRegions(scope.at('roi_heads'), offered, truth, classes.length, head);
    const types = typeLoss(
      typeRegions(scope, first, sample.boxes, config),
      flattenSample(sample, truth),
    );
    const cells = cellRows(sample, Math.max(1, Math.floor(head.samples * head.positiveShare)));
    const points = gridLoss(
      heatmaps(scope, first, cells.boxes, config),
      flattenSample(cells, truth),
    );
    const firstTotal = add(proposals.objectness, proposals.boxes);
    return {
      loss: add(firstTotal, add(types, mul(points, grid.lossWeight))),
      metrics: {
        objectness: proposals.objectness,
        proposal_boxes: proposals.boxes,
        types,
        points,
      },
    };
  },
  exported(scope, first, config) {
    const { classes, boxes: head } = config;
    const offered = proposedRegions(first, config, 'inference');
    const [n, rows] = offered.exists.shape as [number, number];
    const logits = typeRegions(scope, first, offered.boxes, config);
    const found = regionDetections(
      {
        boxes: reshape(offered.boxes, [n, rows, 1, 4]),
        probabilities: reshape(softmax(logits), [n, rows, classes.length + 1]),
        exists: offered.exists,
      },
      first.size,
      head,
    );
    const flat = reshape(found.boxes, [n * head.detections, 4]);
    const read = readGrid(heatmaps(scope, first, found.boxes, config), flat);
    const boxes = clipBoxes(reshape(read, found.boxes.shape), first.size);
    const isFound = greater(reshape(found.scores, [n, head.detections, 1]), 0);
    return { ...found, boxes: where(isFound, boxes, 0) };
  },
};

function typeRegions(
  scope: Scope,
  { levels }: FirstStage,
  boxes: Tensor,
  { classes, boxes: head, pooling }: Config,
): Tensor {
  const heads = scope.at('roi_heads');
  const pooled = poolRegions(levels, boxes, head.poolSize, pooling);
  const features = denseFeatures(heads.at('box_head'), pooled, head.channels);
  return predictTypes(heads.at('box_predictor'), features, classes.length);
}

function heatmaps(
  scope: Scope,
  { levels }: FirstStage,
  boxes: Tensor,
  { grid, pooling }: Config,
): Tensor {
  const pooled = poolRegions(levels, boxes, grid.poolSize, pooling);
  return buildGridHead(scope.at('roi_heads').at('grid_head'), pooled, grid);
}
