/**
 * @file The nodes that gather what is known of a crop, beside the pooled numbers on which its type was trained.
 *
 * w is the outline's probability, averaged down to a map's cells; x a map's channel there:
 *
 *   mean = Σ w x / Σ w,    deviation = √(Σ w x² / Σ w - mean²)
 *
 * over the finer maps too, which still know colours and grain that the last ones were not asked to tell apart (Head2Toe,
 * Evci et al. 2022: a new laboratory is told apart better by what earlier layers saw).
 */
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from '@leukoscope/nn';

/** A value of the graph; with scale and zero point where it is in 8 bits. */
export interface ValuePlace {
  readonly name: string;
  readonly scale?: string;
  readonly zero?: string;
}

/** The name of all features together. */
export const featuresName = 'features';

/** Names of convolutions whose input is a map to gather from, with the map's stride. */
const maps = [
  { before: 'stage4.down', stride: 2 },
  { before: 'stage8.down', stride: 4 },
  { before: 'stage16.down', stride: 8 },
] as const;

/** The stride of the outline. */
const maskStride = 2;

/** Nodes and constants that make `features` of a graph whose pooled numbers lie at a place. */
export function featureNodes(
  graph: OnnxGraph,
  pooled: ValuePlace,
): { readonly nodes: readonly OnnxNode[]; readonly initializers: readonly OnnxTensor[] } {
  const nodes: OnnxNode[] = [];
  const add = (
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ) => {
    const name = output === featuresName ? output : `${featuresName}/${output}`;
    nodes.push({ opType, name, inputs, outputs: [name], attributes });
    return name;
  };
  const inFloat = ({ name, scale, zero }: ValuePlace, as: string) =>
    scale === undefined ? name : add('DequantizeLinear', [name, scale, zero!], as);
  const sumOf = (x: string, as: string) =>
    add('ReduceSum', [x, axes.name], as, { keepdims: { type: 'int', value: 0 } });

  const parts = [inFloat(pooled, 'pooled')];
  const weight = add('Sigmoid', ['mask'], 'outline');
  const places = [
    ...maps.flatMap(({ before, stride }) => {
      const place = inputOf(graph, before);
      return place === undefined ? [] : [{ place, stride }];
    }),
    { place: poolInput(graph, pooled), stride: 16 },
  ];
  for (const { place, stride } of places) {
    const at = (what: string) => `${what}${stride}`;
    const x = inFloat(place, at('map'));
    const size = { type: 'ints', value: [stride / maskStride, stride / maskStride] } as const;
    const w =
      stride === maskStride
        ? weight
        : add('AveragePool', [weight], at('weight'), { kernel_shape: size, strides: size });
    const total = add('Add', [sumOf(w, at('area')), least.name], at('total'));
    const weighed = add('Mul', [x, w], at('weighed'));
    const mean = add('Div', [sumOf(weighed, at('sum')), total], at('mean'));
    const squares = add('Mul', [weighed, x], at('squares'));
    const second = add('Div', [sumOf(squares, at('power')), total], at('second'));
    const variance = add(
      'Relu',
      [add('Sub', [second, add('Mul', [mean, mean], at('mean-squared'))], at('spread'))],
      at('variance'),
    );
    parts.push(mean, add('Sqrt', [variance], at('deviation')));
  }
  add('Concat', parts, featuresName, { axis: { type: 'int', value: 1 } });
  return { nodes, initializers: [axes, least] };
}

const axes: OnnxTensor = {
  name: `${featuresName}/axes`,
  dtype: 'int64',
  shape: [2],
  data: BigInt64Array.of(2n, 3n),
};

/** Where nothing is outlined the means are 0 instead of 0 / 0. */
const least: OnnxTensor = {
  name: `${featuresName}/least`,
  dtype: 'float32',
  shape: [],
  data: Float32Array.of(1e-3),
};

/** What the convolution with weights of a name is given. */
function inputOf({ nodes }: OnnxGraph, name: string): ValuePlace | undefined {
  const node = nodes.find(({ inputs }) =>
    inputs.some((input) => input.startsWith(`${name}.conv.weight`)),
  );
  return node && placeIn(node);
}

function poolInput({ nodes }: OnnxGraph, { name }: ValuePlace): ValuePlace {
  const flat = nodes.find(({ outputs }) => outputs.includes(name))!;
  return placeIn(nodes.find(({ outputs }) => outputs.includes(flat.inputs[0]!))!);
}

/** The first input of a node; operators on 8 bits take its scale and zero point next. */
function placeIn({ opType, inputs }: OnnxNode): ValuePlace {
  const [name, scale, zero] = inputs;
  return opType.startsWith('QLinear')
    ? { name: name!, scale: scale!, zero: zero! }
    : { name: name! };
}
