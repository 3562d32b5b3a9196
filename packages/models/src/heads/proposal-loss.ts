/**
 * @file How the proposal stage is trained: every anchor is cell, background or neither by its IoU with
 * the truth, a fixed number is drawn, and those train objectness and boxes.
 *
 *   L = 1/S Σ BCE(objectness) + 1/S Σ_cells smoothL1(deltas, β = 1/9),   S = anchors drawn
 *
 * Cells whose kind is not known count like all others. Reference: torchvision 0.14.
 */
import {
  and,
  bceWithLogits,
  cast,
  div,
  encodeBoxes,
  type GroundTruth,
  gather,
  gatherRows,
  matchBoxes,
  maximum,
  pairwiseIou,
  type Scope,
  sampleBalanced,
  smoothL1Loss,
  sum,
  type Tensor,
} from '@leukoscope/nn';
import type { ProposalConfig, ProposalMaps } from './proposal-stage.ts';

/** Where the parabola of box losses meets the straight line. */
export const boxLossBeta = 1 / 9;

/** The two losses of the proposal stage. */
export interface ProposalLoss {
  readonly objectness: Tensor;
  readonly boxes: Tensor;
}

/** Train the proposal stage on the truth; which anchors are drawn follows from the scope's noise. */
export function proposalLoss(
  scope: Scope,
  { logits, deltas, anchors }: ProposalMaps,
  truth: GroundTruth,
  config: ProposalConfig,
): ProposalLoss {
  const matches = matchBoxes(pairwiseIou(truth.boxes, anchors), truth.exists, {
    highThreshold: config.positiveIou,
    lowThreshold: config.negativeIou,
    keepsBestOfEach: true,
  });
  const noise = scope.noise('sample', logits.shape);
  const { index, positive, exists } = sampleBalanced(
    { ...matches, noise },
    { count: config.samples, positiveShare: config.positiveShare },
  );
  const cells = gatherRows(truth.boxes, gatherRows(matches.gtIndex, index));
  const boxLoss = smoothL1Loss(
    gatherRows(deltas, index),
    encodeBoxes(cells, gather(anchors, index)),
    { beta: boxLossBeta, reduction: 'sum', mask: and(positive, exists) },
  );
  return {
    objectness: bceWithLogits(gatherRows(logits, index), cast(positive, 'float32'), {
      mask: exists,
    }),
    boxes: div(boxLoss, maximum(sum(cast(exists, 'float32')), 1)),
  };
}
