/**
 * @file Frees the height and width of an exported locator: one file then serves every shape of field.
 *
 * All its operators take any extent but Resize, which is given whole sizes; here each gets its factors
 * instead. What the graph computes stays the same.
 */
import type { OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from '@leukoscope/nn';

/** Return the model with free height and width; each Resize enlarges twice along both. */
export function freeShapes(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const sizes = new Set<string>();
  const nodes = graph.nodes.map((node): OnnxNode => {
    if (node.opType !== 'Resize') return node;
    const [x, , , size] = node.inputs;
    if (size === undefined) return node;
    sizes.add(size);
    return { ...node, inputs: [x!, '', twice.name] };
  });
  const isUsed = (name: string) => nodes.some(({ inputs }) => inputs.includes(name));
  const initializers = graph.initializers.filter(({ name }) => !sizes.has(name) || isUsed(name));
  return {
    ...model,
    graph: {
      ...graph,
      nodes,
      inputs: graph.inputs.map((value) => withFreeSides(value, 'height', 'width')),
      outputs: graph.outputs.map((value) => withFreeSides(value, 'rows', 'columns')),
      initializers: [...initializers, twice],
    },
  };
}

const twice: OnnxTensor = {
  name: 'twice',
  dtype: 'float32',
  shape: [4],
  data: Float32Array.of(1, 1, 2, 2),
};

function withFreeSides(value: OnnxValueInfo, height: string, width: string): OnnxValueInfo {
  return value.shape?.length === 4
    ? { ...value, shape: [...value.shape.slice(0, 2), height, width] }
    : value;
}
