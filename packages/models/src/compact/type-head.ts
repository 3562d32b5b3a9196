/**
 * @file The last layer of an exported refiner, as values that can be read and replaced: what the types of cells are
 * decided from, and the weights that decide.
 *
 *   logits_k = b_k + Σ_f W_kf x_f
 *
 * A network as it ships decides from F = 160 numbers a crop. `withTypeHead` lets it decide from more: means and
 * deviations of its maps over the cell alone (`feature-nodes.ts`), which an outline tells from what lies around it. The
 * first 160 stay what they were, so that a head of before is a wide one with zeros behind. Everything in front of the
 * head stays as it is, bit for bit, in float and in 8 bits.
 */
import { LeukoscopeError, type TensorData } from '@leukoscope/core';
import { encodeOnnxModel, type OnnxGraph, type OnnxModel, type OnnxNode } from '@leukoscope/nn';
import { featureNodes, featuresName, type ValuePlace } from './feature-nodes.ts';

/** A linear layer over F features for K types. */
export interface TypeHead {
  /** [K][F], flat. */
  readonly weights: Float64Array;
  /** [K]. */
  readonly bias: Float64Array;
}

/** Return the network with one more output, `features` [N, F]: what its types are, or can be, decided from. */
export function withFeatures(model: OnnxModel): OnnxModel {
  const graph = withFeatureNodes(model.graph);
  const output = { name: featuresName, dtype: 'float32', shape: ['cells', ''] } as const;
  return { ...model, graph: { ...graph, outputs: [...graph.outputs, output] } };
}

/** Return the network with one more output, `pooled` [N, 160]: the features that types were trained on, and no others. */
export function withPooled(model: OnnxModel): OnnxModel {
  const { graph } = model;
  const { name, scale, zero } = pooledPlace(graph);
  const node: OnnxNode =
    scale === undefined
      ? {
          opType: 'Identity',
          name: pooledName,
          inputs: [name],
          outputs: [pooledName],
          attributes: {},
        }
      : {
          opType: 'DequantizeLinear',
          name: pooledName,
          inputs: [name, scale, zero!],
          outputs: [pooledName],
          attributes: {},
        };
  const output = { name: pooledName, dtype: 'float32', shape: ['cells', ''] } as const;
  return {
    ...model,
    graph: { ...graph, nodes: [...graph.nodes, node], outputs: [...graph.outputs, output] },
  };
}

const pooledName = 'pooled';

/** Read the layer; weights of features that it does not look at are absent. */
export function readTypeHead({ graph }: OnnxModel): TypeHead {
  const last = lastNode(graph);
  const values = (name: string | undefined) =>
    Float64Array.from(tensorOf(graph, name).data, Number);
  if (last.opType === 'QGemm') {
    const [, scaleOfInput, , weight, scale, zero, bias] = last.inputs;
    const [input] = values(scaleOfInput);
    const scales = values(scale);
    const zeros = values(zero);
    const codes = values(weight); // [F][K]
    const K = scales.length;
    const real = codes.map((code, i) => (code - zeros[i % K]!) * scales[i % K]!);
    return {
      weights: transposed(real, K),
      bias: values(bias).map((code, k) => code * input! * scales[k]!),
    };
  }
  if (last.opType === 'Gemm') {
    return { weights: values(last.inputs[1]), bias: values(last.inputs[2]) };
  }
  const product = producerOf(graph, last.inputs[0]);
  const bias = values(last.inputs[1]);
  const turned = producerOf(graph, product?.inputs[1]);
  // The exporter writes x · Wᵀ; a simplified graph holds Wᵀ itself.
  return turned?.opType === 'Transpose'
    ? { weights: values(turned.inputs[0]), bias }
    : { weights: transposed(values(product?.inputs[1]), bias.length), bias };
}

/** Return the network with another last layer, which may look at all features. */
export function withTypeHead(model: OnnxModel, { weights, bias }: TypeHead): OnnxModel {
  const K = bias.length;
  const graph = withFeatureNodes(withoutHead(model.graph));
  const head: OnnxNode = {
    opType: 'Gemm',
    name: 'logits',
    inputs: [featuresName, headNames.weights, headNames.bias],
    outputs: ['logits'],
    attributes: { transB: { type: 'int', value: 1 } },
  };
  return {
    ...model,
    graph: {
      ...graph,
      nodes: [...graph.nodes, head],
      outputs: model.graph.outputs,
      initializers: [
        ...graph.initializers,
        {
          name: headNames.weights,
          dtype: 'float32',
          shape: [K, weights.length / K],
          data: Float32Array.from(weights),
        },
        { name: headNames.bias, dtype: 'float32', shape: [K], data: Float32Array.from(bias) },
      ],
    },
  };
}

/**
 * Everything in front of the head as bytes that are equal for networks which give equal features: features of one may
 * be stored for another.
 */
export function refinerBody({ graph }: OnnxModel): Uint8Array {
  const { name: _, ...body } = withoutHead(graph);
  return encodeOnnxModel({
    irVersion: 8,
    opsetImports: [],
    producerName: '',
    producerVersion: '',
    graph: { ...body, name: '' },
    metadata: {},
  });
}

const headNames = { weights: 'types.adapted.weight', bias: 'types.adapted.bias' } as const;

function withFeatureNodes(graph: OnnxGraph): OnnxGraph {
  if (producerOf(graph, featuresName) !== undefined) return graph;
  const { nodes, initializers } = featureNodes(graph, pooledPlace(graph));
  return {
    ...graph,
    nodes: [...graph.nodes, ...nodes],
    initializers: [...graph.initializers, ...initializers],
  };
}

/** The graph with the outline as its only output, and the pooled numbers as a loose end behind which a head fits. */
function withoutHead(graph: OnnxGraph): OnnxGraph {
  const wanted = new Set(['mask', pooledPlace(graph).name]);
  const nodes: OnnxNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue;
    for (const name of node.inputs) wanted.add(name);
    nodes.unshift(node);
  }
  return {
    ...graph,
    nodes,
    outputs: graph.outputs.filter(({ name }) => name === 'mask'),
    initializers: graph.initializers.filter(({ name }) => wanted.has(name)),
  };
}

/** The pooled numbers of the coarsest map, as the layer of types is given them. */
function pooledPlace(graph: OnnxGraph): ValuePlace {
  const flat = graph.nodes.find(
    ({ opType, inputs }) =>
      opType === 'Flatten' && /GlobalAveragePool$/.test(producerOf(graph, inputs[0])?.opType ?? ''),
  );
  const pool = producerOf(graph, flat?.inputs[0]);
  if (flat === undefined || pool === undefined) throw noHead('no pooled map');
  const name = flat.outputs[0]!;
  if (pool.opType === 'GlobalAveragePool') return { name };
  // QLinearGlobalAveragePool: x, its scale and zero point, then those of what comes out.
  return { name, scale: pool.inputs[3]!, zero: pool.inputs[4]! };
}

function lastNode(graph: OnnxGraph): OnnxNode {
  const last = producerOf(graph, 'logits');
  if (last !== undefined && ['QGemm', 'Gemm', 'Add'].includes(last.opType)) return last;
  throw noHead(last === undefined ? 'no output logits' : `logits by ${last.opType}`);
}

function producerOf({ nodes }: OnnxGraph, name: string | undefined): OnnxNode | undefined {
  return name === undefined ? undefined : nodes.find(({ outputs }) => outputs.includes(name));
}

function tensorOf({ initializers }: OnnxGraph, name: string | undefined): TensorData {
  const found = initializers.find((tensor) => tensor.name === name);
  if (found !== undefined) return found;
  throw noHead('weights that are computed');
}

/** [F][K] -> [K][F]. */
function transposed(values: Float64Array, K: number): Float64Array {
  const F = values.length / K;
  return Float64Array.from(values, (_, i) => values[(i % F) * K + Math.floor(i / F)]!);
}

function noHead(received: string): LeukoscopeError {
  return new LeukoscopeError(
    'MODEL_HEAD',
    `the last layer of a refiner must be linear over pooled features, as this project exports it. Received ${received}. Take a model of a locator and a refiner, such as compact.`,
  );
}
