/**
 * @file Losses of independent yes/no decisions, from logits x and targets t in 0..1.
 *
 * Written with softplus(x) = ln(1 + e^x), which neither overflows nor loses digits:
 *   -log σ(x) = softplus(-x),   -log(1 - σ(x)) = softplus(x) = x + softplus(-x)
 */
import { LeukoscopeError } from '@leukoscope/core';
import { constant, shapeError, type Tensor } from '../graph/tensor.ts';
import { sigmoid, softplus } from '../ops/activation.ts';
import { add, maximum, mul, neg, type Operand, pow, sub, where } from '../ops/elementwise.ts';
import { gather, range } from '../ops/indexing.ts';
import { reshape } from '../ops/shaping.ts';
import {
  alignMask,
  checkPair,
  fullWeight,
  type LossOptions,
  maskOut,
  reduceLoss,
} from './reduce-loss.ts';

/** Options of `bceWithLogits`. */
export interface BceOptions extends LossOptions {
  /** Scales elements; broadcasts as NumPy. @default 1 */
  readonly weight?: Operand;
  /** Scales the part of the positives: above 1 it trades precision for recall. @default 1 */
  readonly positiveWeight?: Operand;
}

/** Binary cross-entropy: w ((1 - t) x + (1 + (p - 1) t) softplus(-x)), as binary_cross_entropy_with_logits. */
export function bceWithLogits(logits: Tensor, targets: Tensor, options: BceOptions = {}): Tensor {
  const { weight = 1, positiveWeight = 1, mask } = options;
  checkPair('bceWithLogits', logits, targets);
  const x = maskOut(logits, mask);
  const t = maskOut(targets, mask);
  const elements = bceElements(x, t, fullWeight(positiveWeight, x, 'bceWithLogits'));
  return reduceLoss(mul(elements, fullWeight(weight, x, 'bceWithLogits')), options);
}

function bceElements(x: Tensor, t: Tensor, positiveWeight: Operand): Tensor {
  const rest = softplus(neg(x));
  const scaled = positiveWeight === 1 ? rest : mul(add(mul(t, sub(positiveWeight, 1)), 1), rest);
  return add(mul(sub(1, t), x), scaled);
}

/** Options of `sigmoidFocalLoss`. */
export interface FocalOptions extends LossOptions {
  /** Weight of positives; negatives get 1 - α. `'none'`: no such weight. @default 0.25 */
  readonly alpha?: number | 'none';
  /** γ: how strongly easy elements are faded out. @default 2 */
  readonly gamma?: number;
}

/**
 * Focal loss (Lin et al. 2017): α_t (1 - p_t)^γ BCE, with p_t = p t + (1 - p)(1 - t), as torchvision's
 * `sigmoid_focal_loss`. RetinaNet and FCOS take the sum divided by the number of positives.
 */
export function sigmoidFocalLoss(
  logits: Tensor,
  targets: Tensor,
  options: FocalOptions = {},
): Tensor {
  const { alpha = 0.25, gamma = 2, mask } = options;
  if (!(gamma >= 0) || (alpha !== 'none' && !(alpha >= 0 && alpha <= 1))) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `sigmoidFocalLoss: alpha must be from 0 to 1 (or 'none') and gamma at least 0. Received alpha ${alpha}, gamma ${gamma}.`,
    );
  }
  checkPair('sigmoidFocalLoss', logits, targets);
  const x = maskOut(logits, mask);
  const t = maskOut(targets, mask);
  const bce = bceElements(x, t, 1);
  // 1 - p_t = σ(x)(1 - t) + σ(-x) t: no difference of near-equal numbers, so it keeps its digits.
  const miss = add(mul(sigmoid(x), sub(1, t)), mul(sigmoid(neg(x)), t));
  // Its power's slope γ m^(γ-1) is infinite at m = 0 for γ < 1; m underflows to 0 beyond |x| = 103.
  const faded = gamma === 0 ? bce : mul(pow(maximum(miss, 1e-37), gamma), bce);
  const weighted = alpha === 'none' ? faded : mul(add(mul(t, 2 * alpha - 1), 1 - alpha), faded); // α t + (1-α)(1-t)
  return reduceLoss(weighted, options);
}

/**
 * Mask loss of Mask R-CNN, with soft targets as in LeukocyteMask (Fan et al. 2019): binary
 * cross-entropy between the mask that a RoI's own class predicts and a target of shares in 0..1.
 * Logits [R, K, M, M], targets [R, M, M], class index int64 [R]; rows that the mask [R] leaves out may
 * hold any class index. K = 1 is a mask that does not depend on the class.
 */
export function softMaskLoss(
  logits: Tensor,
  targets: Tensor,
  classIndex: Tensor,
  options: LossOptions = {},
): Tensor {
  const [rois, classes, height, width] = logits.shape as [number, number, number, number];
  if (logits.shape.length !== 4 || classIndex.shape.length !== 1 || classIndex.shape[0] !== rois) {
    throw shapeError(
      'softMaskLoss',
      'logits must be [R, K, M, M] and the class index int64 [R]',
      [logits, targets, classIndex],
      'Flatten the images into R.',
    );
  }
  const own = classes === 1 ? logits : ownChannel(logits, classIndex, options.mask);
  return bceWithLogits(reshape(own, [rois, height, width]), targets, options);
}

/** The channel of each RoI's class: rows r K + k of [R K, M, M]. */
function ownChannel(logits: Tensor, classIndex: Tensor, mask: Tensor | undefined): Tensor {
  const [rois, classes, height, width] = logits.shape as [number, number, number, number];
  const safe = mask === undefined ? classIndex : where(alignMask(mask, classIndex), classIndex, 0);
  const first = mul(range(rois), constantInt(classes));
  return gather(reshape(logits, [rois * classes, height, width]), add(first, safe));
}

function constantInt(value: number): Tensor {
  return constant({ dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(value)) });
}
