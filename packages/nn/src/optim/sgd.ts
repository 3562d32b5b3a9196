/**
 * @file Stochastic gradient descent with momentum, Nesterov's look-ahead and weight decay, as PyTorch:
 *   g ← g + λ w;  v ← μ v + g (v = g at the first step);  w ← w - η v, or w - η (g + μ v) (Nesterov)
 */
import { LeukoscopeError } from '@leukoscope/core';
import { add, mul, sub } from '../ops/elementwise.ts';
import type { Optimiser } from './optimiser.ts';

/** Options of `sgd`. */
export interface SgdOptions {
  /** μ. @default 0 */
  readonly momentum?: number;
  /** λ. @default 0 */
  readonly weightDecay?: number;
  /** @default false */
  readonly nesterov?: boolean;
}

/** Make the update rule of gradient descent. */
export function sgd(options: SgdOptions = {}): Optimiser {
  const { momentum = 0, weightDecay = 0, nesterov = false } = options;
  if (!(momentum >= 0 && momentum < 1) || !(weightDecay >= 0) || (nesterov && momentum === 0)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `sgd: momentum must be from 0 to below 1 (above 0 with nesterov), weightDecay at least 0. Received momentum ${momentum}, weightDecay ${weightDecay}.`,
    );
  }
  return {
    name: 'sgd',
    settings: { momentum, weightDecay, nesterov },
    stateNames: momentum === 0 ? [] : ['momentum'],
    update({ value, gradient, foldedScale: s, state, learningRate, decays }) {
      // On w' = s w the same step is: g' = s² dL/dw' + λ w', because both terms are multiplied by s.
      const scaled = s === undefined ? gradient : s.squared(gradient);
      const g = decays && weightDecay > 0 ? add(scaled, mul(value, weightDecay)) : scaled;
      if (momentum === 0) return { value: sub(value, mul(g, learningRate)), state: {} };
      // v starts at 0, so the first step gives v = g, as PyTorch.
      const v = add(mul(state['momentum']!, momentum), g);
      const direction = nesterov ? add(g, mul(v, momentum)) : v;
      return { value: sub(value, mul(direction, learningRate)), state: { momentum: v } };
    },
  };
}
