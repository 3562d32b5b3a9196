/** @file Moving values without changing them: reshape, transpose, slice, pad, concat, split, flip. */
import { elementCount, LeukoscopeError, type Shape } from '@leukoscope/core';
import { int, ints, text } from '../graph/onnx-attributes.ts';
import { normaliseAxis, sameShape } from '../graph/shape.ts';
import { applyOp, applyOp1, constant, type Op, shapeError, type Tensor } from '../graph/tensor.ts';

export const reshapeOp: Op<{ readonly shape: Shape }> = {
  name: 'reshape',
  infer: (inputs, { shape }) => {
    const x = inputs[0]!;
    const isWhole = shape.every((extent) => Number.isInteger(extent) && extent >= 0);
    if (!isWhole || elementCount(shape) !== elementCount(x.shape)) {
      throw shapeError(
        'reshape',
        `the new shape [${shape.join(', ')}] must hold as many elements`,
        inputs,
        `It holds ${elementCount(shape)}, the tensor ${elementCount(x.shape)}.`,
      );
    }
    return [{ shape, dtype: x.dtype }];
  },
  emit: (emitter, node) => [
    emitter.add(
      'Reshape',
      [emitter.nameOf(node.inputs[0]!), emitter.int64s(node.attributes.shape)],
      {
        // Zero extents mean zero here, not "copy from the input".
        ...(node.attributes.shape.includes(0) ? { allowzero: int(1) } : {}),
      },
    ),
  ],
  gradient: {
    backward: (node, [g]) => [g === undefined ? undefined : reshape(g, node.inputs[0]!.shape)],
  },
};

export const transposeOp: Op<{ readonly order: readonly number[] }> = {
  name: 'transpose',
  infer: (inputs, { order }) => {
    const x = inputs[0]!;
    if (
      [...order].sort((a, b) => a - b).some((axis, i) => axis !== i) ||
      order.length !== x.shape.length
    ) {
      throw shapeError(
        'transpose',
        `the order must name each axis once`,
        inputs,
        `Got [${order.join(', ')}].`,
      );
    }
    return [{ shape: order.map((axis) => x.shape[axis]!), dtype: x.dtype }];
  },
  emit: (emitter, node) => [
    emitter.add('Transpose', [emitter.nameOf(node.inputs[0]!)], {
      perm: ints(node.attributes.order),
    }),
  ],
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return [undefined];
      const inverse = node.attributes.order.map((_, axis) => node.attributes.order.indexOf(axis));
      return [transpose(g, inverse)];
    },
  },
};

interface SliceAttributes {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly steps: readonly number[];
}

export const sliceOp: Op<SliceAttributes> = {
  name: 'slice',
  infer: (inputs, { starts, ends, steps }) => {
    const x = inputs[0]!;
    const shape = x.shape.map((extent, axis) => {
      const [start, end, step] = [starts[axis]!, ends[axis]!, steps[axis]!];
      if (start < 0 || end > extent || start > end || step < 1) {
        throw shapeError(
          'slice',
          `axis ${axis} must have 0 <= start <= end <= ${extent} and step >= 1`,
          inputs,
          `Got start ${start}, end ${end}, step ${step}.`,
        );
      }
      return Math.ceil((end - start) / step);
    });
    return [{ shape, dtype: x.dtype }];
  },
  emit: (emitter, node) => {
    const { starts, ends, steps } = node.attributes;
    const { shape } = node.inputs[0]!;
    const axes = shape.flatMap((extent, a) =>
      starts[a] !== 0 || ends[a] !== extent || steps[a] !== 1 ? [a] : [],
    );
    if (axes.length === 0) return [emitter.nameOf(node.inputs[0]!)];
    const at = (values: readonly number[]) => emitter.int64s(axes.map((a) => values[a]!));
    const parts = [at(starts), at(ends), emitter.int64s(axes), at(steps)];
    return [emitter.add('Slice', [emitter.nameOf(node.inputs[0]!), ...parts])];
  },
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return [undefined];
      const { starts, steps } = node.attributes;
      const { shape } = node.inputs[0]!;
      const spread = interleaveZeros(g, steps);
      const after = shape.map((extent, a) => extent - starts[a]! - spread.shape[a]!);
      // Interleaving leaves step - 1 zeros behind the last element; they may reach past the end.
      const fitted = slice(
        spread,
        spread.shape.map(() => 0),
        spread.shape.map((extent, a) => extent + Math.min(0, after[a]!)),
      );
      return [
        pad(
          fitted,
          starts,
          after.map((extent) => Math.max(0, extent)),
        ),
      ];
    },
  },
};

/** Put step - 1 zeros behind every element of each axis. */
function interleaveZeros(x: Tensor, steps: readonly number[]): Tensor {
  if (steps.every((step) => step === 1)) return x;
  // [a, b] -> [a, 1, b, 1] -> pad the ones to the steps -> [a * step, b * step]
  const split = reshape(
    x,
    x.shape.flatMap((extent) => [extent, 1]),
  );
  const zeros = split.shape.map(() => 0);
  const padded = pad(
    split,
    zeros,
    steps.flatMap((step) => [0, step - 1]),
  );
  return reshape(
    padded,
    x.shape.map((extent, axis) => extent * steps[axis]!),
  );
}

/** How the new elements of a padding are filled. */
export type PadMode = 'constant' | 'reflect' | 'edge';

interface PadAttributes {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
  readonly mode: PadMode;
}

export const padOp: Op<PadAttributes> = {
  name: 'pad',
  infer: (inputs, { before, after }) => {
    const x = inputs[0]!;
    if (
      [...before, ...after].some((n) => n < 0) ||
      before.length !== x.shape.length ||
      after.length !== x.shape.length
    ) {
      throw shapeError(
        'pad',
        'one number of at least 0 must be given per axis and side',
        inputs,
        `Got [${before.join(', ')}] and [${after.join(', ')}].`,
      );
    }
    return [{ shape: x.shape.map((extent, a) => extent + before[a]! + after[a]!), dtype: x.dtype }];
  },
  emit: (emitter, node) => {
    const { before, after, value, mode } = node.attributes;
    const inputs = [emitter.nameOf(node.inputs[0]!), emitter.int64s([...before, ...after])];
    if (mode === 'constant') {
      const { dtype } = node.inputs[0]!;
      if (dtype === 'float32') inputs.push(emitter.scalar(value));
      else inputs.push(emitter.cast(emitter.scalar(value), dtype));
    }
    return [emitter.add('Pad', inputs, { mode: text(mode) })];
  },
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return [undefined];
      const { before, mode } = node.attributes;
      const { shape } = node.inputs[0]!;
      if (mode !== 'constant') {
        throw shapeError(
          'pad',
          `only constant padding has a gradient, not ${mode}`,
          node.inputs,
          'Pad before the first parameter.',
        );
      }
      return [
        slice(
          g,
          before,
          shape.map((extent, a) => before[a]! + extent),
        ),
      ];
    },
  },
};

export const concatOp: Op<{ readonly axis: number }> = {
  name: 'concat',
  infer: (inputs, { axis }) => {
    const first = inputs[0]!;
    const fits = inputs.every(
      (x) =>
        x.dtype === first.dtype &&
        x.shape.length === first.shape.length &&
        x.shape.every((extent, a) => a === axis || extent === first.shape[a]),
    );
    if (!fits)
      throw shapeError(
        'concat',
        `all extents but axis ${axis} must be equal`,
        inputs,
        'Slice or pad first.',
      );
    const shape = [...first.shape];
    shape[axis] = inputs.reduce((total, x) => total + x.shape[axis]!, 0);
    return [{ shape, dtype: first.dtype }];
  },
  emit: (emitter, node) => [
    emitter.add('Concat', node.inputs.map(emitter.nameOf), { axis: int(node.attributes.axis) }),
  ],
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return node.inputs.map(() => undefined);
      const { axis } = node.attributes;
      return split(
        g,
        node.inputs.map((x) => x.shape[axis]!),
        axis,
      );
    },
  },
};

export const splitOp: Op<{ readonly sizes: readonly number[]; readonly axis: number }> = {
  name: 'split',
  infer: (inputs, { sizes, axis }) => {
    const x = inputs[0]!;
    if (sizes.reduce((total, n) => total + n, 0) !== x.shape[axis]) {
      throw shapeError(
        'split',
        `sizes must add up to the extent of axis ${axis}`,
        inputs,
        `Got [${sizes.join(', ')}].`,
      );
    }
    return sizes.map((size) => ({
      shape: x.shape.map((n, a) => (a === axis ? size : n)),
      dtype: x.dtype,
    }));
  },
  emit: (emitter, node) =>
    emitter.addMany(
      'Split',
      [emitter.nameOf(node.inputs[0]!), emitter.int64s(node.attributes.sizes)],
      node.attributes.sizes.length,
      { axis: int(node.attributes.axis) },
    ),
  gradient: {
    backward: (node, gradients) => {
      const parts = node.outputs.map((output, i) => gradients[i] ?? zerosLike(output));
      return [concat(parts, node.attributes.axis)];
    },
  },
};

function zerosLike(tensor: Tensor): Tensor {
  return constant({
    dtype: 'float32',
    shape: tensor.shape,
    data: new Float32Array(elementCount(tensor.shape)),
  });
}

export const flipOp: Op<{ readonly axis: number }> = {
  name: 'flip',
  infer: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  emit: (emitter, node) => {
    const extent = node.inputs[0]!.shape[node.attributes.axis]!;
    const backwards = emitter.int64s(Array.from({ length: extent }, (_, i) => extent - 1 - i));
    return [
      emitter.add('Gather', [emitter.nameOf(node.inputs[0]!), backwards], {
        axis: int(node.attributes.axis),
      }),
    ];
  },
  gradient: {
    backward: (node, [g]) => [g === undefined ? undefined : flip(g, node.attributes.axis)],
  },
};

/** Give the elements another shape; one extent may be -1 and is then worked out. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = shape.reduce((product, extent) => (extent === -1 ? product : product * extent), 1);
  const full = shape.map((extent) => (extent === -1 ? elementCount(x.shape) / known : extent));
  if (sameShape(full, x.shape)) return x;
  // A reshape of a reshape is one reshape.
  const source = x.node.op.name === reshapeOp.name ? x.node.inputs[0]! : x;
  return sameShape(full, source.shape) ? source : applyOp1(reshapeOp, [source], { shape: full });
}

/** Reorder axes: axis i of the result is axis order[i] of x. */
export function transpose(x: Tensor, order: readonly number[]): Tensor {
  return order.every((axis, i) => axis === i) && order.length === x.shape.length
    ? x
    : applyOp1(transposeOp, [x], { order });
}

/** Cut out start..end (end excluded) of every axis, each `step`-th element. */
export function slice(
  x: Tensor,
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[] = x.shape.map(() => 1),
): Tensor {
  const isAll = starts.every((start, a) => start === 0 && ends[a] === x.shape[a] && steps[a] === 1);
  return isAll ? x : applyOp1(sliceOp, [x], { starts, ends, steps });
}

/** Cut out start..end of one axis. */
export function sliceAxis(x: Tensor, axis: number, start: number, end: number, step = 1): Tensor {
  const at = normaliseAxis('slice', axis, x.shape.length);
  return slice(
    x,
    x.shape.map((_, a) => (a === at ? start : 0)),
    x.shape.map((extent, a) => (a === at ? end : extent)),
    x.shape.map((_, a) => (a === at ? step : 1)),
  );
}

/** Add elements before and after each axis. */
export function pad(
  x: Tensor,
  before: readonly number[],
  after: readonly number[],
  options: { readonly value?: number; readonly mode?: PadMode } = {},
): Tensor {
  const { value = 0, mode = 'constant' } = options;
  if (before.every((n) => n === 0) && after.every((n) => n === 0)) return x;
  return applyOp1(padOp, [x], { before, after, value, mode });
}

/** Join along an axis. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  if (tensors.length === 1) return tensors[0]!;
  if (tensors.length === 0) {
    throw new LeukoscopeError(
      'NN_SHAPE',
      'concat: at least one tensor must be given. Received none. Leave the concat out.',
    );
  }
  return applyOp1(concatOp, tensors, {
    axis: normaliseAxis('concat', axis, tensors[0]!.shape.length),
  });
}

/** Cut along an axis into parts of the sizes given. */
export function split(x: Tensor, sizes: readonly number[], axis: number): readonly Tensor[] {
  return applyOp(splitOp, [x], { sizes, axis: normaliseAxis('split', axis, x.shape.length) });
}

/** Turn an axis around. */
export function flip(x: Tensor, axis: number): Tensor {
  return applyOp1(flipOp, [x], { axis: normaliseAxis('flip', axis, x.shape.length) });
}
