/** @file Layers that normalise: batch (with running statistics), group, L2. */
import { elementCount } from '@leukoscope/core';
import type { Tensor } from '../graph/tensor.ts';
import { add, div, mul, sqrt, stopGradient, sub } from '../ops/elementwise.ts';
import { batchNorm, channelAffine, groupNorm, l2Norm } from '../ops/normalisation.ts';
import { fill } from '../params/initialise.ts';
import type { Scope } from '../params/scope.ts';

/** ε of every norm, unless the model says otherwise (PyTorch's default). */
export const normEpsilon = 1e-5;

/** Options of a batch norm. */
export interface BatchNormOptions {
  /** @default 1e-5 */
  readonly epsilon?: number;
  /** Share of the new statistics in the running ones. @default 0.1 */
  readonly momentum?: number;
  /** First value of the scale. @default 1 */
  readonly gamma?: number;
}

/** Normalise by the batch while training (and keep running statistics), by those at inference. */
export function batchNormLayer(scope: Scope, x: Tensor, options: BatchNormOptions = {}): Tensor {
  const { epsilon = normEpsilon, momentum = 0.1, gamma: firstGamma = 1 } = options;
  const channels = x.shape[1]!;
  const gamma = scope.parameter('weight', [channels], { initialise: fill(firstGamma) });
  const beta = scope.parameter('bias', [channels], { initialise: fill(0) });
  const runningMean = scope.buffer('running_mean', [channels], 0);
  const runningVariance = scope.buffer('running_var', [channels], 1);
  if (scope.mode === 'infer') {
    // γ (x - μ) / √(σ² + ε) + β = s x + (β - s μ); ONNX Runtime works the vectors out once at load.
    const scale = div(gamma, sqrt(add(runningVariance, epsilon)));
    return channelAffine(x, scale, sub(beta, mul(scale, runningMean)));
  }
  const { y, mean, variance } = batchNorm(x, gamma, beta, { epsilon });
  const count = elementCount(x.shape) / channels;
  // Running variance is unbiased, as in PyTorch: n / (n - 1) times the batch's own.
  const unbiased = mul(stopGradient(variance), count > 1 ? count / (count - 1) : 1);
  // A norm that is applied several times in a step moves its statistics once per use.
  const blend = (running: Tensor, current: Tensor) =>
    add(mul(scope.current(running), 1 - momentum), mul(current, momentum));
  scope.update(runningMean, blend(runningMean, stopGradient(mean)));
  scope.update(runningVariance, blend(runningVariance, unbiased));
  return y;
}

/** Normalise over groups of channels, the same while training and at inference. */
export function groupNormLayer(
  scope: Scope,
  x: Tensor,
  groups: number,
  options: Omit<BatchNormOptions, 'momentum'> = {},
): Tensor {
  const { epsilon = normEpsilon, gamma: firstGamma = 1 } = options;
  const channels = x.shape[1]!;
  const gamma = scope.parameter('weight', [channels], { initialise: fill(firstGamma) });
  const beta = scope.parameter('bias', [channels], { initialise: fill(0) });
  return groupNorm(x, groups, gamma, beta, { epsilon });
}

/** Scale every pixel's channels to unit length, times a learned scale (SSD: first value 20). */
export function l2NormLayer(scope: Scope, x: Tensor, firstScale = 20): Tensor {
  const scale = scope.parameter('weight', [x.shape[1]!], { initialise: fill(firstScale) });
  return l2Norm(x, scale);
}
