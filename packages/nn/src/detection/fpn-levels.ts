/**
 * @file Which pyramid level a RoI is pooled from, and pooling from all levels at once.
 *
 *   level = floor(4 + log2(√area / 224)), limited to the levels there are   (Lin et al. 2017, eq. 1)
 */
import { elementCount, int64, LeukoscopeError } from '@leukoscope/core';
import { applyOp1, constant, type Tensor } from '../graph/tensor.ts';
import { add, cast, greaterOrEqual, lessOrEqual, mul, sub } from '../ops/elementwise.ts';
import { mean } from '../ops/reduction.ts';
import type { RoiAlignOptions } from '../ops/roi-align.ts';
import { levelValues, roiAlignLevelsOp } from '../ops/roi-align-levels.ts';
import { samplePositions } from '../ops/roi-gradient.ts';
import { reshape, sliceAxis } from '../ops/shaping.ts';
import { clipBoxes } from './filter-proposals.ts';
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
export interface RoiAlignLevelsOptions
  extends FpnLevelOptions,
    Pick<RoiAlignOptions, 'size' | 'aligned'> {
  /** Image pixels per feature pixel of each level, finest first; they say which levels there are. */
  readonly strides: readonly number[];
  /** Samples per bin and axis. @default 2 */
  readonly samples?: number;
}

/**
 * Pool each box [N, R, 4] from the features of its own level: [N R, C, size, size]. Boxes are limited to
 * the image first.
 */
export function roiAlignLevels(
  features: readonly Tensor[],
  boxes: Tensor,
  options: RoiAlignLevelsOptions,
): Tensor {
  const { strides, size = 7, samples = 2, aligned = true, ...levelOptions } = options;
  if (![size, samples].every((count) => Number.isInteger(count) && count >= 1)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `roiAlignLevels: size and samples must be whole numbers of at least 1. Received ${size} and ${samples}.`,
    );
  }
  const levels = fpnLevels(boxes, strides, levelOptions);
  const [height, width] = (features[0]?.shape.slice(2) ?? []) as [number, number];
  const inside = clipBoxes(boxes, { width: width * strides[0]!, height: height * strides[0]! });
  const bins = { bins: size, samples, aligned };
  const pooled = applyOp1(roiAlignLevelsOp, [inside, levels, ...features], {
    size,
    samples,
    aligned,
    strides,
  });
  if (aligned) return pooled;
  // A box that counts as one pixel wide can reach over the border; torchvision takes 0 there, and since
  // its other samples have the border's value too, the share of those inside is all that changes.
  const fixed = mul(
    inside,
    levelValues(
      strides.map((stride) => 1 / stride),
      levels,
    ),
  );
  const side = (index: number) => sliceAxis(fixed, 2, index, index + 1);
  const share = (axis: 0 | 1) => {
    const position = samplePositions(side(axis), side(axis + 2), bins);
    const last = levelValues(
      features.map((map) => map.shape[3 - axis]!),
      levels,
    );
    const isInside = cast(lessOrEqual(position, last), 'float32');
    return mean(reshape(isInside, [pooled.shape[0]!, size, samples]), [2]); // [N R, P]
  };
  const [rows, channels] = pooled.shape as [number, number];
  const both = mul(reshape(share(1), [rows, size, 1]), reshape(share(0), [rows, 1, size]));
  const flat = reshape(pooled, [rows, channels, size * size]);
  return reshape(mul(flat, reshape(both, [rows, 1, size * size])), pooled.shape);
}
