/**
 * @file The few blocks that locator and refiner are made of: plain 3x3 convolutions with batch norm.
 *
 * Plain convolutions with few channels run at 300 GFLOP/s where depthwise ones reach 20, and become int8
 * without loss of form (see docs/decisions/0080).
 */
import {
  add,
  type ConvNormOptions,
  convNormLayer,
  relu,
  resizeNearest,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';

/** What normalises after each convolution. @default batch norm */
export type BlockNorm = Pick<ConvNormOptions, 'norm' | 'normGroups'>;

/** 3x3 convolution, norm, ReLU. */
export function convBlock(
  scope: Scope,
  x: Tensor,
  channels: number,
  stride = 1,
  norm: BlockNorm = {},
): Tensor {
  return relu(convNormLayer(scope, x, { channels, stride, ...norm }));
}

/** 1x1 convolution, batch norm, ReLU. */
export function mixBlock(scope: Scope, x: Tensor, channels: number): Tensor {
  return relu(convNormLayer(scope, x, { channels, kernel: 1 }));
}

/** relu(x + norm(conv(relu(norm(conv(x)))))): He et al. 2016, without a change of size. */
export function residualBlock(scope: Scope, x: Tensor, norm: BlockNorm = {}): Tensor {
  const channels = x.shape[1]!;
  const middle = convBlock(scope.at('first'), x, channels, 1, norm);
  // A small first gain makes every block begin near the identity, which steadies short trainings.
  const change = convNormLayer(scope.at('second'), middle, { channels, gamma: 0.2, ...norm });
  return relu(add(x, change));
}

/** One stage: a strided convolution, then residual blocks. */
export function stage(
  scope: Scope,
  x: Tensor,
  channels: number,
  blocks: number,
  norm: BlockNorm = {},
): Tensor {
  let y = convBlock(scope.at('down'), x, channels, 2, norm);
  for (let i = 0; i < blocks; i++) y = residualBlock(scope.at(i), y, norm);
  return y;
}

/** Add a coarse map, enlarged twice, to a finer one brought to its channels; smooth with one 3x3. */
export function mergeUp(
  scope: Scope,
  coarse: Tensor,
  fine: Tensor,
  channels: number,
  norm: BlockNorm = {},
): Tensor {
  const [, , height, width] = fine.shape as [number, number, number, number];
  const lateral = convNormLayer(scope.at('lateral'), fine, { channels, kernel: 1, ...norm });
  const above = convNormLayer(scope.at('above'), coarse, { channels, kernel: 1, ...norm });
  const joined = relu(add(resizeNearest(above, [height, width]), lateral));
  return convBlock(scope.at('smooth'), joined, channels, 1, norm);
}
