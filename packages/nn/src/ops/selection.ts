/** @file Choosing: the k largest, and non-maximum suppression, both with static shapes. */

import { elementCount } from '@leukoscope/core';
import { int } from '../graph/onnx-attributes.ts';
import { normaliseAxis } from '../graph/shape.ts';
import { applyOp, applyOp1, constant, type Op, shapeError, type Tensor } from '../graph/tensor.ts';
import { scatterElements } from './indexing.ts';

export const topKOp: Op<{ readonly count: number; readonly axis: number }> = {
  name: 'topK',
  infer: (inputs, { count, axis }) => {
    const x = inputs[0]!;
    if (count > x.shape[axis]! || count < 1) {
      throw shapeError(
        'topK',
        `count must be from 1 to the extent of axis ${axis}`,
        inputs,
        `Got ${count}.`,
      );
    }
    const shape = x.shape.map((extent, a) => (a === axis ? count : extent));
    return [
      { shape, dtype: x.dtype },
      { shape, dtype: 'int64' },
    ];
  },
  emit: (emitter, node) =>
    emitter.addMany(
      'TopK',
      [emitter.nameOf(node.inputs[0]!), emitter.int64s([node.attributes.count])],
      2,
      { axis: int(node.attributes.axis), largest: int(1), sorted: int(1) },
    ),
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return [undefined];
      const { shape } = node.inputs[0]!;
      const zero = constant({
        dtype: 'float32',
        shape,
        data: new Float32Array(elementCount(shape)),
      });
      return [scatterElements(zero, node.outputs[1]!, g, node.attributes.axis)];
    },
  },
};

/** The k largest along an axis, largest first, and their indices. */
export function topK(
  x: Tensor,
  count: number,
  axis = -1,
): readonly [values: Tensor, indices: Tensor] {
  const [values, indices] = applyOp(topKOp, [x], {
    count,
    axis: normaliseAxis('topK', axis, x.shape.length),
  });
  return [values!, indices!];
}

interface NmsAttributes {
  readonly count: number;
  readonly iouThreshold: number;
  readonly scoreThreshold: number | undefined;
}

/**
 * Greedy suppression whose result always has `count` rows: kept indices, highest score first, then
 * N (one past the last box) as filler, so that shapes stay static.
 */
export const nmsOp: Op<NmsAttributes> = {
  name: 'nms',
  infer: (inputs, { count }) => {
    const [boxes, scores] = inputs as [Tensor, Tensor];
    if (
      boxes.shape.length !== 2 ||
      boxes.shape[1] !== 4 ||
      scores.shape.length !== 1 ||
      scores.shape[0] !== boxes.shape[0]
    ) {
      throw shapeError('nms', 'boxes must be [N, 4] and scores [N]', inputs, 'Use reshape().');
    }
    return [{ shape: [count], dtype: 'int64' }];
  },
  emit: (emitter, node) => {
    const { count, iouThreshold, scoreThreshold } = node.attributes;
    const [boxes, scores] = node.inputs as [Tensor, Tensor];
    const n = boxes.shape[0]!;
    const vector = (value: number) =>
      emitter.constant({ dtype: 'float32', shape: [1], data: Float32Array.of(value) });
    const selected = emitter.add('NonMaxSuppression', [
      emitter.add('Reshape', [emitter.nameOf(boxes), emitter.int64s([1, n, 4])]),
      emitter.add('Reshape', [emitter.nameOf(scores), emitter.int64s([1, 1, n])]),
      emitter.int64s([count]),
      vector(iouThreshold),
      ...(scoreThreshold === undefined ? [] : [vector(scoreThreshold)]),
    ]);
    // [M, 3] -> its last column [M] -> with `count` fillers behind -> the first `count`.
    const column = emitter.add(
      'Gather',
      [selected, emitter.constant({ dtype: 'int64', shape: [], data: BigInt64Array.of(2n) })],
      { axis: int(1) },
    );
    const filler = emitter.constant({
      dtype: 'int64',
      shape: [count],
      data: new BigInt64Array(count).fill(BigInt(n)),
    });
    const padded = emitter.add('Concat', [column, filler], { axis: int(0) });
    const first = emitter.add('Slice', [padded, emitter.int64s([0]), emitter.int64s([count])]);
    return [emitter.add('Reshape', [first, emitter.int64s([count])])];
  },
  gradient: 'none',
};

/** Options of `nonMaxSuppression`. */
export interface SuppressionOptions {
  /** Only boxes with a higher score are kept, or suppress others. @default all */
  readonly scoreThreshold?: number;
}

/** Keep at most `count` boxes [N, 4] by score [N]; fillers have index N. Not differentiable. */
export function nonMaxSuppression(
  boxes: Tensor,
  scores: Tensor,
  count: number,
  iouThreshold: number,
  options: SuppressionOptions = {},
): Tensor {
  const { scoreThreshold } = options;
  return applyOp1(nmsOp, [boxes, scores], { count, iouThreshold, scoreThreshold });
}
