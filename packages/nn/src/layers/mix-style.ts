/** @file MixStyle (Zhou et al. 2021): while training, an example takes on part of another one's contrast and colour. */
import { LeukoscopeError } from '@leukoscope/core';
import type { Tensor } from '../graph/tensor.ts';
import {
  add,
  cast,
  div,
  greaterOrEqual,
  mul,
  sqrt,
  stopGradient,
  sub,
} from '../ops/elementwise.ts';
import { mean } from '../ops/reduction.ts';
import { concat, sliceAxis } from '../ops/shaping.ts';
import type { Scope } from '../params/scope.ts';

/** The published code's ε. */
const epsilon = 1e-6;

/**
 * Mix the statistics of each map with those of the example before it in the batch, for a `share` of the examples:
 * y = (x - μ) / σ · (λσ + (1 - λ)σ') + λμ + (1 - λ)μ', λ uniform in [0, 1). The published λ is Beta(.1, .1), which is
 * nearly 0 or 1: half of those examples would stay as they are. No gradient flows through the statistics.
 */
export function mixStyleLayer(scope: Scope, x: Tensor, share: number): Tensor {
  if (!(share >= 0 && share <= 1)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `mixStyle: share must be from 0 to 1. Received ${share}.`,
    );
  }
  if (scope.mode === 'infer' || share === 0) return x;
  const [examples = 1] = x.shape;
  const centre = stopGradient(mean(x, [2, 3], true));
  const distance = sub(x, centre);
  const spread = stopGradient(sqrt(add(mean(mul(distance, distance), [2, 3], true), epsilon)));
  const each = [examples, 1, 1, 1];
  const isLeft = cast(greaterOrEqual(scope.noise('chosen', each), share), 'float32');
  const drawn = scope.noise('own_part', each);
  const own = add(drawn, mul(sub(1, drawn), isLeft)); // λ, and 1 for the examples that are left as they are
  const mixed = (values: Tensor) => add(mul(values, own), mul(before(values), sub(1, own)));
  return add(mul(div(distance, spread), mixed(spread)), mixed(centre));
}

/** The values of the example before, of the last one for the first. */
function before(values: Tensor): Tensor {
  const count = values.shape[0]!;
  if (count === 1) return values;
  return concat([sliceAxis(values, 0, count - 1, count), sliceAxis(values, 0, 0, count - 1)], 0);
}
