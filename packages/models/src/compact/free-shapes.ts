/**
 * @file Frees the height and width of an exported locator, and the batch of an exported refiner: one file then serves
 * every shape of field and any number of crops.
 *
 * Most operators take any extent. Resize is given whole sizes and gets its factors instead; the first extent of
 * Reshape becomes 0, "as it comes". What the graphs compute stays the same.
 */
import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from '@leukoscope/nn';

/** Return the model with free height and width. */
export function freeShapes(model: OnnxModel): OnnxModel {
  const free = (value: OnnxValueInfo, height: string, width: string): OnnxValueInfo =>
    value.shape?.length === 4
      ? { ...value, shape: [...value.shape.slice(0, 2), height, width] }
      : value;
  const graph = enlargeTwice(model.graph);
  return {
    ...model,
    graph: {
      ...graph,
      inputs: graph.inputs.map((value) => free(value, 'height', 'width')),
      outputs: graph.outputs.map((value) => free(value, 'rows', 'columns')),
    },
  };
}

/** Return the model with a free first extent. */
export function freeBatch(model: OnnxModel): OnnxModel {
  const free = (value: OnnxValueInfo): OnnxValueInfo =>
    value.shape === undefined ? value : { ...value, shape: ['cells', ...value.shape.slice(1)] };
  const graph = enlargeTwice(model.graph);
  const shapes = new Set(
    graph.nodes.flatMap(({ opType, inputs }) => (opType === 'Reshape' ? [inputs[1]!] : [])),
  );
  return {
    ...model,
    graph: {
      ...graph,
      inputs: graph.inputs.map(free),
      outputs: graph.outputs.map(free),
      initializers: graph.initializers.map((tensor) =>
        shapes.has(tensor.name) ? asItComes(tensor) : tensor,
      ),
    },
  };
}

/** Let each Resize enlarge twice along both sides, whatever their extents. */
function enlargeTwice(graph: OnnxGraph): OnnxGraph {
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
  return { ...graph, nodes, initializers: [...initializers, twice] };
}

const twice: OnnxTensor = {
  name: 'twice',
  dtype: 'float32',
  shape: [4],
  data: Float32Array.of(1, 1, 2, 2),
};

/** The extents of a Reshape with 0 for the first. */
function asItComes(tensor: OnnxTensor): OnnxTensor {
  const extents = Array.from(tensor.data, BigInt);
  return { ...tensor, data: BigInt64Array.from([0n, ...extents.slice(1)]) };
}
