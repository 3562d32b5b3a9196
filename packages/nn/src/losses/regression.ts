/** @file Losses of numbers: squared, absolute, and smooth absolute error. References: torch.nn.functional. */
import { LeukoscopeError } from '@leukoscope/core';
import type { Tensor } from '../graph/tensor.ts';
import { abs, div, minimum, mul, type Operand, sub } from '../ops/elementwise.ts';
import { checkPair, fullWeight, type LossOptions, maskOut, reduceLoss } from './reduce-loss.ts';

/** Options of a regression loss. */
export interface RegressionLossOptions extends LossOptions {
  /** Scales elements; broadcasts as NumPy. @default 1 */
  readonly weight?: Operand;
}

/** (x - t)². */
export function mseLoss(x: Tensor, target: Tensor, options: RegressionLossOptions = {}): Tensor {
  const difference = maskedDifference('mseLoss', x, target, options);
  return finish('mseLoss', mul(difference, difference), options);
}

/** |x - t|. */
export function l1Loss(x: Tensor, target: Tensor, options: RegressionLossOptions = {}): Tensor {
  return finish('l1Loss', abs(maskedDifference('l1Loss', x, target, options)), options);
}

/** Options of `smoothL1Loss`. */
export interface SmoothL1Options extends RegressionLossOptions {
  /** Where the parabola meets the straight line; 0 is `l1Loss`. @default 1 */
  readonly beta?: number;
}

/** d = |x - t|: d² / 2β below β, d - β / 2 above. */
export function smoothL1Loss(x: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor {
  const { beta = 1 } = options;
  if (!(beta >= 0 && Number.isFinite(beta))) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `smoothL1Loss: beta must be at least 0. Received ${beta}.`,
    );
  }
  if (beta === 0) return l1Loss(x, target, options);
  const distance = abs(maskedDifference('smoothL1Loss', x, target, options));
  // With m = min(d, β) both branches are m (d - m / 2) / β: no comparison, no Where.
  const m = minimum(distance, beta);
  const elements = div(mul(m, sub(distance, mul(m, 0.5))), beta);
  return finish('smoothL1Loss', elements, options);
}

function maskedDifference(
  opName: string,
  x: Tensor,
  target: Tensor,
  { mask }: LossOptions,
): Tensor {
  checkPair(opName, x, target);
  return maskOut(sub(x, target), mask);
}

function finish(opName: string, elements: Tensor, options: RegressionLossOptions): Tensor {
  const { weight = 1 } = options;
  return reduceLoss(mul(elements, fullWeight(weight, elements, opName)), options);
}
