/**
 * @file Checks a graph as a whole: every node's stored shapes are what its op infers, each input is
 * declared once, and a parameter that is declared again has the same size.
 */
import { elementCount, LeukoscopeError } from '@leukoscope/core';
import { sameShape } from './shape.ts';
import { sortNodes } from './sort-nodes.ts';
import {
  describeTensor,
  type InputAttributes,
  inputOp,
  type ParameterAttributes,
  parameterOp,
  type Tensor,
} from './tensor.ts';

/** Throw at the first fault of the graph behind the outputs. */
export function verifyGraph(outputs: readonly Tensor[]): void {
  const inputs = new Set<string>();
  const sizes = new Map<string, number>();
  for (const node of sortNodes(outputs)) {
    const specs = node.op.infer(node.inputs, node.attributes);
    node.outputs.forEach((tensor, i) => {
      const spec = specs[i];
      if (
        spec === undefined ||
        spec.dtype !== tensor.dtype ||
        !sameShape(spec.shape, tensor.shape)
      ) {
        throw fault(
          `output ${i} of ${node.op.name} must be ${spec?.dtype}[${spec?.shape.join(', ')}]`,
          tensor,
        );
      }
    });
    if (node.op.name === inputOp.name) {
      const { key } = node.attributes as InputAttributes;
      if (inputs.has(key)) {
        throw fault(`input "${key}" must be declared once and used again`, node.outputs[0]!);
      }
      inputs.add(key);
    }
    if (node.op.name === parameterOp.name) {
      const { key, shape } = node.attributes as ParameterAttributes;
      const size = elementCount(shape);
      if ((sizes.get(key) ?? size) !== size) {
        throw fault(`parameter "${key}" must have one size`, node.outputs[0]!);
      }
      sizes.set(key, size);
    }
  }
}

function fault(rule: string, tensor: Tensor): LeukoscopeError {
  return new LeukoscopeError('NN_GRAPH', `${rule}. Received ${describeTensor(tensor)}.`);
}
