/**
 * @file What detectors on a feature pyramid have in common: configuration, input, and the levels P3 to P7.
 *
 * Parameter names are those of torchvision's detection models: `backbone.body`, `backbone.fpn`, `head`.
 */
import type { RenameRule, Scope, Tensor } from '@leukoscope/nn';
import { z } from 'zod';
import { backboneSchema, buildBackbone, frozenKeys } from '../backbones/backbone.ts';
import { type FeatureLevels, levelsOfStrides } from '../backbones/feature-levels.ts';
import { type InputSpec, imagenetNormalisation } from '../family/input-spec.ts';
import { classesSchema, sizeSchema } from '../family/model-family.ts';
import { towerSchema } from '../heads/dense-head.ts';
import { detectionSchema } from '../heads/final-detections.ts';
import { buildFpn, fpnSchema } from '../necks/fpn.ts';

/** Fields of every such detector's configuration. */
export const pyramidFields = {
  classes: classesSchema,
  size: sizeSchema,
  backbone: backboneSchema,
  neck: fpnSchema,
  tower: towerSchema,
  /** Probability that every class begins with at every place, so that background does not drown cells. */
  prior: z.number().gt(0).lt(1),
  detection: detectionSchema,
};

const fields = z.strictObject(pyramidFields);

/** The configuration that all of them share. */
export type PyramidConfig = z.infer<typeof fields>;

/** Apply backbone and pyramid: levels of strides 8, 16, 32, and those that the neck adds. */
export function buildPyramid(
  scope: Scope,
  image: Tensor,
  { backbone, neck }: Pick<PyramidConfig, 'backbone' | 'neck'>,
): FeatureLevels {
  const body = buildBackbone(scope.at('backbone').at('body'), image, backbone);
  return buildFpn(scope.at('backbone').at('fpn'), levelsOfStrides(body, [8, 16, 32]), neck);
}

/** How images become the input. */
export function pyramidInput({ size }: Pick<PyramidConfig, 'size'>): InputSpec {
  return { size, fit: 'letterbox', multipleOf: 32, ...imagenetNormalisation, padding: 124 };
}

/** Parameters that are never trained. */
export function pyramidFrozen({ backbone }: Pick<PyramidConfig, 'backbone'>): readonly string[] {
  return frozenKeys(backbone, 'backbone.body');
}

/** Names of pyramids in torchvision's files before 0.14, turned into ours. */
export const pyramidRename: readonly RenameRule[] = [
  [/\b(inner|layer)_blocks\.(\d+)\.(weight|bias)$/, '$1_blocks.$2.0.$3'],
];
