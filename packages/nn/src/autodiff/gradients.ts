/**
 * @file Reverse-mode differentiation: from a scalar back to the tensors asked for.
 *
 * Each op's rule gives one gradient per input; gradients of a tensor that is used several times are
 * added. Only nodes on a path between the loss and a wanted tensor are visited, so nothing dead is
 * built. Broadcasting is undone here, for every op, in one place (`sumTo`).
 */
import { elementCount, LeukoscopeError, type Shape } from '@leukoscope/core';
import { reducedAxes, sameShape } from '../graph/shape.ts';
import { sortNodes } from '../graph/sort-nodes.ts';
import { constant, describeTensor, type GraphNode, type Tensor } from '../graph/tensor.ts';
import { add } from '../ops/elementwise.ts';
import { sum } from '../ops/reduction.ts';
import { reshape } from '../ops/shaping.ts';

/** Differentiate a scalar; one gradient per wanted tensor, undefined where the loss does not depend on it. */
export function gradients(loss: Tensor, wanted: readonly Tensor[]): (Tensor | undefined)[] {
  if (elementCount(loss.shape) !== 1 || loss.dtype !== 'float32') {
    throw new LeukoscopeError(
      'NN_LOSS',
      `a loss must be one float32 number. Received ${describeTensor(loss)}. Use mean() or sum().`,
    );
  }
  const nodes = sortNodes([loss]);
  const relevant = nodesBetween(nodes, wanted);
  const total = new Map<Tensor, Tensor>();
  total.set(loss, constant({ dtype: 'float32', shape: loss.shape, data: Float32Array.of(1) }));

  for (const node of nodes.reverse()) {
    if (!relevant.has(node) || node.inputs.length === 0) continue;
    const outputGradients = node.outputs.map((output) => total.get(output));
    if (outputGradients.every((g) => g === undefined)) continue;
    const needed = node.inputs.map(
      (tensor) => relevant.has(tensor.node) && tensor.dtype.startsWith('float'),
    );
    if (node.op.gradient === 'none') {
      if (node.op.name === 'stopGradient' || !needed.includes(true)) continue;
      throw new LeukoscopeError(
        'NN_NO_GRADIENT',
        `${node.op.name} must not lie between the loss and a trained parameter: it has no gradient. Received ${describeTensor(node.outputs[0]!)}. Use stopGradient() before it if that is meant.`,
      );
    }
    const inputGradients = node.op.gradient.backward(node, outputGradients, needed);
    node.inputs.forEach((tensor, i) => {
      const g = inputGradients[i];
      if (g === undefined || !needed[i]) return;
      const own = sumTo(g, tensor.shape);
      const before = total.get(tensor);
      total.set(tensor, before === undefined ? own : add(before, own));
    });
  }
  return wanted.map((tensor) => total.get(tensor));
}

/** Nodes from which a wanted tensor can be reached backwards. */
function nodesBetween(sorted: readonly GraphNode[], wanted: readonly Tensor[]): Set<GraphNode> {
  const relevant = new Set(wanted.map((tensor) => tensor.node));
  for (const node of sorted) {
    if (node.op.name === 'stopGradient') continue;
    if (node.inputs.some((tensor) => relevant.has(tensor.node))) relevant.add(node);
  }
  return relevant;
}

/** Sum a gradient over the axes along which its value was broadcast. */
export function sumTo(g: Tensor, shape: Shape): Tensor {
  if (sameShape(g.shape, shape)) return g;
  return reshape(sum(g, reducedAxes(g.shape, shape)), shape);
}
