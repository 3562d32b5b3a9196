/**
 * @file What all losses share: masks of rows that are padding, weights, and the reduction.
 *
 * A mask says which elements exist: the others count nothing, neither in the sum nor in the divisor
 * of the mean, and whatever stands in them (NaN included) reaches neither value nor gradient. A
 * weight scales an element and leaves the divisor alone, as in PyTorch.
 */
import { elementCount } from '@leukoscope/core';
import { broadcastShapes, sameShape } from '../graph/shape.ts';
import { shapeError, type Tensor } from '../graph/tensor.ts';
import { cast, div, greater, maximum, mul, type Operand, where } from '../ops/elementwise.ts';
import { mean, sum } from '../ops/reduction.ts';
import { reshape } from '../ops/shaping.ts';

/** One number: the average or the sum of the elements; or all elements. */
export type Reduction = 'mean' | 'sum' | 'none';

/** What every loss takes. */
export interface LossOptions {
  /** The mean of no element at all is 0 (PyTorch: NaN), so that an image without cells is no fault. @default 'mean' */
  readonly reduction?: Reduction;
  /**
   * True (or > 0) where an element exists. Lined up with the loss's leading axes: a mask [N, R] covers
   * rows of a loss [N, R, 4]. @default all exist
   */
  readonly mask?: Tensor | undefined;
}

/** Line a mask up with a value's leading axes, as bool. */
export function alignMask(mask: Tensor, like: Tensor): Tensor {
  const rank = like.shape.length;
  const full = [...mask.shape, ...Array<number>(Math.max(0, rank - mask.shape.length)).fill(1)];
  const joint = broadcastShapes(full, like.shape);
  if (joint === undefined || !sameShape(joint, like.shape)) {
    throw shapeError(
      'mask',
      'extents must be those of the leading axes of the loss, or 1',
      [mask, like],
      'Use reshape().',
    );
  }
  const aligned = reshape(mask, full);
  return mask.dtype === 'bool' ? aligned : greater(aligned, 0);
}

/** Put 0 where the mask says that nothing is. */
export function maskOut(x: Tensor, mask: Tensor | undefined): Tensor {
  return mask === undefined ? x : where(alignMask(mask, x), x, 0);
}

/**
 * Reduce the elements of a loss. `divisor` replaces the number of elements in the mean (class weights
 * do that in PyTorch's cross-entropy).
 */
export function reduceLoss(
  elements: Tensor,
  options: LossOptions,
  divisor?: Tensor | undefined,
): Tensor {
  const { reduction = 'mean', mask } = options;
  const kept = maskOut(elements, mask);
  if (reduction === 'none') return kept;
  if (reduction === 'sum') return sum(kept);
  if (divisor !== undefined) return safeRatio(sum(kept), divisor);
  if (mask === undefined) return mean(elements);
  return safeRatio(sum(kept), countMasked(mask, elements));
}

/** Σ / divisor, or 0 where the divisor is 0 (then the sum is 0 too). */
function safeRatio(total: Tensor, divisor: Tensor): Tensor {
  // No class weight is as small as this; it only keeps 0 / 0 away.
  return div(total, maximum(divisor, 1e-12));
}

/** How many elements of a loss a mask keeps, as float32. */
function countMasked(mask: Tensor, like: Tensor): Tensor {
  const aligned = cast(alignMask(mask, like), 'float32');
  const repeats = elementCount(like.shape) / elementCount(aligned.shape);
  const count = sum(aligned);
  return repeats === 1 ? count : mul(count, repeats);
}

/** Repeat a number or tensor to a shape where a rule needs the full extent. */
export function fullWeight(weight: Operand, like: Tensor, opName: string): Operand {
  if (typeof weight === 'number') return weight;
  const joint = broadcastShapes(weight.shape, like.shape);
  if (joint === undefined || !sameShape(joint, like.shape)) {
    throw shapeError(
      opName,
      'weights must broadcast to the loss (NumPy rule)',
      [weight, like],
      'Use reshape().',
    );
  }
  return weight;
}

/** Check that a prediction and its target have one shape and are float32. */
export function checkPair(opName: string, x: Tensor, target: Tensor): void {
  if (sameShape(x.shape, target.shape) && x.dtype === 'float32' && target.dtype === 'float32') {
    return;
  }
  throw shapeError(
    opName,
    'prediction and target must be float32 of one shape',
    [x, target],
    'Use reshape() or cast().',
  );
}
