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

/** Which size belongs to which level. */
export interface FpnLevelOptions {
  /** Side of the box that belongs to `canonicalLevel`. @default 224 */
  readonly canonicalSize?: number;
  /** Level of stride 2^canonicalLevel. @default 4 */
  readonly canonicalLevel?: number;
}

/**
 * Level of each box [..., 4], counted from the finest: int64 [...]. The levels there are follow from
 * their strides, which must be powers of two that double: stride 4 is level 2, stride 8 level 3.
 */
export function fpnLevels(
  boxes: Tensor,
  strides: readonly number[],
  options: FpnLevelOptions = {},
): Tensor {
  const { canonicalSize = 224, canonicalLevel = 4 } = options;
  const lowest = Math.log2(strides[0] ?? 0);
  const doubles = strides.every((stride, i) => stride === 2 ** (lowest + i));
  if (!(Number.isInteger(lowest) && doubles && canonicalSize > 0)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `fpnLevels: strides must be powers of two that double, finest first, and canonicalSize above 0. Received [${strides.join(', ')}] and ${canonicalSize}.`,
    );
  }
  const [x1, y1, x2, y2] = boxSides(boxes);
  const area = mul(sub(x2, x1), sub(y2, y1));
  // A box is at least at level k if √area >= 224 · 2^(k - 4): counting those needs no logarithm.
  // torchvision adds 1e-6 to the logarithm, so that boxes of exactly that size reach the level.
  const steps = Array.from({ length: strides.length - 1 }, (_, i) => {
    const side = canonicalSize * 2 ** (lowest + 1 + i - canonicalLevel - 1e-6);
    return cast(greaterOrEqual(area, side * side), 'int64');
  });
  const { shape } = area;
  const zeros = constant(int64(new Float32Array(elementCount(shape)), shape));
  return steps.reduce((total, step) => add(total, step), zeros);
}

/** Options of `roiAlignLevels`. */
export interface RoiAlignLevelsOptions extends FpnLevelOptions, Omit<RoiAlignOptions, 'scale'> {
  /** Image pixels per feature pixel of each level, finest first; they say which levels there are. */
  readonly strides: readonly number[];
}

/**
 * Pool each box [N, R, 4] from the features of its own level: [N R, C, size, size]. Shapes are static,
 * so every level pools every box and a mask picks; the finest level takes most of the time anyway.
 */
export function roiAlignLevels(
  features: readonly Tensor[],
  boxes: Tensor,
  options: RoiAlignLevelsOptions,
): Tensor {
  const { strides, canonicalSize, canonicalLevel, ...pooling } = options;
  if (features.length === 0 || features.length !== strides.length) {
    throw shapeError(
      'roiAlignLevels',
      `there must be one stride per level (${features.length}), got ${strides.length}`,
      features,
      'Give strides from the finest level on.',
    );
  }
  const levels = fpnLevels(boxes, strides, {
    ...(canonicalSize === undefined ? {} : { canonicalSize }),
    ...(canonicalLevel === undefined ? {} : { canonicalLevel }),
  });
  const pooled = features.map((map, level) => {
    const values = roiAlign(map, boxes, { ...pooling, scale: 1 / strides[level]! });
    const isOwn = cast(equal(levels, level), 'float32');
    return mul(values, reshape(isOwn, [values.shape[0]!, 1, 1, 1]));
  });
  return pooled.reduce((total, part) => add(total, part));
}
