/**
 * @file Which pyramid level a RoI is pooled from, and pooling from all levels at once.
 *
 *   level = floor(4 + log2(√area / 224)), limited to the levels there are   (Lin et al. 2017, eq. 1)
 */
import { elementCount, int64, LeukoscopeError } from '@leukoscope/core';
import { constant, shapeError, type Tensor } from '../graph/tensor.ts';
import { add, cast, equal, greaterOrEqual, mul, sub } from '../ops/elementwise.ts';
import { type RoiAlignOptions, roiAlign } from '../ops/roi-align.ts';
import { reshape } from '../ops/shaping.ts';
import { boxSides } from './pairwise-iou.ts';

/** Options of `fpnLevels`. */
export interface FpnLevelOptions {
  /** @default 2 */
  readonly lowest?: number;
  /** @default 5 */
  readonly highest?: number;
  /** Side of the box that belongs to `canonicalLevel`. @default 224 */
  readonly canonicalSize?: number;
  /** @default 4 */
  readonly canonicalLevel?: number;
}

/** Level of each box [..., 4] counted from the lowest: int64 [...]. */
export function fpnLevels(boxes: Tensor, options: FpnLevelOptions = {}): Tensor {
  const { lowest = 2, highest = 5, canonicalSize = 224, canonicalLevel = 4 } = options;
  if (!(lowest <= highest && canonicalSize > 0)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `fpnLevels: lowest must be at most highest and canonicalSize above 0. Received ${lowest}, ${highest}, ${canonicalSize}.`,
    );
  }
  const [x1, y1, x2, y2] = boxSides(boxes);
  const area = mul(sub(x2, x1), sub(y2, y1));
  // A box is at least at level k if √area >= 224 · 2^(k - 4): counting those needs no logarithm.
  // torchvision adds 1e-6 to the logarithm, so that boxes of exactly that size reach the level.
  const steps = Array.from({ length: highest - lowest }, (_, i) => {
    const side = canonicalSize * 2 ** (lowest + 1 + i - canonicalLevel - 1e-6);
    return cast(greaterOrEqual(area, side * side), 'int64');
  });
  const { shape } = area;
  const zeros = constant(int64(new Float32Array(elementCount(shape)), shape));
  return steps.reduce((total, step) => add(total, step), zeros);
}

/** Options of `roiAlignLevels`. */
export interface RoiAlignLevelsOptions extends Omit<RoiAlignOptions, 'scale'> {
  /** Image pixels per feature pixel of each level. */
  readonly strides: readonly number[];
  /** Level of each box, from 0: int64 [N, R]. */
  readonly levels: Tensor;
}

/**
 * Pool each box [N, R, 4] from its own level's features: [N R, C, size, size]. Shapes are static, so
 * every level pools every box and a mask picks; the finest level takes most of the time anyway.
 */
export function roiAlignLevels(
  features: readonly Tensor[],
  boxes: Tensor,
  options: RoiAlignLevelsOptions,
): Tensor {
  const { strides, levels, ...pooling } = options;
  if (features.length === 0 || features.length !== strides.length) {
    throw shapeError(
      'roiAlignLevels',
      `there must be one stride per level (${features.length}), got ${strides.length}`,
      features,
      'Give strides from the finest level on.',
    );
  }
  const pooled = features.map((map, level) => {
    const values = roiAlign(map, boxes, { ...pooling, scale: 1 / strides[level]! });
    const isOwn = cast(equal(levels, level), 'float32');
    return mul(values, reshape(isOwn, [values.shape[0]!, 1, 1, 1]));
  });
  return pooled.reduce((total, part) => add(total, part));
}
