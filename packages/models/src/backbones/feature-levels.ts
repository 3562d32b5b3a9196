/**
 * @file What a backbone or neck hands on: feature maps from the finest to the coarsest, each with its
 * stride.
 *
 * Several levels may share a stride: a dilated ResNet has three of stride 8, the deeper the later.
 */
import { LeukoscopeError } from '@leukoscope/core';
import type { Tensor } from '@leukoscope/nn';

/** One feature map [N, C, H, W]. */
export interface FeatureLevel {
  readonly map: Tensor;
  /** Image pixels per cell. */
  readonly stride: number;
}

/** Finest level first. */
export type FeatureLevels = readonly FeatureLevel[];

/** Pick levels by their strides; where several share one, the deepest of them. */
export function levelsOfStrides(levels: FeatureLevels, strides: readonly number[]): FeatureLevels {
  return strides.map((stride) => {
    const found = levels.findLast((level) => level.stride === stride);
    if (found !== undefined) return found;
    throw new LeukoscopeError(
      'MODEL_LEVELS',
      `strides must be those of the backbone's levels (${levels.map((level) => level.stride).join(', ')}). Received ${stride}. Choose other strides or another backbone.`,
    );
  });
}

/** Return the last, coarsest level. */
export function coarsestLevel(levels: FeatureLevels): FeatureLevel {
  const last = levels.at(-1);
  if (last !== undefined) return last;
  throw new LeukoscopeError(
    'MODEL_LEVELS',
    'a head or neck must get at least one level. Received none. Pick other levels of the backbone.',
  );
}
