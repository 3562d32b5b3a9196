/**
 * @file Converts an inference model to 16-bit floats: half the file, and half the memory on GPUs.
 *
 * Weights and arithmetic become float16; inputs and outputs stay float32 unless asked otherwise, and
 * operators that lose too many digits stay float32 between casts. On CPUs float16 is not faster.
 */
import type { DType, TensorData } from '@leukoscope/core';
import { elementTypes } from '../onnx/element-types.ts';
import { float32ToFloat16 } from '../onnx/half-floats.ts';
import type { OnnxModel, OnnxNode, OnnxValueInfo } from '../onnx/model.ts';
import { checkFlat, editGraph } from './graph-editor.ts';
import { matchesName } from './layer-names.ts';
import { inferDTypes } from './value-types.ts';

/** Options of `convertToFloat16`. */
export interface Float16Options {
  /** Inputs and outputs stay float32, with casts inside. @default true */
  readonly keepsInterface?: boolean;
  /** Operators that stay float32, besides `sensitiveOperators`. @default none */
  readonly keepOperators?: readonly string[];
  /** Layers that stay float32: names of nodes or weights, or their leading parts. @default none */
  readonly exclude?: readonly string[];
}

/**
 * Operators that are kept in float32: long sums, exponentials, coordinates in pixels (float16 has no
 * half pixels above 1,024), and those that ONNX defines or ONNX Runtime has for float32 only.
 */
export const sensitiveOperators: ReadonlySet<string> = new Set([
  ...['Exp', 'Log', 'Pow', 'Sqrt', 'Reciprocal', 'Softmax', 'LogSoftmax', 'Softplus', 'CumSum'],
  ...[
    'GlobalAveragePool',
    'ReduceSum',
    'ReduceMean',
    'ReduceL2',
    'ReduceSumSquare',
    'ReduceLogSumExp',
  ],
  ...['BatchNormalization', 'InstanceNormalization', 'LayerNormalization', 'LpNormalization'],
  ...[
    'NonMaxSuppression',
    'TopK',
    'RoiAlign',
    'Range',
    'GridSample',
    'ScatterND',
    'ScatterElements',
  ],
  ...['QuantizeLinear', 'DequantizeLinear', 'RandomUniform', 'RandomNormal', 'Cast'],
  'ConstantOfShape',
]);

const largestHalf = 65_504;

/** Convert a model to float16. */
export function convertToFloat16(model: OnnxModel, options: Float16Options = {}): OnnxModel {
  const { keepsInterface = true, keepOperators = [], exclude = [] } = options;
  checkFlat(model, 'convertToFloat16');
  const editor = editGraph(model);
  const types = inferDTypes(editor);
  const isFloat = (name: string) => types.get(name) === 'float32';
  const isFull = (node: OnnxNode) =>
    (node.domain ?? '') !== '' ||
    sensitiveOperators.has(node.opType) ||
    keepOperators.includes(node.opType) ||
    matchesName(node, exclude);
  /** What each float value is now: constants and inputs begin as float32. */
  const current = new Map<string, DType>();
  const casts = new Map<string, string>();
  const nodes: OnnxNode[] = [];
  const halves = new Map<string, string>();
  const graphInputs = new Set(model.graph.inputs.map(({ name }) => name));
  for (const name of graphInputs) {
    if (isFloat(name)) current.set(name, keepsInterface ? 'float32' : 'float16');
  }

  const halfConstant = (name: string): string => {
    const known = halves.get(name);
    if (known !== undefined) return known;
    const half = editor.addConstant(`${name}/float16`, toHalf(editor.constants.get(name)!));
    halves.set(name, half);
    return half;
  };
  const as = (name: string, dtype: 'float16' | 'float32'): string => {
    if (name === '' || !isFloat(name)) return name;
    if (editor.constants.has(name)) return dtype === 'float16' ? halfConstant(name) : name;
    if (current.get(name) === dtype) return name;
    const key = `${name}:${dtype}`;
    const known = casts.get(key);
    if (known !== undefined) return known;
    const output = editor.freshName(`${name}/${dtype}`);
    nodes.push(castNode(name, output, dtype));
    casts.set(key, output);
    return output;
  };

  for (const node of editor.nodes) {
    const dtype = isFull(node) ? 'float32' : 'float16';
    const inputs = node.inputs.map((name, i) =>
      // The scales of Resize are float32 by definition.
      as(name, node.opType === 'Resize' && i > 0 ? 'float32' : dtype),
    );
    const outputs = node.outputs.map((name) => {
      if (!isFloat(name)) return name;
      if (!editor.isOutput(name)) {
        current.set(name, dtype);
        return name;
      }
      const wanted = keepsInterface ? 'float32' : 'float16';
      if (dtype === wanted) {
        current.set(name, wanted);
        return name;
      }
      // The value goes on under another name; the output's name belongs to the cast.
      const inner = editor.freshName(`${name}/${dtype}`);
      current.set(name, wanted);
      casts.set(`${name}:${dtype}`, inner);
      return inner;
    });
    nodes.push({ ...node, inputs, outputs });
    node.outputs.forEach((name, i) => {
      if (outputs[i] === name) return;
      nodes.push(castNode(outputs[i]!, name, keepsInterface ? 'float32' : 'float16'));
    });
  }
  editor.setNodes(nodes);
  const converted = editor.toModel();
  if (keepsInterface) return converted;
  const retype = (info: OnnxValueInfo): OnnxValueInfo =>
    isFloat(info.name) ? { ...info, dtype: 'float16' } : info;
  const { graph } = converted;
  const inputs = graph.inputs.map(retype);
  const outputs = graph.outputs.map(retype);
  return { ...converted, graph: { ...graph, inputs, outputs } };
}

function castNode(input: string, output: string, dtype: 'float16' | 'float32'): OnnxNode {
  return {
    opType: 'Cast',
    name: output,
    inputs: [input],
    outputs: [output],
    attributes: { to: { type: 'int', value: elementTypes[dtype] } },
  };
}

/** Round to float16; finite numbers beyond its range become its largest, as infinity would spread. */
function toHalf(value: TensorData): TensorData {
  const limited = (value.data as Float32Array).map((x) =>
    Number.isFinite(x) ? Math.max(-largestHalf, Math.min(largestHalf, x)) : x,
  );
  return { dtype: 'float16', shape: value.shape, data: float32ToFloat16(limited) };
}
