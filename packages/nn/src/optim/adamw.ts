/**
 * @file Adam with decoupled weight decay (Loshchilov & Hutter 2019), as PyTorch's AdamW:
 *   w ← w (1 - η λ);  m ← β₁ m + (1 - β₁) g;  v ← β₂ v + (1 - β₂) g²
 *   w ← w - η (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε)
 */
import { LeukoscopeError } from '@leukoscope/core';
import { constant } from '../graph/tensor.ts';
import { add, div, mul, pow, sqrt, sub } from '../ops/elementwise.ts';
import type { Optimiser } from './optimiser.ts';

/** Options of `adamW`. */
export interface AdamWOptions {
  /** @default 0.9 */
  readonly beta1?: number;
  /** @default 0.999 */
  readonly beta2?: number;
  /** @default 1e-8 */
  readonly epsilon?: number;
  /** λ. @default 0.01 */
  readonly weightDecay?: number;
}

/** Make the update rule of AdamW. */
export function adamW(options: AdamWOptions = {}): Optimiser {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  const isShare = (x: number) => x >= 0 && x < 1;
  if (!isShare(beta1) || !isShare(beta2) || !(epsilon > 0) || !(weightDecay >= 0)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `adamW: betas must be from 0 to below 1, epsilon above 0, weightDecay at least 0. Received ${JSON.stringify({ beta1, beta2, epsilon, weightDecay })}.`,
    );
  }
  return {
    name: 'adamW',
    settings: { beta1, beta2, epsilon, weightDecay },
    stateNames: ['m', 'v'],
    update({ value, gradient, foldedScale: s, state, learningRate, step, decays }) {
      // m and v belong to w, so they take dL/dw = s dL/dw'; the step on w' = s w is s times that on w.
      const g = s === undefined ? gradient : s.once(gradient);
      const m = add(mul(state['m']!, beta1), mul(g, 1 - beta1));
      const v = add(mul(state['v']!, beta2), mul(mul(g, g), 1 - beta2));
      const correction1 = sub(1, pow(constant(beta1), step));
      const correction2 = sub(1, pow(constant(beta2), step));
      const denominator = add(sqrt(div(v, correction2)), epsilon);
      const direction = div(m, denominator);
      const move = mul(
        s === undefined ? direction : s.once(direction),
        div(learningRate, correction1),
      );
      const decayed =
        decays && weightDecay > 0 ? mul(value, sub(1, mul(learningRate, weightDecay))) : value;
      return { value: sub(decayed, move), state: { m, v } };
    },
  };
}
