/** @file Softmax and its logarithm along one axis. */
import { int, ints } from '../graph/onnx-attributes.ts';
import { normaliseAxis } from '../graph/shape.ts';
import { applyOp1, type Emitter, type GraphNode, type Op, type Tensor } from '../graph/tensor.ts';
import { exp, mul, sub } from './elementwise.ts';
import { sum } from './reduction.ts';

interface AxisAttributes {
  readonly axis: number;
}

/** ONNX Runtime is 40 times slower on an inner axis than on the last: transpose there and back. */
function emitOnLastAxis(emitter: Emitter, node: GraphNode<AxisAttributes>, opType: string): string {
  const x = node.inputs[0]!;
  const { axis } = node.attributes;
  const last = x.shape.length - 1;
  if (axis === last) return emitter.add(opType, [emitter.nameOf(x)], { axis: int(last) });
  const order = x.shape.map((_, a) => a).filter((a) => a !== axis);
  order.push(axis);
  const inverse = order.map((_, a) => order.indexOf(a));
  const moved = emitter.add('Transpose', [emitter.nameOf(x)], { perm: ints(order) });
  const y = emitter.add(opType, [moved], { axis: int(last) });
  return emitter.add('Transpose', [y], { perm: ints(inverse) });
}

export const softmaxOp: Op<AxisAttributes> = {
  name: 'softmax',
  infer: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  emit: (emitter, node) => [emitOnLastAxis(emitter, node, 'Softmax')],
  gradient: {
    // dx = y (g - Σ g y)
    backward: (node, [g]) => {
      if (g === undefined) return [undefined];
      const y = node.outputs[0]!;
      const gy = mul(g, y);
      return [sub(gy, mul(y, sum(gy, [node.attributes.axis], true)))];
    },
  },
};

export const logSoftmaxOp: Op<AxisAttributes> = {
  name: 'logSoftmax',
  infer: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  emit: (emitter, node) => [emitOnLastAxis(emitter, node, 'LogSoftmax')],
  gradient: {
    // dx = g - e^y Σ g
    backward: (node, [g]) => {
      if (g === undefined) return [undefined];
      return [sub(g, mul(exp(node.outputs[0]!), sum(g, [node.attributes.axis], true)))];
    },
  },
};

/** e^x / Σ e^x along an axis. */
export function softmax(x: Tensor, axis = -1): Tensor {
  return applyOp1(softmaxOp, [x], { axis: normaliseAxis('softmax', axis, x.shape.length) });
}
/** ln softmax(x), without overflow. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return applyOp1(logSoftmaxOp, [x], { axis: normaliseAxis('logSoftmax', axis, x.shape.length) });
}
