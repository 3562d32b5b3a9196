/**
 * @file The proposal stage of two-stage detectors (Ren et al. 2015): a small head over all levels of a
 * pyramid that says where a cell may be. Parameter names are torchvision's (`rpn.head.conv.0.0.weight`).
 *
 * N = images, A = anchors of all levels, in the order of `anchorBoxes`. Boxes are xyxy in pixels of the
 * input. Reference: torchvision.models.detection.rpn 0.14.
 */
import { LeukoscopeError, type Size } from '@leukoscope/core';
import {
  anchorBoxes,
  concat,
  constant,
  convLayer,
  decodeBoxes,
  filterProposals,
  flattenLevel,
  type MaskedBoxes,
  normal,
  relu,
  reshape,
  type Scope,
  stopGradient,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import type { FeatureLevels } from '../backbones/feature-levels.ts';

const count = z.int().positive();
const share = z.number().min(0).max(1);
const kept = z.strictObject({
  /** Boxes of a level before suppression. */
  perLevel: count,
  /** Boxes handed on, of all levels. */
  count,
});

/** The shape of a proposal stage. */
export const proposalSchema = z.strictObject({
  /** Channels between the 3x3 and the two 1x1 convolutions. */
  channels: count,
  /** Side of the square anchor of each level, finest first, in pixels of the input. */
  anchorSizes: z.array(z.number().positive()).min(1).readonly(),
  /** Height / width. */
  anchorRatios: z.array(z.number().positive()).min(1).readonly(),
  /** An anchor is a cell from this IoU on, and the best ones of each cell are. */
  positiveIou: share,
  /** An anchor is background below this IoU. */
  negativeIou: share,
  /** Anchors that train the head, of each image. */
  samples: count,
  /** Largest share of cells among them. */
  positiveShare: share.positive(),
  training: kept,
  inference: kept,
  /** Of two proposals of a level that overlap more, the better one stays. */
  iouThreshold: share,
});

/** The shape of a proposal stage. */
export type ProposalConfig = z.infer<typeof proposalSchema>;

/** What the head says about every anchor. */
export interface ProposalMaps {
  /** [N, A]. */
  readonly logits: Tensor;
  /** [N, A, 4]. */
  readonly deltas: Tensor;
  /** [A, 4]. */
  readonly anchors: Tensor;
  readonly levelCounts: readonly number[];
}

const initialise = normal(0.01);

/** Apply the head to every level of a pyramid. */
export function buildProposalStage(
  scope: Scope,
  levels: FeatureLevels,
  config: ProposalConfig,
): ProposalMaps {
  const { channels, anchorSizes, anchorRatios } = config;
  checkAnchors(levels, anchorSizes);
  const head = scope.at('head');
  const perPlace = anchorRatios.length;
  const maps = levels.map(({ map }) => {
    const hidden = relu(convLayer(head.at('conv').at(0).at(0), map, { channels, initialise }));
    const mix = (name: string, outputs: number) =>
      convLayer(head.at(name), hidden, { channels: outputs, kernel: 1, initialise });
    return {
      logits: flattenLevel(mix('cls_logits', perPlace), 1),
      deltas: flattenLevel(mix('bbox_pred', perPlace * 4), 4),
    };
  });
  const { boxes, levelCounts } = anchorBoxes(
    levels.map(({ map, stride }, i) => ({
      grid: { width: map.shape[3]!, height: map.shape[2]! },
      stride,
      sizes: [anchorSizes[i]!],
      ratios: anchorRatios,
    })),
  );
  const logits = concat(
    maps.map((level) => level.logits),
    1,
  );
  return {
    logits: reshape(logits, logits.shape.slice(0, 2)),
    deltas: concat(
      maps.map((level) => level.deltas),
      1,
    ),
    anchors: constant(boxes),
    levelCounts,
  };
}

/** Choose the boxes that the second stage looks at; no gradient flows through them. */
export function proposeRegions(
  { logits, deltas, anchors, levelCounts }: ProposalMaps,
  size: Size,
  config: ProposalConfig,
  kind: 'training' | 'inference',
): MaskedBoxes {
  return filterProposals(decodeBoxes(stopGradient(deltas), anchors), logits, {
    size,
    levelCounts,
    ...config[kind],
    iouThreshold: config.iouThreshold,
  });
}

function checkAnchors(levels: FeatureLevels, sizes: readonly number[]): void {
  if (levels.length === sizes.length) return;
  throw new LeukoscopeError(
    'MODEL_LEVELS',
    `anchorSizes must hold one side per level of the pyramid (${levels.length}). Received ${sizes.length}. Add or remove sides.`,
  );
}
