/** @file Reading and writing by index: gather, scatter, one-hot. Indices are int64. */
import { elementCount, type Shape } from '@leukoscope/core';
import { int, text } from '../graph/onnx-attributes.ts';
import { normaliseAxis, sameShape } from '../graph/shape.ts';
import { applyOp1, constant, type Op, shapeError, type Tensor } from '../graph/tensor.ts';
import { cast, equal } from './elementwise.ts';
import { reshape, transpose } from './shaping.ts';

interface AxisAttributes {
  readonly axis: number;
}

function zerosOf(shape: Shape): Tensor {
  return constant({ dtype: 'float32', shape, data: new Float32Array(elementCount(shape)) });
}

export const gatherOp: Op<AxisAttributes> = {
  name: 'gather',
  infer: (inputs, { axis }) => {
    const [x, indices] = inputs as [Tensor, Tensor];
    if (indices.dtype !== 'int64')
      throw shapeError('gather', 'indices must be int64', inputs, 'Use cast().');
    return [
      {
        shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)],
        dtype: x.dtype,
      },
    ];
  },
  emit: (emitter, node) => [
    emitter.add('Gather', node.inputs.map(emitter.nameOf), { axis: int(node.attributes.axis) }),
  ],
  gradient: {
    // dx = 0 everywhere, g added at the gathered places: rows of a matrix with the axis first.
    backward: (node, [g]) => {
      if (g === undefined) return [undefined, undefined];
      const [x, indices] = node.inputs as [Tensor, Tensor];
      const { axis } = node.attributes;
      const axes = x.shape.map((_, a) => a);
      const toFront = [axis, ...axes.filter((a) => a !== axis)];
      const back = axes.map((a) => toFront.indexOf(a));
      // g: [...before, ...indices, ...after] -> [...indices, ...before, ...after]
      const indexAxes = indices.shape.map((_, i) => axis + i);
      const others = g.shape.flatMap((_, a) => (indexAxes.includes(a) ? [] : [a]));
      const rows = transpose(g, [...indexAxes, ...others]);
      const zeros = zerosOf(toFront.map((a) => x.shape[a]!));
      const added = scatterNd(zeros, reshape(indices, [...indices.shape, 1]), rows, 'add');
      return [transpose(added, back), undefined];
    },
  },
};

export const gatherElementsOp: Op<AxisAttributes> = {
  name: 'gatherElements',
  infer: (inputs, { axis }) => {
    const [x, indices] = inputs as [Tensor, Tensor];
    const fits =
      x.shape.length === indices.shape.length &&
      x.shape.every((extent, a) => a === axis || indices.shape[a]! <= extent);
    if (indices.dtype !== 'int64' || !fits) {
      throw shapeError(
        'gatherElements',
        'indices must be int64, of the rank of x, and no larger off the axis',
        inputs,
        'Use broadcastTo() on the indices.',
      );
    }
    return [{ shape: indices.shape, dtype: x.dtype }];
  },
  emit: (emitter, node) => [
    emitter.add('GatherElements', node.inputs.map(emitter.nameOf), {
      axis: int(node.attributes.axis),
    }),
  ],
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return [undefined, undefined];
      const [x, indices] = node.inputs as [Tensor, Tensor];
      return [
        scatterElements(zerosOf(x.shape), indices, g, node.attributes.axis, 'add'),
        undefined,
      ];
    },
  },
};

/** What happens where a value is already there. */
export type ScatterMode = 'none' | 'add' | 'max';

export const scatterElementsOp: Op<AxisAttributes & { readonly mode: ScatterMode }> = {
  name: 'scatterElements',
  infer: (inputs) => {
    const [x, indices, updates] = inputs as [Tensor, Tensor, Tensor];
    if (
      indices.dtype !== 'int64' ||
      !sameShape(indices.shape, updates.shape) ||
      x.dtype !== updates.dtype
    ) {
      throw shapeError(
        'scatterElements',
        'indices must be int64 and shaped as the updates',
        inputs,
        'Use broadcastTo().',
      );
    }
    return [{ shape: x.shape, dtype: x.dtype }];
  },
  emit: (emitter, node) => [
    emitter.add('ScatterElements', node.inputs.map(emitter.nameOf), {
      axis: int(node.attributes.axis),
      ...(node.attributes.mode === 'none' ? {} : { reduction: text(node.attributes.mode) }),
    }),
  ],
  gradient: {
    backward: (node, [g], needed) => {
      if (g === undefined) return [undefined, undefined, undefined];
      const { axis, mode } = node.attributes;
      const [, indices, updates] = node.inputs as [Tensor, Tensor, Tensor];
      if (mode === 'max') {
        throw shapeError(
          'scatterElements',
          'has no gradient in mode max',
          node.inputs,
          'Use stopGradient().',
        );
      }
      const dx = () =>
        mode === 'add' ? g : scatterElements(g, indices, zerosOf(updates.shape), axis);
      return [
        needed[0] ? dx() : undefined,
        undefined,
        needed[2] ? gatherElements(g, indices, axis) : undefined,
      ];
    },
  },
};

export const scatterNdOp: Op<{ readonly mode: ScatterMode }> = {
  name: 'scatterNd',
  infer: (inputs) => {
    const [x, indices, updates] = inputs as [Tensor, Tensor, Tensor];
    const depth = indices.shape[indices.shape.length - 1]!;
    const wanted = [...indices.shape.slice(0, -1), ...x.shape.slice(depth)];
    if (indices.dtype !== 'int64' || !sameShape(wanted, updates.shape)) {
      throw shapeError(
        'scatterNd',
        `indices must be int64 and updates [${wanted.join(', ')}]`,
        inputs,
        'See ONNX ScatterND.',
      );
    }
    return [{ shape: x.shape, dtype: x.dtype }];
  },
  emit: (emitter, node) => [
    emitter.add(
      'ScatterND',
      node.inputs.map(emitter.nameOf),
      node.attributes.mode === 'none' ? {} : { reduction: text(node.attributes.mode) },
    ),
  ],
  gradient: 'none',
};

/** Take x[..., indices, ...] along an axis. */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  return applyOp1(gatherOp, [x, indices], { axis: normaliseAxis('gather', axis, x.shape.length) });
}

/** Take one element per index along an axis: out[i][j] = x[indices[i][j]][j] for axis 0. */
export function gatherElements(x: Tensor, indices: Tensor, axis: number): Tensor {
  return applyOp1(gatherElementsOp, [x, indices], {
    axis: normaliseAxis('gatherElements', axis, x.shape.length),
  });
}

/** Write one element per index along an axis into a copy of x. */
export function scatterElements(
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
  axis: number,
  mode: ScatterMode = 'none',
): Tensor {
  return applyOp1(scatterElementsOp, [x, indices, updates], {
    axis: normaliseAxis('scatterElements', axis, x.shape.length),
    mode,
  });
}

/** Write slices at the places given by the last axis of the indices into a copy of x. */
export function scatterNd(
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
  mode: ScatterMode = 'none',
): Tensor {
  return applyOp1(scatterNdOp, [x, indices, updates], { mode });
}

/** 0, 1, 2, ... as int64. */
export function range(count: number): Tensor {
  return constant({
    dtype: 'int64',
    shape: [count],
    data: BigInt64Array.from({ length: count }, (_, i) => BigInt(i)),
  });
}

/** Turn class indices (int64) into float32 rows with a single 1; an index outside gives zeros only. */
export function oneHot(indices: Tensor, classes: number): Tensor {
  return cast(equal(reshape(indices, [...indices.shape, 1]), range(classes)), 'float32');
}
