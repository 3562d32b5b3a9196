/** @file Reductions over axes: sum, mean, max, min, and where the largest stands. */
import { elementCount } from '@leukoscope/core';
import { int } from '../graph/onnx-attributes.ts';
import { normaliseAxes, normaliseAxis } from '../graph/shape.ts';
import { applyOp1, type Op, type Tensor } from '../graph/tensor.ts';
import { broadcastTo } from './broadcast.ts';
import { cast, div, equal, mul } from './elementwise.ts';
import { reshape } from './shaping.ts';

interface ReduceAttributes {
  /** Sorted, counted from the start. */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** The shape with reduced axes kept as 1. */
function keptShape(x: Tensor, axes: readonly number[]): number[] {
  return x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
}

function reduceOp(
  name: string,
  onnxName: string,
  rule: (g: Tensor, x: Tensor, out: Tensor, axes: readonly number[]) => Tensor,
): Op<ReduceAttributes> {
  return {
    name,
    infer: ([x], { axes, keepDims }) => {
      const shape = keepDims ? keptShape(x!, axes) : x!.shape.filter((_, a) => !axes.includes(a));
      return [{ shape, dtype: x!.dtype }];
    },
    emit: (emitter, node) => {
      const x = emitter.nameOf(node.inputs[0]!);
      const { axes, keepDims } = node.attributes;
      if (
        onnxName === 'ReduceMean' &&
        node.inputs[0]!.shape.length === 4 &&
        axes.join() === '2,3'
      ) {
        // The mean over an image has an operator of its own, which more tools read and quantise.
        const pooled = emitter.add('GlobalAveragePool', [x]);
        return [keepDims ? pooled : emitter.add('Flatten', [pooled], { axis: int(1) })];
      }
      return [
        emitter.add(onnxName, [x, emitter.int64s(axes)], { keepdims: int(keepDims ? 1 : 0) }),
      ];
    },
    gradient: {
      backward: (node, [g]) => {
        if (g === undefined) return [undefined];
        const x = node.inputs[0]!;
        const { axes } = node.attributes;
        const shape = keptShape(x, axes);
        return [rule(reshape(g, shape), x, reshape(node.outputs[0]!, shape), axes)];
      },
    },
  };
}

export const reduceSumOp = reduceOp('reduceSum', 'ReduceSum', (g, x) => broadcastTo(g, x.shape));
export const reduceMeanOp = reduceOp('reduceMean', 'ReduceMean', (g, x, _out, axes) =>
  broadcastTo(div(g, elementCount(axes.map((axis) => x.shape[axis]!))), x.shape),
);
// All that tie for the extreme share its gradient evenly.
function extremeRule(g: Tensor, x: Tensor, out: Tensor, axes: readonly number[]): Tensor {
  const isExtreme = cast(equal(x, out), 'float32');
  return mul(isExtreme, div(g, sum(isExtreme, axes, true)));
}
export const reduceMaxOp = reduceOp('reduceMax', 'ReduceMax', extremeRule);
export const reduceMinOp = reduceOp('reduceMin', 'ReduceMin', extremeRule);

function argOp(
  name: string,
  onnxName: string,
): Op<{ readonly axis: number; readonly keepDims: boolean }> {
  return {
    name,
    infer: ([x], { axis, keepDims }) => {
      const shape = keepDims ? keptShape(x!, [axis]) : x!.shape.filter((_, a) => a !== axis);
      return [{ shape, dtype: 'int64' }];
    },
    emit: (emitter, node) => [
      emitter.add(onnxName, [emitter.nameOf(node.inputs[0]!)], {
        axis: int(node.attributes.axis),
        keepdims: int(node.attributes.keepDims ? 1 : 0),
      }),
    ],
    gradient: 'none',
  };
}

export const argMaxOp = argOp('argMax', 'ArgMax');
export const argMinOp = argOp('argMin', 'ArgMin');

function reduce(
  op: Op<ReduceAttributes>,
  x: Tensor,
  axes: readonly number[] | undefined,
  keepDims: boolean,
): Tensor {
  const all = axes ?? x.shape.map((_, axis) => axis);
  const normal = normaliseAxes(op.name, all, x.shape.length);
  // ONNX reads "no axes" as "all axes"; reducing over none changes nothing.
  return normal.length === 0 ? x : applyOp1(op, [x], { axes: normal, keepDims });
}

/** Sum over axes (all by default). */
export function sum(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  return reduce(reduceSumOp, x, axes, keepDims);
}
/** Average over axes (all by default). */
export function mean(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  return reduce(reduceMeanOp, x, axes, keepDims);
}
/** Largest over axes (all by default). */
export function max(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  return reduce(reduceMaxOp, x, axes, keepDims);
}
/** Smallest over axes (all by default). */
export function min(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  return reduce(reduceMinOp, x, axes, keepDims);
}
/** Index (int64) of the first largest along an axis; not differentiable. */
export function argMax(x: Tensor, axis = -1, keepDims = false): Tensor {
  return applyOp1(argMaxOp, [x], { axis: normaliseAxis('argMax', axis, x.shape.length), keepDims });
}
/** Index (int64) of the first smallest along an axis; not differentiable. */
export function argMin(x: Tensor, axis = -1, keepDims = false): Tensor {
  return applyOp1(argMinOp, [x], { axis: normaliseAxis('argMin', axis, x.shape.length), keepDims });
}
