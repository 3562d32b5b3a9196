/**
 * @file All backbones behind one description: `buildBackbone` gives the levels of any of them.
 *
 * A backbone's parameters stand directly below the scope it gets, under the names that its published
 * weights have (torchvision, Darknet).
 */
import type { Scope, Tensor } from '@leukoscope/nn';
import { z } from 'zod';
import type { FeatureLevels } from './feature-levels.ts';
import { buildResnet, frozenResnetKeys, resnetPresets, resnetSchema } from './resnet.ts';

/** The description of any backbone. */
export const backboneSchema = z.discriminatedUnion('kind', [resnetSchema]);

/** The description of any backbone. */
export type BackboneConfig = z.infer<typeof backboneSchema>;

/** Backbones by name: those of the papers, and tiny ones for tests. */
export const backbonePresets = { ...resnetPresets } satisfies Record<string, BackboneConfig>;

/** Apply a backbone to images [N, 3, H, W]; the finest level first. */
export function buildBackbone(scope: Scope, image: Tensor, config: BackboneConfig): FeatureLevels {
  return buildResnet(scope, image, config);
}

/**
 * Name the parameters of the early stages that `frozenStages` keeps as they are, for the trainer's
 * `frozen`; `path` is that of the backbone's scope.
 */
export function frozenKeys(config: BackboneConfig, path = ''): readonly string[] {
  return frozenResnetKeys(config).map((key) => (path === '' ? key : `${path}.${key}`));
}
