/**
 * @file FSAF (Zhu et al. 2019): RetinaNet with a second, anchor-free branch on its towers, whose cells are
 * learned on the level that does it best. Both branches train together and their boxes are joined.
 *
 * Parameter names are RetinaNet's, and `free_logits`, `free_reg` beside the predictors.
 */
import {
  add,
  clipBoxes,
  concat,
  div,
  gatherRows,
  iouLoss,
  type LossAndMetrics,
  mul,
  relu,
  type Scope,
  sigmoid,
  sigmoidFocalLoss,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import type { FeatureLevels } from '../backbones/feature-levels.ts';
import type { ModelFamily } from '../family/model-family.ts';
import { pointsOf } from '../heads/dense-anchors.ts';
import { buildTower, joinLevels, predictorLayer, priorBias } from '../heads/dense-head.ts';
import { classTargets, countPositives } from '../heads/dense-targets.ts';
import {
  bestPairs,
  type Candidates,
  finalDetections,
  probabilitiesOf,
} from '../heads/final-detections.ts';
import { type FreeOutputs, selectLevels } from '../heads/level-selection.ts';
import { boxesAround } from '../heads/points.ts';
import { type BoxTruth, boxTruth } from '../truth/box-truth.ts';
import { buildPyramid, pyramidFrozen, pyramidInput } from './pyramid-detector.ts';
import {
  type AnchorOutputs,
  anchorCandidates,
  anchorLoss,
  buildAnchorHead,
  retinanet,
  retinanetFields,
} from './retinanet.ts';

const share = z.number().gt(0).max(1);

const schema = z.strictObject({
  ...retinanetFields,
  /** Share of a cell's sides within which places learn it. */
  effectiveShare: share,
  /** Share within which other places do not count as background. */
  ignoredShare: share,
  /** Strides that a predicted distance of 1 means. */
  distanceUnit: z.number().positive(),
  /** Weight of the anchor-free branch's losses. */
  freeWeight: z.number().positive(),
});

/** The configuration. */
export type FsafConfig = z.infer<typeof schema>;

const own = { effectiveShare: 0.2, ignoredShare: 0.5, distanceUnit: 4, freeWeight: 0.5 };

/** What both branches predict. */
interface FsafOutputs {
  readonly anchors: AnchorOutputs;
  readonly free: FreeOutputs;
}

/** The family. */
export const fsaf: ModelFamily<FsafConfig, FsafOutputs, BoxTruth> = {
  name: 'fsaf',
  title: 'FSAF',
  summary:
    'RetinaNet with an anchor-free branch that selects levels as it learns (Zhu et al. 2019).',
  task: 'boxes',
  schema,
  presets: {
    tiny: { ...retinanet.presets.tiny, ...own },
    slim: { ...retinanet.presets.slim, ...own },
    paper: { ...retinanet.presets.paper, ...own },
  },
  recipe: retinanet.recipe,
  input: pyramidInput,
  truth: ({ classes }) => boxTruth(classes),
  frozen: pyramidFrozen,
  build(scope, image, config) {
    const levels = buildPyramid(scope, image, config);
    const size = { width: image.shape[3]!, height: image.shape[2]! };
    const head = scope.at('head');
    return {
      anchors: buildAnchorHead(head, levels, size, config),
      free: buildFreeHead(head, levels, config),
    };
  },
  loss(_scope, { anchors, free }, truth, config) {
    const byAnchors = anchorLoss(anchors, truth, config);
    const { loss, metrics } = freeLoss(free, truth, config);
    return {
      loss: add(byAnchors.loss, mul(loss, config.freeWeight)),
      metrics: { ...byAnchors.metrics, ...metrics },
    };
  },
  exported(_scope, { anchors, free }, { detection }) {
    const branches = [
      anchorCandidates(anchors, detection.candidates),
      freeCandidates(free, detection.candidates),
    ];
    const join = (part: keyof Candidates) =>
      concat(
        branches.map((candidates) => candidates[part]),
        1,
      );
    const candidates = {
      boxes: clipBoxes(join('boxes'), anchors.size),
      scores: join('scores'),
      classIndex: join('classIndex'),
      probabilities: join('probabilities'),
    };
    return finalDetections(candidates, detection);
  },
  rename: retinanet.rename ?? [],
};

function buildFreeHead(scope: Scope, levels: FeatureLevels, config: FsafConfig): FreeOutputs {
  const { distanceUnit, prior, tower } = config;
  const K = config.classes.length;
  const types = scope.at('classification_head');
  const boxes = scope.at('regression_head');
  const logits = levels.map(({ map }) =>
    predictorLayer(types.at('free_logits'), buildTower(types, map, tower), {
      channels: K,
      bias: priorBias(prior),
    }),
  );
  const distances = levels.map(({ map }) =>
    relu(
      predictorLayer(boxes.at('free_reg'), buildTower(boxes, map, tower), {
        channels: 4,
        bias: 0.1,
      }),
    ),
  );
  const points = pointsOf(levels, 0.5);
  const inStrides = mul(joinLevels(distances, 4), distanceUnit);
  return { logits: joinLevels(logits, K), boxes: boxesAround(points, inStrides), points };
}

/** Focal loss and -ln IoU, divided by the places that learn a cell. */
export function freeLoss(
  outputs: FreeOutputs,
  truth: BoxTruth,
  config: Pick<FsafConfig, 'classes' | 'effectiveShare' | 'ignoredShare'>,
): LossAndMetrics {
  const { effectiveShare: effective, ignoredShare: ignored } = config;
  const { matches } = selectLevels(outputs, truth, { effective, ignored });
  const { targets, counts } = classTargets(truth, matches, config.classes.length);
  const positives = countPositives(matches.positive, 'batch');
  const mask = matches.positive;
  const target = gatherRows(truth.boxes, matches.gtIndex);
  const sumOf = (loss: Tensor) => div(loss, positives);
  const freeTypes = sumOf(
    sigmoidFocalLoss(outputs.logits, targets, { reduction: 'sum', mask: counts }),
  );
  const freeBoxes = sumOf(iouLoss(outputs.boxes, target, { kind: 'log', reduction: 'sum', mask }));
  return { loss: add(freeTypes, freeBoxes), metrics: { freeTypes, freeBoxes } };
}

function freeCandidates({ logits, boxes, points }: FreeOutputs, most: number): Candidates {
  const scores = sigmoid(logits);
  const best = bestPairs(scores, { groups: points.groups, most });
  return {
    boxes: gatherRows(boxes, best.row),
    scores: best.scores,
    classIndex: best.classIndex,
    probabilities: probabilitiesOf(best, scores),
  };
}
