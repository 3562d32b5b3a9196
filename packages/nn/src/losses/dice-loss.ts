/**
 * @file Dice loss: one minus the overlap 2 |P ∩ T| / (|P| + |T|) of soft masks, per class.
 *
 *   D = (2 Σ p t + s) / (Σ p + Σ t + s);   squared (Milletari et al. 2016): Σ p² + Σ t² below
 *
 * Inputs are probabilities (after sigmoid or softmax) and targets in 0..1, both [N, C, ...].
 */
import { elementCount, float32, LeukoscopeError } from '@leukoscope/core';
import { constant, shapeError, type Tensor } from '../graph/tensor.ts';
import { add, div, mul, sub } from '../ops/elementwise.ts';
import { sum } from '../ops/reduction.ts';
import { checkPair, maskOut, type Reduction } from './reduce-loss.ts';

/** Options of `diceLoss`. */
export interface DiceOptions {
  /** @default 'mean' */
  readonly reduction?: Reduction;
  /** s: keeps 0 / 0 away and gives an empty class that stays empty a loss of 0. @default 1 */
  readonly smooth?: number;
  /** Squares in the denominator. @default false */
  readonly squared?: boolean;
  /** Whether overlap is counted in each image, or once in the whole batch. @default 'image' */
  readonly over?: 'image' | 'batch';
  /** One weight per class; the mean divides by their sum. @default all 1 */
  readonly classWeights?: readonly number[] | undefined;
  /** True where pixels exist, lined up with the leading axes: [N], [N, C] or [N, 1, H, W]. @default all exist */
  readonly mask?: Tensor | undefined;
}

/** Dice loss of probabilities [N, C, ...]: elements are [N, C], or [C] over the batch. */
export function diceLoss(
  probabilities: Tensor,
  targets: Tensor,
  options: DiceOptions = {},
): Tensor {
  const { smooth = 1, squared = false, over = 'image', classWeights, mask } = options;
  checkPair('diceLoss', probabilities, targets);
  const classes = probabilities.shape[1];
  if (probabilities.shape.length < 3 || classes === undefined) {
    throw shapeError('diceLoss', 'probabilities must be [N, C, ...]', [probabilities], '');
  }
  if (!(smooth > 0)) {
    throw new LeukoscopeError('NN_OPTION', `diceLoss: smooth must be above 0. Received ${smooth}.`);
  }
  if (classWeights !== undefined && classWeights.length !== classes) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `diceLoss: classWeights must hold one number per class (${classes}). Received ${classWeights.length}.`,
    );
  }
  const p = maskOut(probabilities, mask);
  const t = maskOut(targets, mask);
  const pixels = p.shape.flatMap((_, axis) => (axis >= 2 ? [axis] : []));
  const axes = over === 'batch' ? [0, ...pixels] : pixels;
  const size = (x: Tensor) => sum(squared ? mul(x, x) : x, axes);
  const overlap = add(mul(sum(mul(p, t), axes), 2), smooth);
  const elements = sub(1, div(overlap, add(add(size(p), size(t)), smooth)));
  return reduceClasses(elements, options);
}

function reduceClasses(elements: Tensor, options: DiceOptions): Tensor {
  const { reduction = 'mean', classWeights } = options;
  const weighted =
    classWeights === undefined ? elements : mul(elements, constant(float32(classWeights)));
  if (reduction === 'none') return weighted;
  if (reduction === 'sum') return sum(weighted);
  const classes = elements.shape[elements.shape.length - 1]!;
  const rows = elementCount(elements.shape) / classes;
  const total = classWeights?.reduce((a, b) => a + b, 0) ?? classes;
  return div(sum(weighted), rows * total);
}
