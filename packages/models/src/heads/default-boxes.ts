/**
 * @file SSD's default boxes (Liu et al. 2016): at every place of every level a square of the level's scale,
 * a larger one, and for each ratio one wide and one tall box. Order and numbers as torchvision's
 * `DefaultBoxGenerator` 0.14, which is Caffe's `PriorBox` too.
 */
import { float32, LeukoscopeError, type Size } from '@leukoscope/core';
import { constant } from '@leukoscope/nn';
import { z } from 'zod';
import type { FeatureLevels } from '../backbones/feature-levels.ts';
import { gridOf, type LevelAnchors } from './dense-anchors.ts';

/** The default boxes of all levels. */
export const defaultBoxSchema = z.strictObject({
  /** Side of each level's squares as a share of the input, and one more behind the last. */
  scales: z.array(z.number().positive()).min(2).readonly(),
  /** Per level: wide boxes are this much wider than tall, tall ones the other way round. */
  ratios: z
    .array(z.array(z.number().gt(1)).readonly())
    .min(1)
    .readonly(),
  /** Per level, pixels of the input between two places. */
  steps: z.array(z.number().positive()).min(1).readonly(),
});

/** The default boxes of all levels. */
export type DefaultBoxConfig = z.infer<typeof defaultBoxSchema>;

/**
 * Scales from the smallest to the largest in whole percents, as the original's scripts count them: the
 * first level has half the smallest, the others go from `smallest` to `largest` evenly.
 */
export function evenScales(smallest: number, largest: number, levels: number): number[] {
  const [low, high] = [Math.round(smallest * 100), Math.round(largest * 100)];
  const step = Math.floor((high - low) / (levels - 2));
  const rest = Array.from({ length: levels }, (_, i) => low + i * step);
  return [Math.floor(low / 2), ...rest].map((percent) => percent / 100);
}

/** How many default boxes each place of a level has. */
export function defaultBoxesAPlace({ ratios }: DefaultBoxConfig): number[] {
  return ratios.map((ofLevel) => 2 + 2 * ofLevel.length);
}

/** Lay default boxes on the levels. */
export function defaultBoxesOf(
  levels: FeatureLevels,
  size: Size,
  config: DefaultBoxConfig,
): LevelAnchors {
  const { scales, ratios, steps } = config;
  const counts = [ratios.length, steps.length, scales.length - 1];
  if (counts.some((count) => count !== levels.length)) {
    throw new LeukoscopeError(
      'MODEL_LEVELS',
      `default boxes must have ratios, steps and scales (one more) for the ${levels.length} levels. Received ${ratios.length}, ${steps.length} and ${scales.length}.`,
    );
  }
  const numbers: number[] = [];
  const groups = levels.map((level, k) => {
    const sides = sidesOf(scales[k]!, scales[k + 1]!, ratios[k]!);
    const { width, height } = gridOf(level);
    const step = steps[k]!;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const x = (column + 0.5) * step;
        const y = (row + 0.5) * step;
        for (const [w, h] of sides) {
          const [halfWidth, halfHeight] = [(w * size.width) / 2, (h * size.height) / 2];
          numbers.push(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
        }
      }
    }
    return width * height * sides.length;
  });
  return { boxes: constant(float32(numbers, [numbers.length / 4, 4])), groups };
}

/** Width and height as shares of the input, at most 1. */
function sidesOf(scale: number, next: number, ratios: readonly number[]): [number, number][] {
  const middle = Math.sqrt(scale * next);
  const pairs: [number, number][] = [
    [scale, scale],
    [middle, middle],
  ];
  for (const ratio of ratios) {
    const root = Math.sqrt(ratio);
    pairs.push([scale * root, scale / root], [scale / root, scale * root]);
  }
  return pairs.map(([w, h]) => [Math.min(w, 1), Math.min(h, 1)]);
}
