/** @file Fully connected layers and dropout. */
import { LeukoscopeError, type Shape } from '@leukoscope/core';
import type { Tensor } from '../graph/tensor.ts';
import { add, cast, floor, greaterOrEqual, mul, sub } from '../ops/elementwise.ts';
import { matmul } from '../ops/matmul.ts';
import { reshape } from '../ops/shaping.ts';
import { fill, type Initialiser, kaiming } from '../params/initialise.ts';
import type { Scope } from '../params/scope.ts';

/** x Wᵀ + b with own weights [outputs, inputs]. */
export function linearLayer(
  scope: Scope,
  x: Tensor,
  outputs: number,
  options: { readonly initialise?: Initialiser; readonly bias?: boolean } = {},
): Tensor {
  const inputs = x.shape[x.shape.length - 1]!;
  const w = scope.parameter('weight', [outputs, inputs], {
    initialise: options.initialise ?? kaiming(),
  });
  const y = matmul(x, w, { transposeB: true });
  if (options.bias === false) return y;
  return add(y, scope.parameter('bias', [outputs], { initialise: fill(0) }));
}

/** Flatten all axes but the first. */
export function flatten(x: Tensor): Tensor {
  return reshape(x, [x.shape[0]!, -1]);
}

/**
 * Set a share of the elements to 0 while training and scale the others up by 1 / (1 - share), so that
 * inference needs no change. The mask comes from the run's seed, so a resumed run drops the same.
 */
export function dropoutLayer(scope: Scope, x: Tensor, share: number): Tensor {
  if (!(share >= 0 && share < 1)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `dropout: share must be from 0 to below 1. Received ${share}.`,
    );
  }
  if (scope.mode === 'infer' || share === 0) return x;
  const kept = cast(greaterOrEqual(uniformNoise(scope, x.shape), share), 'float32');
  return mul(mul(x, kept), 1 / (1 - share));
}

/** A map is large where it has so many times more elements than channels and places together. */
const largeTimes = 16;

/**
 * A uniform number in [0, 1) for each element. Of large maps [N, C, H, W] it is the fraction of c + p, with c drawn for each channel and p for
 * each place of an image: any two elements stay independent, and N (C + H W) numbers are handed over instead of N C H W, which for
 * the widest maps took longer than the network.
 */
function uniformNoise(scope: Scope, shape: Shape): Tensor {
  const [N = 1, C = 1, H = 1, W = 1] = shape;
  if (shape.length !== 4 || C * H * W < largeTimes * (C + H * W))
    return scope.noise('noise', shape);
  const byChannel = scope.noise('channel_noise', [N, C, 1, 1]);
  const both = add(byChannel, scope.noise('place_noise', [N, 1, H, W]));
  return sub(both, floor(both));
}
