/**
 * @file What all two-stage detectors share: backbone, feature pyramid, proposal stage, and the regions
 * that the second stage is trained on or asked about. Parameter names are torchvision's
 * (`backbone.body.conv1.weight`, `backbone.fpn.inner_blocks.0.0.weight`, `rpn.head.cls_logits.weight`).
 */
import type { Size } from '@leukoscope/core';
import {
  type MaskedBoxes,
  type RoiSample,
  type Scope,
  sampleRois,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import { backboneSchema, buildBackbone, frozenKeys } from '../backbones/backbone.ts';
import { type FeatureLevels, levelsOfStrides } from '../backbones/feature-levels.ts';
import { type InputSpec, imagenetNormalisation } from '../family/input-spec.ts';
import { classesSchema, sizeSchema } from '../family/model-family.ts';
import type { BoxHeadConfig } from '../heads/box-head.ts';
import { type ProposalLoss, proposalLoss } from '../heads/proposal-loss.ts';
import {
  buildProposalStage,
  type ProposalMaps,
  proposalSchema,
  proposeRegions,
} from '../heads/proposal-stage.ts';
import { poolingSchema } from '../heads/roi-pooling.ts';
import { buildFpn, fpnSchema } from '../necks/fpn.ts';
import type { BoxTruth } from '../truth/box-truth.ts';

/** What every two-stage detector's configuration says. */
export const twoStageFields = {
  classes: classesSchema,
  size: sizeSchema,
  backbone: backboneSchema,
  pyramid: fpnSchema,
  proposals: proposalSchema,
  pooling: poolingSchema,
};

const twoStageSchema = z.strictObject(twoStageFields);

/** What every two-stage detector's configuration says. */
export type TwoStageConfig = z.infer<typeof twoStageSchema>;

/** What the first stage gives. */
export interface FirstStage {
  /** Levels that regions are pooled from, finest first. */
  readonly levels: FeatureLevels;
  readonly maps: ProposalMaps;
  /** Of the input. */
  readonly size: Size;
}

/** Strides of the backbone's levels that the pyramid stands on. */
const strides = [4, 8, 16, 32];

/** The coarsest level is P6. */
const coarsestStride = 64;

/** The input of a two-stage detector. */
export const twoStageInput = ({ size }: TwoStageConfig): InputSpec => ({
  size,
  fit: 'letterbox',
  multipleOf: coarsestStride,
  ...imagenetNormalisation,
  padding: 124,
});

/** Parameters of the backbone's frozen stages. */
export const twoStageFrozen = ({ backbone }: TwoStageConfig) =>
  frozenKeys(backbone, 'backbone.body');

/** Apply backbone, pyramid and the proposal stage's head. */
export function buildFirstStage(scope: Scope, image: Tensor, config: TwoStageConfig): FirstStage {
  const backbone = scope.at('backbone');
  const bottomUp = buildBackbone(backbone.at('body'), image, config.backbone);
  const used = levelsOfStrides(bottomUp, strides);
  const pyramid = buildFpn(backbone.at('fpn'), used, config.pyramid);
  return {
    levels: pyramid.slice(0, used.length),
    maps: buildProposalStage(scope.at('rpn'), pyramid, config.proposals),
    size: { width: image.shape[3]!, height: image.shape[2]! },
  };
}

/** Train the first stage. */
export const firstStageLoss = (
  scope: Scope,
  { maps }: FirstStage,
  truth: BoxTruth,
  { proposals }: TwoStageConfig,
): ProposalLoss => proposalLoss(scope.at('rpn'), maps, truth, proposals);

/** The regions that the second stage looks at. */
export const proposedRegions = (
  { maps, size }: FirstStage,
  { proposals }: TwoStageConfig,
  kind: 'training' | 'inference',
): MaskedBoxes => proposeRegions(maps, size, proposals, kind);

/** Draw the regions that train a second stage. */
export function drawRegions(
  scope: Scope,
  proposals: MaskedBoxes,
  truth: BoxTruth,
  classes: number,
  head: Pick<BoxHeadConfig, 'positiveIou' | 'samples' | 'positiveShare'>,
): RoiSample {
  const [n, rows] = proposals.exists.shape as [number, number];
  const noise = scope.noise('sample', [n, rows + truth.exists.shape[1]!]);
  return sampleRois(proposals, truth, noise, {
    classes,
    count: head.samples,
    positiveShare: head.positiveShare,
    iouThreshold: head.positiveIou,
  });
}
