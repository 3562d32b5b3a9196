/** @file Repeating values along axes. Its gradient is the sum that autodiff applies to any broadcast. */
import type { Shape } from '@leukoscope/core';
import { broadcastShapes, sameShape } from '../graph/shape.ts';
import { applyOp1, type Op, shapeError, type Tensor } from '../graph/tensor.ts';

export const broadcastToOp: Op<{ readonly shape: Shape }> = {
  name: 'broadcastTo',
  infer: (inputs, { shape }) => {
    const x = inputs[0]!;
    const joint = broadcastShapes(x.shape, shape);
    if (joint === undefined || !sameShape(joint, shape)) {
      throw shapeError(
        'broadcastTo',
        `the shape must broadcast to [${shape.join(', ')}]`,
        inputs,
        'Use reshape() first.',
      );
    }
    return [{ shape, dtype: x.dtype }];
  },
  emit: (emitter, node) => [
    emitter.add('Expand', [emitter.nameOf(node.inputs[0]!), emitter.int64s(node.attributes.shape)]),
  ],
  // Autodiff sums g down to the input's shape.
  gradient: { backward: (_node, [g]) => [g] },
};

/** Repeat values so that the shape becomes the one given (NumPy's broadcast_to). */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : applyOp1(broadcastToOp, [x], { shape });
}
