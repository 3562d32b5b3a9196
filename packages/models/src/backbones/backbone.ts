/**
 * @file All backbones behind one description: `buildBackbone` gives the levels of any of them.
 *
 * A backbone's parameters stand directly below the scope it gets, under the names that its published
 * weights have (torchvision, Darknet).
 */
import type { Scope, Tensor } from '@leukoscope/nn';
import { z } from 'zod';
import { alexnetPresets, alexnetSchema, buildAlexnet, frozenAlexnetKeys } from './alexnet.ts';
import { buildDarknet, darknetPresets, darknetSchema, frozenDarknetKeys } from './darknet.ts';
import type { FeatureLevels } from './feature-levels.ts';
import {
  buildMobilenet,
  frozenMobilenetKeys,
  mobilenetPresets,
  mobilenetSchema,
} from './mobilenet.ts';
import { buildResnet, frozenResnetKeys, resnetPresets, resnetSchema } from './resnet.ts';
import { buildVgg, frozenVggKeys, vggPresets, vggSchema } from './vgg.ts';
import { buildWbcResnet, wbcResnetPresets, wbcResnetSchema } from './wbc-resnet.ts';

/** The description of any backbone. */
export const backboneSchema = z.discriminatedUnion('kind', [
  resnetSchema,
  wbcResnetSchema,
  vggSchema,
  alexnetSchema,
  darknetSchema,
  mobilenetSchema,
]);

/** The description of any backbone. */
export type BackboneConfig = z.infer<typeof backboneSchema>;

/** Backbones by name: those of the papers, and tiny ones for tests. */
export const backbonePresets = {
  ...resnetPresets,
  ...wbcResnetPresets,
  ...vggPresets,
  ...alexnetPresets,
  ...darknetPresets,
  ...mobilenetPresets,
} satisfies Record<string, BackboneConfig>;

/** Apply a backbone to images [N, 3, H, W]; the finest level first. */
export function buildBackbone(scope: Scope, image: Tensor, config: BackboneConfig): FeatureLevels {
  switch (config.kind) {
    case 'resnet':
      return buildResnet(scope, image, config);
    case 'wbc-resnet':
      return buildWbcResnet(scope, image, config);
    case 'vgg':
      return buildVgg(scope, image, config);
    case 'alexnet':
      return buildAlexnet(scope, image, config);
    case 'darknet':
      return buildDarknet(scope, image, config);
    case 'mobilenet':
      return buildMobilenet(scope, image, config);
  }
}

function ownFrozenKeys(config: BackboneConfig): string[] {
  switch (config.kind) {
    case 'resnet':
    case 'wbc-resnet':
      return frozenResnetKeys(config);
    case 'vgg':
      return frozenVggKeys(config);
    case 'alexnet':
      return frozenAlexnetKeys(config);
    case 'darknet':
      return frozenDarknetKeys(config);
    case 'mobilenet':
      return frozenMobilenetKeys(config);
  }
}

/**
 * Name the parameters of the early stages that `frozenStages` keeps as they are, for the trainer's
 * `frozen`; `path` is that of the backbone's scope.
 */
export function frozenKeys(config: BackboneConfig, path = ''): readonly string[] {
  return ownFrozenKeys(config).map((key) => (path === '' ? key : `${path}.${key}`));
}
