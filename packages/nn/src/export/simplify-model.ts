/**
 * @file Simplifies a model before it is converted: constants worked out, norms folded, no-ops dropped.
 *
 * Constant subgraphs are run on ONNX Runtime itself, so every operator that it knows can be folded.
 */
import type { TensorData } from '@leukoscope/core';
import type { OnnxModel, OnnxNode } from '../onnx/model.ts';
import { encodeOnnxModel } from '../onnx/write-model.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { checkFlat, editGraph, floatAttribute, type GraphEditor } from './graph-editor.ts';

/** Largest constant (elements) that folding may make; larger ones stay worked out at load. */
const largestFolded = 2 ** 26;

/** Return an equal model with fewer nodes. */
export async function simplifyModel(model: OnnxModel, runtime: Runtime): Promise<OnnxModel> {
  checkFlat(model, 'simplifyModel');
  const editor = editGraph(model);
  dropNoOps(editor);
  await foldConstants(editor, runtime);
  foldNorms(editor);
  return editor.toModel();
}

/** Identity, and Dropout as it behaves at inference. */
function dropNoOps(editor: GraphEditor): void {
  const renamed = new Map<string, string>();
  const kept: OnnxNode[] = [];
  for (const node of editor.nodes) {
    const inputs = node.inputs.map((name) => renamed.get(name) ?? name);
    const [output, mask] = node.outputs as [string, string | undefined];
    const isNoOp =
      node.opType === 'Identity' ||
      (node.opType === 'Dropout' && (mask === undefined || editor.consumersOf(mask).length === 0));
    // An output keeps its name, so the node that gives it that name stays.
    if (isNoOp && !editor.isOutput(output)) renamed.set(output, inputs[0]!);
    else kept.push({ ...node, inputs });
  }
  editor.setNodes(kept);
}

/** Work out all nodes that depend on constants only. */
async function foldConstants(editor: GraphEditor, runtime: Runtime): Promise<void> {
  const isConstant = new Set(editor.constants.keys());
  const foldable: OnnxNode[] = [];
  const kept: OnnxNode[] = [];
  for (const node of editor.nodes) {
    const folds =
      !node.outputs.some((name) => editor.isOutput(name)) &&
      node.inputs.every((name) => name === '' || isConstant.has(name));
    (folds ? foldable : kept).push(node);
    if (folds) for (const name of node.outputs) isConstant.add(name);
  }
  // Only values that a remaining node takes need to leave the run.
  const needed = new Set(kept.flatMap((node) => node.inputs));
  const wanted = foldable.flatMap((node) => node.outputs.filter((name) => needed.has(name)));
  if (wanted.length === 0) return;
  const sub: OnnxModel = {
    ...editor.model,
    graph: {
      name: 'constants',
      nodes: foldable,
      inputs: [],
      outputs: wanted.map((name) => ({ name })),
      initializers: [...editor.constants].map(([name, value]) => ({ name, ...value })),
    },
  };
  const session = await runtime.load(encodeOnnxModel(sub));
  const values = await session.run({});
  await session.dispose();
  if (Object.values(values).some(({ data }) => data.length > largestFolded)) return;
  const renamed = new Map<string, string>();
  const origins = originsOf(foldable);
  for (const [name, value] of Object.entries(values)) {
    const copy = { ...value, data: value.data.slice() } as TensorData;
    const origin = origins.get(name);
    renamed.set(name, editor.addConstant(origin === undefined ? name : `${origin}/folded`, copy));
  }
  editor.setNodes(
    kept.map((node) => ({
      ...node,
      inputs: node.inputs.map((input) => renamed.get(input) ?? input),
    })),
  );
}

const movers = new Set(['Transpose', 'Reshape', 'Squeeze', 'Unsqueeze', 'Cast', 'Identity']);

/** The weights that a folded value is only another view of: they keep their name, for `exclude`. */
function originsOf(nodes: readonly OnnxNode[]): Map<string, string> {
  const origins = new Map<string, string>();
  for (const { opType, inputs, outputs } of nodes) {
    if (!movers.has(opType)) continue;
    origins.set(outputs[0]!, origins.get(inputs[0]!) ?? inputs[0]!);
  }
  return origins;
}

/** Conv then BatchNormalization: w' = s w, b' = s (b - μ) + β, with s = γ / √(σ² + ε). */
function foldNorms(editor: GraphEditor): void {
  for (const norm of editor.nodes.filter(({ opType }) => opType === 'BatchNormalization')) {
    const conv = editor.producerOf(norm.inputs[0]!);
    if (conv?.opType !== 'Conv' || norm.outputs.length !== 1) continue;
    if (editor.onlyConsumerOf(conv.outputs[0]!) !== norm) continue;
    const numbers = (name: string | undefined) => {
      const data = name === undefined ? undefined : editor.constants.get(name)?.data;
      return data instanceof Float32Array ? data : undefined;
    };
    const weights = numbers(conv.inputs[1]);
    const [gamma, beta, mean, variance] = norm.inputs.slice(1).map(numbers);
    if (!weights || !gamma || !beta || !mean || !variance) continue;
    const bias = conv.inputs[2] ? numbers(conv.inputs[2]) : new Float32Array(gamma.length);
    if (bias === undefined) continue;
    const epsilon = floatAttribute(norm, 'epsilon', 1e-5);
    const scale = gamma.map((g, i) => g / Math.sqrt(variance[i]! + epsilon));
    const perChannel = weights.length / scale.length;
    const { shape } = editor.constants.get(conv.inputs[1]!)!;
    const w = editor.addConstant(`${conv.inputs[1]}/folded`, {
      dtype: 'float32',
      shape,
      data: weights.map((value, i) => value * scale[Math.floor(i / perChannel)]!),
    });
    const b = editor.addConstant(`${conv.inputs[1]}/folded_bias`, {
      dtype: 'float32',
      shape: [scale.length],
      data: scale.map((s, i) => s * (bias[i]! - mean[i]!) + beta[i]!),
    });
    const folded = { ...conv, inputs: [conv.inputs[0]!, w, b], outputs: norm.outputs };
    editor.setNodes(
      editor.nodes.flatMap((node) => (node === conv ? [] : node === norm ? [folded] : [node])),
    );
  }
}
