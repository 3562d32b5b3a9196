/** @file Pooling regions from the levels of a pyramid, in whatever form the weights were trained for. */
import { roiAlignLevels, type Tensor } from '@leukoscope/nn';
import { z } from 'zod';
import type { FeatureLevels } from '../backbones/feature-levels.ts';

/** How regions are pooled. */
export const poolingSchema = z.strictObject({
  /** False is half a pixel off, as torchvision's detectors have it; their weights need it. */
  aligned: z.boolean(),
  /** Side of the box that is pooled from the level of stride 16, in pixels of the input. */
  canonicalSize: z.number().positive(),
});

/** How regions are pooled. */
export type PoolingConfig = z.infer<typeof poolingSchema>;

/** Pool boxes [N, R, 4], each from its own level: [N R, C, size, size]. */
export function poolRegions(
  levels: FeatureLevels,
  boxes: Tensor,
  size: number,
  { aligned, canonicalSize }: PoolingConfig,
): Tensor {
  return roiAlignLevels(
    levels.map(({ map }) => map),
    boxes,
    { strides: levels.map(({ stride }) => stride), size, aligned, canonicalSize },
  );
}
