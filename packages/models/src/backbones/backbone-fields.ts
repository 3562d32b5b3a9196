/** @file What the descriptions of all backbones have in common: the norm and the frozen stages. */
import type { NormMode } from '@leukoscope/nn';
import { z } from 'zod';

/** A whole number of at least 1. */
export const count = z.int().positive();

/** Which norm follows the convolutions. */
export const normFields = {
  norm: z.enum(['batch', 'frozen', 'group', 'none']).default('batch'),
  /** Groups of channels of the norm 'group'; must divide the channels of every layer. */
  normGroups: count.default(32),
};

/** The norm of a layer. */
export interface LayerNorm {
  readonly norm: NormMode;
  readonly normGroups: number;
}

/**
 * The norm of a stage: in frozen stages running statistics must not move either, so that batch norm
 * becomes the fixed one there.
 */
export function stageNorm(
  config: LayerNorm & { readonly frozenStages: number },
  stage: number,
): LayerNorm {
  const { norm, normGroups, frozenStages } = config;
  return { norm: norm === 'batch' && stage < frozenStages ? 'frozen' : norm, normGroups };
}
