/**
 * @file Convolution and transposed convolution of images [N, C, H, W], and their two gradients.
 *
 * The gradients are ops of their own, because one mathematical gradient has several formulations in
 * ONNX whose speeds differ tenfold; conv-input-gradient.ts and conv-weight-gradient.ts choose.
 * Weights: convolution [O, C/groups, kH, kW], transposed convolution [C, O/groups, kH, kW].
 */
import { LeukoscopeError } from '@leukoscope/core';
import { windowExtent } from '../graph/shape.ts';
import { applyOp1, type Op, shapeError, type Tensor } from '../graph/tensor.ts';
import type { ConvAttributes } from './conv-attributes.ts';
import { emitForward } from './conv-forward.ts';
import { emitInputGradient } from './conv-input-gradient.ts';
import { emitWeightGradient } from './conv-weight-gradient.ts';
import { add } from './elementwise.ts';
import { sum } from './reduction.ts';
import { reshape } from './shaping.ts';

function outputExtents(x: Tensor, kernel: readonly number[], a: ConvAttributes): number[] {
  return [0, 1].map((i) =>
    windowExtent(
      x.shape[2 + i]!,
      kernel[i]!,
      a.strides[i]!,
      a.pads[i]!,
      a.pads[2 + i]!,
      a.dilations[i]!,
    ),
  );
}

export const conv2dOp: Op<ConvAttributes> = {
  name: 'conv2d',
  infer: (inputs, a) => {
    const [x, w, bias] = inputs as [Tensor, Tensor, Tensor | undefined];
    if (x.shape.length !== 4 || w.shape.length !== 4) {
      throw shapeError(
        'conv2d',
        'x must be [N, C, H, W] and w [O, C/groups, kH, kW]',
        inputs,
        'Use reshape().',
      );
    }
    if (x.shape[1] !== w.shape[1]! * a.groups || w.shape[0]! % a.groups !== 0) {
      throw shapeError(
        'conv2d',
        `channels of x must be ${w.shape[1]} * groups (${a.groups}), and O divisible by groups`,
        inputs,
        'Check the layer before, or groups.',
      );
    }
    if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== w.shape[0])) {
      throw shapeError('conv2d', 'bias must be [O]', inputs, 'Give one number per output channel.');
    }
    const extents = outputExtents(x, w.shape.slice(2), a);
    if (extents.some((extent) => extent < 1)) {
      throw shapeError(
        'conv2d',
        'the kernel must fit into the padded image',
        inputs,
        'Use a larger image, more padding or a smaller kernel.',
      );
    }
    return [{ shape: [x.shape[0]!, w.shape[0]!, ...extents], dtype: x.dtype }];
  },
  emit: (emitter, node) => [emitForward(emitter, node)],
  gradient: {
    backward: (node, [g], needed) => {
      if (g === undefined) return node.inputs.map(() => undefined);
      const [x, w, bias] = node.inputs as [Tensor, Tensor, Tensor | undefined];
      return [
        needed[0] ? conv2dInputGradient(g, w, x, node.attributes) : undefined,
        needed[1] ? conv2dWeightGradient(x, g, w, node.attributes) : undefined,
        ...(bias === undefined ? [] : [needed[2] ? sum(g, [0, 2, 3]) : undefined]),
      ];
    },
  },
};

/** dL/dx from g = dL/dy [N, O, H', W'] and the weights; also the forward of a transposed convolution. */
export const conv2dInputGradientOp: Op<ConvAttributes & { readonly size: readonly number[] }> = {
  name: 'conv2dInputGradient',
  infer: ([g, w], a) => [
    { shape: [g!.shape[0]!, w!.shape[1]! * a.groups, ...a.size], dtype: g!.dtype },
  ],
  emit: (emitter, node) => [emitInputGradient(emitter, node)],
  gradient: {
    // The map g -> dx is the transpose of x -> y: its own gradients are a convolution and, with the
    // roles of image and gradient exchanged, the same weight gradient.
    backward: (node, [gg], needed) => {
      if (gg === undefined) return [undefined, undefined];
      const [g, w] = node.inputs as [Tensor, Tensor];
      const { size: _size, ...conv } = node.attributes;
      return [
        needed[0] ? applyOp1(conv2dOp, [gg, w], conv) : undefined,
        needed[1] ? conv2dWeightGradient(gg, g, w, conv) : undefined,
      ];
    },
  },
};

/** dL/dw from the image and g = dL/dy. */
export const conv2dWeightGradientOp: Op<ConvAttributes & { readonly shape: readonly number[] }> = {
  name: 'conv2dWeightGradient',
  infer: ([x], a) => [{ shape: a.shape, dtype: x!.dtype }],
  emit: (emitter, node) => [emitWeightGradient(emitter, node)],
  gradient: 'none',
};

function conv2dInputGradient(g: Tensor, w: Tensor, x: Tensor, attributes: ConvAttributes): Tensor {
  return applyOp1(conv2dInputGradientOp, [g, w], { ...attributes, size: x.shape.slice(2) });
}

function conv2dWeightGradient(x: Tensor, g: Tensor, w: Tensor, attributes: ConvAttributes): Tensor {
  return applyOp1(conv2dWeightGradientOp, [x, g], { ...attributes, shape: w.shape });
}

/** One number for both axes, or [vertical, horizontal]. */
export type Pair = number | readonly [number, number];

/** Options of a convolution. */
export interface ConvOptions {
  /** One number per output channel. */
  readonly bias?: Tensor | undefined;
  /** @default 1 */
  readonly stride?: Pair;
  /** Zeros on every side; `[top, left, bottom, right]` for different sides. @default 0 */
  readonly padding?: Pair | readonly [number, number, number, number];
  /** @default 1 */
  readonly dilation?: Pair;
  /** @default 1 */
  readonly groups?: number;
}

const pair = (value: Pair): readonly [number, number] =>
  typeof value === 'number' ? [value, value] : value;

function toAttributes(opName: string, options: ConvOptions): ConvAttributes {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const pads =
    typeof padding !== 'number' && padding.length === 4
      ? padding
      : [...pair(padding as Pair), ...pair(padding as Pair)];
  const attributes = { strides: pair(stride), pads, dilations: pair(dilation), groups };
  const positive = [...attributes.strides, ...attributes.dilations, groups];
  if (
    positive.some((n) => !Number.isInteger(n) || n < 1) ||
    pads.some((n) => !Number.isInteger(n) || n < 0)
  ) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `${opName}: stride, dilation and groups must be whole numbers of at least 1, padding of at least 0. Received ${JSON.stringify(attributes)}.`,
    );
  }
  return attributes;
}

/** Convolve images [N, C, H, W] with weights [O, C/groups, kH, kW]. */
export function conv2d(x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor {
  const inputs = options.bias === undefined ? [x, w] : [x, w, options.bias];
  return applyOp1(conv2dOp, inputs, toAttributes('conv2d', options));
}

/** Options of a transposed convolution. */
export interface ConvTransposeOptions extends ConvOptions {
  /** Rows and columns added at the far side, to choose among the sizes that a stride allows. @default 0 */
  readonly outputPadding?: Pair;
}

/**
 * Transposed convolution of [N, C, H, W] with weights [C, O/groups, kH, kW]:
 * H' = (H - 1) stride - 2 padding + dilation (k - 1) + outputPadding + 1.
 */
export function convTranspose2d(x: Tensor, w: Tensor, options: ConvTransposeOptions = {}): Tensor {
  const attributes = toAttributes('convTranspose2d', options);
  const [c, , ...kernel] = w.shape as [number, number, number, number];
  if (x.shape.length !== 4 || w.shape.length !== 4 || x.shape[1] !== c) {
    throw shapeError(
      'convTranspose2d',
      'x must be [N, C, H, W] and w [C, O/groups, kH, kW]',
      [x, w],
      'Check the layer before.',
    );
  }
  if (c % attributes.groups !== 0) {
    throw shapeError(
      'convTranspose2d',
      `channels must be divisible by groups (${attributes.groups})`,
      [x, w],
      'Use a divisor.',
    );
  }
  const extra = pair(options.outputPadding ?? 0);
  if (extra.some((n, i) => !Number.isInteger(n) || n < 0 || n >= attributes.strides[i]!)) {
    // More would be another size of the convolution that this one is the transpose of.
    throw new LeukoscopeError(
      'NN_OPTION',
      `convTranspose2d: outputPadding must be whole numbers from 0 to below the stride. Received [${extra.join(', ')}] with stride [${attributes.strides.join(', ')}].`,
    );
  }
  const size = [0, 1].map(
    (i) =>
      (x.shape[2 + i]! - 1) * attributes.strides[i]! -
      attributes.pads[i]! -
      attributes.pads[2 + i]! +
      attributes.dilations[i]! * (kernel[i]! - 1) +
      extra[i]! +
      1,
  );
  if (size.some((extent) => extent < 1)) {
    throw shapeError(
      'convTranspose2d',
      `the result must have pixels, not [${size.join(', ')}]`,
      [x, w],
      'Use less padding.',
    );
  }
  const y = applyOp1(conv2dInputGradientOp, [x, w], { ...attributes, size });
  return options.bias === undefined ? y : add(y, reshape(options.bias, [1, -1, 1, 1]));
}
