/**
 * @file A model's graph opened for rewriting: who makes a value, who uses it, which values are constant.
 *
 * Passes work on one editor in turn and read the result with `toModel`. Nodes are plain values; an edit
 * puts new ones in place of old ones.
 */
import { LeukoscopeError, type TensorData } from '@leukoscope/core';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../onnx/model.ts';

/** A graph under change. */
export interface GraphEditor {
  readonly model: OnnxModel;
  /** In running order. */
  nodes: readonly OnnxNode[];
  /** Constants by name. */
  readonly constants: Map<string, TensorData>;
  /** Return the node that makes a value, or undefined for inputs and constants. */
  producerOf(value: string): OnnxNode | undefined;
  /** Return the nodes that use a value. */
  consumersOf(value: string): readonly OnnxNode[];
  /** Tell whether a value is one of the model's outputs. */
  isOutput(value: string): boolean;
  /** Return the only node that uses a value, or undefined where there are more, or it is an output. */
  onlyConsumerOf(value: string): OnnxNode | undefined;
  /** Make a name that no value has. */
  freshName(wanted: string): string;
  /** Add a constant under a fresh name. */
  addConstant(wanted: string, value: TensorData): string;
  /** Replace the nodes, drop those that lead to no output, and constants that nobody uses. */
  setNodes(nodes: readonly OnnxNode[]): void;
  toModel(): OnnxModel;
}

/** Open a model for rewriting. Constant nodes become constants. */
export function editGraph(model: OnnxModel): GraphEditor {
  const { graph } = model;
  const constants = new Map<string, TensorData>();
  for (const { name, ...value } of graph.initializers) constants.set(name, value as TensorData);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const used = new Set([...graph.inputs, ...graph.initializers].map(({ name }) => name));
  for (const node of graph.nodes) for (const name of node.outputs) used.add(name);
  let producers = new Map<string, OnnxNode>();
  let consumers = new Map<string, OnnxNode[]>();

  const editor: GraphEditor = {
    model,
    nodes: [],
    constants,
    producerOf: (value) => producers.get(value),
    consumersOf: (value) => consumers.get(value) ?? [],
    isOutput: (value) => outputs.has(value),
    onlyConsumerOf: (value) => {
      const all = consumers.get(value) ?? [];
      return all.length === 1 && !outputs.has(value) ? all[0] : undefined;
    },
    freshName: (wanted) => {
      let name = wanted;
      for (let i = 2; used.has(name); i++) name = `${wanted}_${i}`;
      used.add(name);
      return name;
    },
    addConstant: (wanted, value) => {
      const name = editor.freshName(wanted);
      constants.set(name, value);
      return name;
    },
    setNodes: (nodes) => {
      const live = liveNodes(nodes, outputs);
      editor.nodes = live;
      producers = new Map();
      consumers = new Map();
      for (const node of live) {
        for (const name of node.outputs) if (name !== '') producers.set(name, node);
        for (const name of new Set(node.inputs)) {
          if (name === '') continue;
          const list = consumers.get(name);
          if (list === undefined) consumers.set(name, [node]);
          else list.push(node);
        }
      }
      for (const name of constants.keys()) {
        if (!consumers.has(name) && !outputs.has(name)) constants.delete(name);
      }
    },
    toModel: () => ({
      ...model,
      opsetImports: opsetsOf(model, editor.nodes),
      graph: {
        ...graph,
        nodes: editor.nodes,
        initializers: [...constants].map(([name, value]): OnnxTensor => ({ name, ...value })),
      },
    }),
  };
  editor.setNodes(graph.nodes.filter((node) => !takeConstant(node, constants)));
  return editor;
}

/** The whole number of an attribute, or a default. */
export function intAttribute(node: OnnxNode, name: string, absent: number): number {
  const attribute = node.attributes[name];
  return attribute?.type === 'int' ? Number(attribute.value) : absent;
}

/** The float of an attribute, or a default. */
export function floatAttribute(node: OnnxNode, name: string, absent: number): number {
  const attribute = node.attributes[name];
  return attribute?.type === 'float' ? attribute.value : absent;
}

/** Refuse models with branches and loops: passes here see one flat graph only. */
export function checkFlat(model: OnnxModel, what: string): void {
  const nested = model.graph.nodes.find((node) =>
    Object.values(node.attributes).some(({ type }) => type === 'graph'),
  );
  if (nested === undefined) return;
  throw new LeukoscopeError(
    'ONNX_UNSUPPORTED',
    `${what}: the model must have no branches or loops. Received a ${nested.opType} node. Export it without control flow.`,
  );
}

function takeConstant(node: OnnxNode, constants: Map<string, TensorData>): boolean {
  const value = node.opType === 'Constant' ? node.attributes['value'] : undefined;
  if (value?.type !== 'tensor') return false;
  const { name: _name, ...data } = value.value;
  constants.set(node.outputs[0]!, data as TensorData);
  return true;
}

/** ONNX Runtime runs dead nodes, so they are dropped here. */
function liveNodes(nodes: readonly OnnxNode[], outputs: ReadonlySet<string>): OnnxNode[] {
  const needed = new Set(outputs);
  const live: OnnxNode[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    live.push(node);
    for (const name of node.inputs) needed.add(name);
  }
  return live.reverse();
}

function opsetsOf(model: OnnxModel, nodes: readonly OnnxNode[]): OnnxModel['opsetImports'] {
  const known = new Set(model.opsetImports.map(({ domain }) => domain));
  const domains = new Set(nodes.map(({ domain }) => domain ?? ''));
  const added = [...domains].filter((domain) => !known.has(domain));
  return [...model.opsetImports, ...added.map((domain) => ({ domain, version: 1 }))];
}
