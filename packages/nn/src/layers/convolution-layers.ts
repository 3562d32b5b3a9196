/** @file Layers that own convolution weights. Parameter names are those of PyTorch modules. */

import type { Tensor } from '../graph/tensor.ts';
import { type ConvOptions, conv2d, convTranspose2d, type Pair } from '../ops/convolution.ts';
import { add } from '../ops/elementwise.ts';
import { channelAffine } from '../ops/normalisation.ts';
import { reshape } from '../ops/shaping.ts';
import { foldedNames } from '../params/fold.ts';
import { fill, type Initialiser, kaiming } from '../params/initialise.ts';
import type { Scope } from '../params/scope.ts';
import { batchNormLayer, groupNormLayer, normEpsilon } from './norm-layers.ts';

/** What a convolution layer is made of. */
export interface ConvLayerOptions {
  readonly channels: number;
  /** @default 3 */
  readonly kernel?: Pair;
  /** @default 1 */
  readonly stride?: Pair;
  /** @default keeps the size at stride 1: dilation (kernel - 1) / 2 */
  readonly padding?: ConvOptions['padding'];
  /** @default 1 */
  readonly dilation?: Pair;
  /** @default 1 */
  readonly groups?: number;
  /** @default kaiming('fan-in') */
  readonly initialise?: Initialiser;
}

const pair = (value: Pair): readonly [number, number] =>
  typeof value === 'number' ? [value, value] : value;

/** The convolution's options and its weights' shape. */
function resolve(x: Tensor, options: ConvLayerOptions) {
  const { channels, kernel = 3, stride = 1, dilation = 1, groups = 1 } = options;
  const [kernelHeight, kernelWidth] = pair(kernel);
  const [dilationY, dilationX] = pair(dilation);
  const same: [number, number] = [
    Math.floor((dilationY * (kernelHeight - 1)) / 2),
    Math.floor((dilationX * (kernelWidth - 1)) / 2),
  ];
  return {
    convolution: { stride, padding: options.padding ?? same, dilation, groups },
    shape: [channels, x.shape[1]! / groups, kernelHeight, kernelWidth],
    initialise: options.initialise ?? kaiming(),
  };
}

/** Convolve with own weights, `weight` and (unless switched off) `bias`. */
export function convLayer(
  scope: Scope,
  x: Tensor,
  options: ConvLayerOptions & { /** @default true */ readonly bias?: boolean },
): Tensor {
  const { convolution, shape, initialise } = resolve(x, options);
  const w = scope.parameter('weight', shape, { initialise });
  const bias =
    options.bias === false
      ? undefined
      : scope.parameter('bias', [options.channels], { initialise: fill(0) });
  return conv2d(x, w, { ...convolution, bias });
}

/**
 * What follows a convolution: a norm by batch statistics; one with fixed statistics, folded into the
 * weights; one over groups of channels, never folded; or none, so that the convolution has a bias.
 */
export type NormMode = 'batch' | 'frozen' | 'group' | 'none';

/** What a convolution with a norm is made of. */
export interface ConvNormOptions extends ConvLayerOptions {
  /** Names below the scope. @default { conv: 'conv', norm: 'bn' } */
  readonly names?: { readonly conv: string; readonly norm: string };
  /** @default 'batch' */
  readonly norm?: NormMode;
  /** Groups of channels of the norm 'group' (`groups` are the convolution's). @default 32 */
  readonly normGroups?: number;
  /**
   * Whether the convolution has a bias although a norm follows, as in some published weights. A batch
   * norm takes it away again, so that it teaches nothing. (Without a norm there always is one.)
   * @default false
   */
  readonly bias?: boolean;
  /** @default 1e-5 */
  readonly epsilon?: number;
  /** Share of the new statistics in the running ones. @default 0.1 */
  readonly momentum?: number;
  /** First value of the norm's scale. @default 1 */
  readonly gamma?: number;
}

/**
 * Convolve without bias, then normalise. Where the statistics are fixed (a batch norm at inference, or
 * `norm: 'frozen'`) both become one convolution with a bias.
 */
export function convNormLayer(scope: Scope, x: Tensor, options: ConvNormOptions): Tensor {
  const { names = { conv: 'conv', norm: 'bn' }, norm = 'batch', normGroups = 32 } = options;
  if (norm === 'none') return convLayer(scope.at(names.conv), x, { ...options, bias: true });
  const { convolution, shape, initialise } = resolve(x, options);
  const convScope = scope.at(names.conv);
  const normScope = scope.at(names.norm);
  const declareBias = (isTrainable: boolean) =>
    options.bias === true
      ? convScope.parameter('bias', [options.channels], { initialise: fill(0), isTrainable })
      : undefined;
  if (norm === 'group' || (norm === 'batch' && scope.mode === 'train')) {
    const w = convScope.parameter('weight', shape, { initialise });
    const y = conv2d(x, w, { ...convolution, bias: declareBias(true) });
    return norm === 'group'
      ? groupNormLayer(normScope, y, normGroups, options)
      : batchNormLayer(normScope, y, options);
  }
  const { channels } = options;
  declareFrozenNorm(normScope, channels, options.gamma ?? 1);
  const hasBias = declareBias(false) !== undefined;
  const w = convScope.parameter('weight', shape, {
    initialise,
    foldedNorm: {
      key: normScope.path,
      epsilon: options.epsilon ?? normEpsilon,
      biasKey: hasBias ? `${convScope.path}.bias` : undefined,
    },
  });
  return conv2d(x, w, { ...convolution, bias: normScope.derived(foldedNames.shift, [channels]) });
}

/** Declare a norm's four vectors without using them in the graph: folding reads them. */
function declareFrozenNorm(scope: Scope, channels: number, gamma: number): void {
  scope.parameter('weight', [channels], { initialise: fill(gamma), isTrainable: false });
  scope.parameter('bias', [channels], { initialise: fill(0), isTrainable: false });
  scope.buffer('running_mean', [channels], 0);
  scope.buffer('running_var', [channels], 1);
}

/** Transposed convolution with own weights [C, O, k, k]. */
export function convTransposeLayer(
  scope: Scope,
  x: Tensor,
  options: {
    readonly channels: number;
    readonly kernel: number;
    readonly stride: number;
    /** @default 0 */
    readonly padding?: number;
    /** @default true */
    readonly bias?: boolean;
    /** @default kaiming('fan-in') */
    readonly initialise?: Initialiser;
  },
): Tensor {
  const { channels, kernel, stride, padding = 0 } = options;
  const shape = [x.shape[1]!, channels, kernel, kernel];
  const w = scope.parameter('weight', shape, { initialise: options.initialise ?? kaiming() });
  const y = convTranspose2d(x, w, { stride, padding });
  if (options.bias === false) return y;
  const bias = scope.parameter('bias', [channels], { initialise: fill(0) });
  return add(y, reshape(bias, [1, channels, 1, 1]));
}

/** Scale and shift every channel with own numbers. */
export function channelAffineLayer(scope: Scope, x: Tensor): Tensor {
  const channels = x.shape[1]!;
  const scale = scope.parameter('weight', [channels], { initialise: fill(1) });
  const shift = scope.parameter('bias', [channels], { initialise: fill(0) });
  return channelAffine(x, scale, shift);
}
