/**
 * @file Softmax cross-entropy over classes on axis 1: logits [N, C] or [N, C, ...] as in PyTorch.
 *
 *   l = -Σ_c w_c q_c log p_c,  q = (1 - ε) onehot(y) + ε / C
 *
 * Reference: torch.nn.functional.cross_entropy. The mean divides by Σ w_y over elements that count
 * (class indices), or by the number of elements (class probabilities), exactly as there.
 */
import { float32, LeukoscopeError } from '@leukoscope/core';
import { sameShape } from '../graph/shape.ts';
import { constant, shapeError, type Tensor } from '../graph/tensor.ts';
import { add, and, cast, equal, mul, neg, not, where } from '../ops/elementwise.ts';
import { gather, gatherElements } from '../ops/indexing.ts';
import { sum } from '../ops/reduction.ts';
import { reshape, transpose } from '../ops/shaping.ts';
import { logSoftmax } from '../ops/softmax.ts';
import { alignMask, type LossOptions, maskOut, reduceLoss } from './reduce-loss.ts';

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions extends LossOptions {
  /** One weight per class. @default all 1 */
  readonly classWeights?: readonly number[] | undefined;
  /** ε: the share of the target that is spread evenly over all classes. @default 0 */
  readonly labelSmoothing?: number;
  /** Class index whose elements do not count. @default -100 */
  readonly ignoreIndex?: number;
}

/**
 * Cross-entropy of logits [N, C, ...] with class indices (int64 [N, ...]) or with class probabilities
 * (float32 [N, C, ...]).
 */
export function crossEntropy(
  logits: Tensor,
  target: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  const { classWeights, labelSmoothing = 0 } = options;
  const classes = logits.shape[1] ?? 0;
  checkOptions(classes, classWeights, labelSmoothing);
  const outer = [logits.shape[0]!, ...logits.shape.slice(2)];
  const isIndices = target.dtype === 'int64' && sameShape(target.shape, outer);
  if (!isIndices && !(target.dtype === 'float32' && sameShape(target.shape, logits.shape))) {
    throw shapeError(
      'crossEntropy',
      `the target must be int64[${outer.join(', ')}] or float32[${logits.shape.join(', ')}]`,
      [logits, target],
      'Use cast() or reshape().',
    );
  }
  // Classes last: ONNX Runtime is fast there, and one transpose serves softmax and gather.
  const outerMask = options.mask;
  const logP = logSoftmax(maskOut(classesLast(logits), outerMask), -1); // [N, ..., C]
  const weights = classWeights === undefined ? undefined : constant(float32(classWeights));
  return isIndices
    ? hardLoss(logP, target, weights, options)
    : softLoss(logP, maskOut(classesLast(target), outerMask), weights, options);
}

function hardLoss(
  logP: Tensor,
  target: Tensor,
  weights: Tensor | undefined,
  options: CrossEntropyOptions,
): Tensor {
  const { labelSmoothing = 0, ignoreIndex = -100, mask } = options;
  const exists = not(equal(target, ignoreIndex));
  const counts = mask === undefined ? exists : and(exists, alignMask(mask, target));
  // An index that does not count may lie outside the classes; read class 0 there and drop it below.
  const safe = where(counts, target, 0);
  const logPy = reshape(
    gatherElements(logP, reshape(safe, [...safe.shape, 1]), logP.shape.length - 1),
    target.shape,
  );
  const weightY = weights === undefined ? undefined : gather(weights, safe);
  const hard = neg(weightY === undefined ? logPy : mul(weightY, logPy));
  const elements =
    labelSmoothing === 0
      ? hard
      : add(
          mul(hard, 1 - labelSmoothing),
          mul(spread(logP, weights), -labelSmoothing / logP.shape[logP.shape.length - 1]!),
        );
  const divisor = sum(weightY === undefined ? cast(counts, 'float32') : where(counts, weightY, 0));
  return reduceLoss(elements, { ...options, mask: counts }, divisor);
}

function softLoss(
  logP: Tensor,
  target: Tensor,
  weights: Tensor | undefined,
  options: CrossEntropyOptions,
): Tensor {
  const { labelSmoothing = 0 } = options;
  const classes = logP.shape[logP.shape.length - 1]!;
  const smoothed =
    labelSmoothing === 0 ? target : add(mul(target, 1 - labelSmoothing), labelSmoothing / classes);
  return reduceLoss(neg(spread(mul(smoothed, logP), weights)), options);
}

/** Σ_c w_c x_c over the last axis. */
function spread(x: Tensor, weights: Tensor | undefined): Tensor {
  return sum(weights === undefined ? x : mul(x, weights), [-1]);
}

function classesLast(x: Tensor): Tensor {
  const rank = x.shape.length;
  const order = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1);
  return transpose(x, [...order, 1]);
}

function checkOptions(
  classes: number,
  classWeights: readonly number[] | undefined,
  labelSmoothing: number,
): void {
  if (classWeights !== undefined && classWeights.length !== classes) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `crossEntropy: classWeights must hold one number per class (${classes}). Received ${classWeights.length}.`,
    );
  }
  if (classWeights?.some((weight) => !(weight >= 0))) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `crossEntropy: classWeights must be at least 0. Received [${classWeights.join(', ')}].`,
    );
  }
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `crossEntropy: labelSmoothing must be from 0 to 1. Received ${labelSmoothing}.`,
    );
  }
}
