/**
 * @file Reads the weights of a TensorFlow Lite model: a FlatBuffer of schema version 3
 * (tensorflow/compiler/mlir/lite/schema/schema.fbs). Only tensors; the graph tells no more than what multiplies them.
 *
 * Convolutions and dense layers of the first graph are numbered in the order in which they run, since the converter joins
 * the names of layers: `layers.0.weight`, `layers.0.bias`, ... Weights come in this library's order of axes
 * ([O, H, W, I] becomes [O, I, H, W], depthwise [1, H, W, C] becomes [C, 1, H, W]); norms were folded into them by the
 * converter. Weights of 16 bits pass through a node that widens them, which is looked through. Those of 8 bits have
 * scales of their own and are refused.
 */
import { elementCount, LeukoscopeError, type TensorData, tensorData } from '@leukoscope/core';
import { toFloat32, transposeFloat32 } from './convert-tensor.ts';
import { type FlatTable, rootTable } from './flat-table.ts';
import type { Weights } from './weights.ts';

/** Builtin operators, by their numbers in the schema. */
const operators = { convolution: 3, depthwise: 4, dequantise: 6, dense: 9 } as const;

/** Places of fields in the schema's tables. */
const fields = {
  model: { version: 0, operatorCodes: 1, subgraphs: 2, description: 3, buffers: 4 },
  operatorCode: { short: 0, whole: 3 },
  subgraph: { tensors: 0, operators: 3 },
  tensor: { shape: 0, type: 1, buffer: 2, name: 3 },
  operator: { code: 0, inputs: 1, outputs: 2 },
  buffer: { data: 0 },
} as const;

const tensorTypes: Readonly<Record<number, 'float32' | 'float16'>> = { 0: 'float32', 1: 'float16' };

/** Read the weights of a model. */
export function readTflite(bytes: Uint8Array): Weights {
  const model = rootTable(bytes, 'TFL3');
  const version = model.uint(fields.model.version);
  if (version !== 3) throw fault('its schema must be of version 3', String(version));
  const codes = model.tables(fields.model.operatorCodes).map(codeOf);
  const buffers = model.tables(fields.model.buffers);
  const [graph] = model.tables(fields.model.subgraphs);
  if (graph === undefined) throw fault('it must hold a graph', 'none');
  const stored = graph.tables(fields.subgraph.tensors);
  const nodes = graph.tables(fields.subgraph.operators).map((node) => ({
    code: codes[node.uint(fields.operator.code)],
    inputs: node.ints(fields.operator.inputs),
    outputs: node.ints(fields.operator.outputs),
  }));
  const widened = new Map(
    nodes
      .filter(({ code }) => code === operators.dequantise)
      .map(({ inputs, outputs }) => [outputs[0], inputs[0]] as const),
  );
  const valuesOf = (index: number | undefined) => {
    const tensor = index === undefined ? undefined : stored[widened.get(index) ?? index];
    return tensor === undefined ? undefined : readTensor(tensor, buffers);
  };
  const tensors = new Map<string, TensorData>();
  let layer = 0;
  for (const { code, inputs } of nodes) {
    if (code === undefined || !isLayer(code)) continue;
    const weight = valuesOf(inputs[1]);
    // A product of two computed things has no weights.
    if (weight === undefined) continue;
    const name = `layers.${layer++}`;
    tensors.set(`${name}.weight`, inOurOrder(weight, code));
    const bias = valuesOf(inputs[2]);
    if (bias !== undefined) tensors.set(`${name}.bias`, bias);
  }
  const description = model.text(fields.model.description);
  return { tensors, metadata: description === '' ? {} : { description } };
}

/** Codes above 127 did not fit the field that older files have. */
function codeOf(code: FlatTable): number {
  return Math.max(code.byte(fields.operatorCode.short), code.uint(fields.operatorCode.whole));
}

function isLayer(code: number): boolean {
  return code === operators.convolution || code === operators.depthwise || code === operators.dense;
}

/** Undefined for what is computed and not stored. */
function readTensor(tensor: FlatTable, buffers: readonly FlatTable[]) {
  const buffer = buffers[tensor.uint(fields.tensor.buffer)];
  const data = buffer?.bytes(fields.buffer.data);
  if (data === undefined || data.length === 0) return undefined;
  const name = tensor.text(fields.tensor.name);
  const type = tensorTypes[tensor.byte(fields.tensor.type)];
  if (type === undefined) {
    throw fault(
      `tensor ${JSON.stringify(name)} must hold floats of 32 or 16 bits`,
      `type ${tensor.byte(fields.tensor.type)}`,
    );
  }
  const shape = tensor.ints(fields.tensor.shape);
  const wanted = elementCount(shape) * (type === 'float32' ? 4 : 2);
  if (shape.some((extent) => extent < 1) || data.length !== wanted) {
    throw fault(
      `tensor ${JSON.stringify(name)} must have as many values as its shape [${shape.join(', ')}]`,
      `${data.length} bytes`,
    );
  }
  // A copy: the file's bytes lie at any place, floats at multiples of their size.
  const { buffer: copy } = data.slice();
  const values = type === 'float32' ? new Float32Array(copy) : new Uint16Array(copy);
  return toFloat32(tensorData(type, shape, values))!;
}

function inOurOrder(weight: TensorData<'float32'>, code: number): TensorData<'float32'> {
  if (code === operators.dense) return weight;
  if (weight.shape.length !== 4) {
    throw fault('weights of a convolution must have four axes', `[${weight.shape.join(', ')}]`);
  }
  return transposeFloat32(weight, code === operators.depthwise ? [3, 0, 1, 2] : [0, 3, 1, 2]);
}

function fault(rule: string, received: string): LeukoscopeError {
  return new LeukoscopeError(
    'WEIGHTS_TFLITE',
    `A TensorFlow Lite model cannot be read: ${rule}. Received ${received}. Convert it in the program that wrote it.`,
  );
}
