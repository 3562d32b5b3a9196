/**
 * @file The loss of types: cross-entropy that takes coarse labels.
 *
 *   l = -(1 - ε) ln Σ_{k allowed} p_k - ε/K Σ_k ln p_k,   loss = Σ w l / max(Σ w, 1)
 *
 * With one class allowed this is torch's cross-entropy with label smoothing.
 */
import {
  add,
  argMax,
  cast,
  div,
  exp,
  gatherElements,
  type LossAndMetrics,
  log,
  logSoftmax,
  maximum,
  mul,
  neg,
  reshape,
  stopGradient,
  sum,
  type Tensor,
} from '@leukoscope/nn';
import type { ClassTruth } from '../truth/class-truth.ts';

/** Options of `classLoss`. */
export interface ClassLossOptions {
  /** ε. @default 0 */
  readonly labelSmoothing?: number;
}

/** Loss and accuracy of logits [N, K]. */
export function classLoss(
  logits: Tensor,
  { allowed, weight }: ClassTruth,
  options: ClassLossOptions = {},
): LossAndMetrics {
  const { labelSmoothing = 0 } = options;
  const [N, K] = logits.shape as [number, number];
  const logP = logSoftmax(logits);
  // The small number keeps the logarithm finite where all allowed classes are as good as impossible.
  const hit = neg(log(add(sum(mul(exp(logP), allowed), [1]), 1e-7))); // [N]
  const even = neg(mul(sum(logP, [1]), 1 / K));
  const each = add(mul(hit, 1 - labelSmoothing), mul(even, labelSmoothing));
  const counted = maximum(sum(weight), 1);
  const loss = div(sum(mul(each, weight)), counted);
  const best = reshape(argMax(logits, 1), [N, 1]);
  const isRight = reshape(gatherElements(allowed, best, 1), [N]);
  const accuracy = div(sum(mul(stopGradient(cast(isRight, 'float32')), weight)), counted);
  return { loss, metrics: { accuracy } };
}
