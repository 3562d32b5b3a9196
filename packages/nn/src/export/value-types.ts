/** @file The dtype of every value of a graph, as far as float-or-not goes: enough to place casts. */
import type { DType } from '@leukoscope/core';
import { dtypeOf } from '../onnx/element-types.ts';
import type { OnnxNode } from '../onnx/model.ts';
import type { GraphEditor } from './graph-editor.ts';
import { intAttribute } from './graph-editor.ts';

const boolOps = new Set([
  ...['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'And', 'Or', 'Xor', 'Not'],
  ...['IsNaN', 'IsInf'],
]);
const int64Ops = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonMaxSuppression', 'NonZero']);
/** Outputs behind the first that are int64 indices. */
const indexedOps = new Set(['TopK', 'MaxPool', 'Unique']);

/** Infer the dtypes of all values; those of unknown operators follow their first input. */
export function inferDTypes(editor: GraphEditor): Map<string, DType> {
  const types = new Map<string, DType>();
  for (const { name, dtype } of editor.model.graph.inputs) types.set(name, dtype ?? 'float32');
  for (const [name, { dtype }] of editor.constants) types.set(name, dtype);
  for (const node of editor.nodes) {
    node.outputs.forEach((name, i) => {
      if (name !== '') types.set(name, outputType(node, i, types));
    });
  }
  return types;
}

function outputType(node: OnnxNode, output: number, types: ReadonlyMap<string, DType>): DType {
  const { opType } = node;
  if (boolOps.has(opType)) return 'bool';
  if (int64Ops.has(opType) || (indexedOps.has(opType) && output > 0)) return 'int64';
  if (opType === 'Cast') return dtypeOf(intAttribute(node, 'to', 1)) ?? 'float32';
  if (opType === 'ConstantOfShape') {
    const value = node.attributes['value'];
    return value?.type === 'tensor' ? value.value.dtype : 'float32';
  }
  if (opType === 'QuantizeLinear') return types.get(node.inputs[2] ?? '') ?? 'uint8';
  if (opType === 'DequantizeLinear') return 'float32';
  const first = opType === 'Where' ? node.inputs[1] : node.inputs[0];
  return types.get(first ?? '') ?? 'float32';
}
