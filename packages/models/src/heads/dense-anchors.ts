/** @file Where dense detectors predict: anchors or points on the grid of every level, as constants. */
import { float32, LeukoscopeError } from '@leukoscope/core';
import { anchorBoxes, constant, type Tensor } from '@leukoscope/nn';
import { z } from 'zod';
import type { FeatureLevel, FeatureLevels } from '../backbones/feature-levels.ts';

const positive = z.number().positive();

/** Anchors of square sides and ratios at every place. */
export const anchorSchema = z.strictObject({
  /** Sides of the square anchors of each level, in pixels of the input. */
  sizes: z.array(z.array(positive).min(1).readonly()).min(1).readonly(),
  /** Height / width. */
  ratios: z.array(positive).min(1).readonly(),
});

/** Anchors of square sides and ratios at every place. */
export type AnchorConfig = z.infer<typeof anchorSchema>;

/** RetinaNet's anchors: three sizes an octave and three ratios, from side 32 at stride 8. */
export function octaveAnchors(smallest: number, levels: number): AnchorConfig {
  return {
    sizes: Array.from({ length: levels }, (_, i) =>
      [0, 1, 2].map((k) => Math.trunc(smallest * 2 ** i * 2 ** (k / 3))),
    ),
    ratios: [0.5, 1, 2],
  };
}

/** Anchors of all levels. */
export interface LevelAnchors {
  /** float32 [A, 4], xyxy. */
  readonly boxes: Tensor;
  /** How many each level has. */
  readonly groups: readonly number[];
}

/** Lay anchors on the levels. */
export function anchorsOf(levels: FeatureLevels, { sizes, ratios }: AnchorConfig): LevelAnchors {
  if (sizes.length !== levels.length) {
    throw new LeukoscopeError(
      'MODEL_LEVELS',
      `anchors must have sizes for each of the ${levels.length} levels. Received ${sizes.length}.`,
    );
  }
  const { boxes, levelCounts } = anchorBoxes(
    levels.map((level, i) => ({
      grid: gridOf(level),
      stride: level.stride,
      sizes: sizes[i]!,
      ratios,
    })),
  );
  return { boxes: constant(boxes), groups: levelCounts };
}

/** How many anchors stand at a place. */
export function anchorsAPlace({ sizes, ratios }: AnchorConfig): number {
  return sizes[0]!.length * ratios.length;
}

/** The extents of a level's map. */
export function gridOf({ map }: FeatureLevel): { readonly width: number; readonly height: number } {
  return { width: map.shape[3]!, height: map.shape[2]! };
}

/** The points of all levels; every tensor float32 [A]. */
export interface LevelPoints {
  readonly x: Tensor;
  readonly y: Tensor;
  /** Pixels from one point of its level to the next. */
  readonly stride: Tensor;
  readonly groups: readonly number[];
}

/** Lay one point on every place; `offset` strides from its corner. */
export function pointsOf(levels: FeatureLevels, offset: number): LevelPoints {
  const [xs, ys, strides]: [number[], number[], number[]] = [[], [], []];
  const groups = levels.map((level) => {
    const { width, height } = gridOf(level);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        xs.push((column + offset) * level.stride);
        ys.push((row + offset) * level.stride);
        strides.push(level.stride);
      }
    }
    return width * height;
  });
  const vector = (numbers: number[]) => constant(float32(numbers));
  return { x: vector(xs), y: vector(ys), stride: vector(strides), groups };
}
