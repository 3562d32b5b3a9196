/**
 * @file Writes the graph behind some tensors as ONNX nodes.
 *
 * Only what the outputs need is written: ONNX Runtime runs dead nodes, so dead-code elimination is
 * ours. Order: depth first from the outputs, so every node stands behind its inputs.
 */
import { type DType, elementCount, LeukoscopeError, type TensorData } from '@leukoscope/core';
import { int } from '../graph/onnx-attributes.ts';
import { sameShape } from '../graph/shape.ts';
import { sortNodes } from '../graph/sort-nodes.ts';
import {
  constantOp,
  type Emitter,
  type GraphNode,
  type InputAttributes,
  inputOp,
  type OnnxAttributes,
  type ParameterAttributes,
  parameterOp,
  type Tensor,
} from '../graph/tensor.ts';
import type { OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from '../onnx/model.ts';

/** Opset of every file that is written; 18 brings ScatterElements' reductions and axes as inputs. */
export const opsetVersion = 18;
const irVersion = 8;

/** What to write. */
export interface EmitRequest {
  readonly name: string;
  /** Outputs by the names they get in the file. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Values of parameters: written as constants. Those without become graph inputs, flat [n]. */
  readonly parameterValues?: ReadonlyMap<string, TensorData>;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Names of what a written model takes. */
export interface EmittedModel {
  readonly model: OnnxModel;
  /** Keys of `input()` tensors that the outputs need. */
  readonly inputKeys: readonly string[];
  /** Keys of parameters that enter as inputs. */
  readonly parameterKeys: readonly string[];
}

const elementTypes: Record<DType, number> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};

/** Write the graph behind the outputs as an ONNX model. */
export function emitGraph(request: EmitRequest): EmittedModel {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: OnnxValueInfo[] = [];
  const inputKeys: string[] = [];
  const parameterKeys: string[] = [];
  const names = new Map<Tensor, string>();
  const usedNames = new Set<string>();
  const constantNames = new Map<string | TensorData, string>();
  const parameterNames = new Map<string, { readonly name: string; readonly count: number }>();
  let prefix = '';

  const sorted = sortNodes(Object.values(request.outputs));
  // What the caller named keeps its name, so nothing inside may take it first.
  const reserved = reserveNames(sorted, Object.keys(request.outputs));
  const unique = (wanted: string): string => {
    let name = wanted;
    for (let i = 2; usedNames.has(name) || reserved.has(name); i++) name = `${wanted}_${i}`;
    usedNames.add(name);
    return name;
  };

  const emitter: Emitter = {
    nameOf: (tensor) => {
      const name = names.get(tensor);
      if (name === undefined)
        throw new LeukoscopeError(
          'NN_INTERNAL',
          `internal: ${tensor.node.op.name} is used before it is emitted.`,
        );
      return name;
    },
    leafName: (tensor) => {
      if (tensor.node.op.name === inputOp.name) {
        const { key } = tensor.node.attributes as InputAttributes;
        inputs.push({ name: key, dtype: tensor.dtype, shape: tensor.shape });
        inputKeys.push(key);
        return key;
      }
      const { key, shape } = tensor.node.attributes as ParameterAttributes;
      const count = elementCount(shape);
      const known = parameterNames.get(key);
      if (known !== undefined && known.count !== count) {
        throw new LeukoscopeError(
          'NN_NAME',
          `parameter "${key}" must have one size. Received ${known.count} and ${count} numbers. Name the second one differently.`,
        );
      }
      const value = request.parameterValues?.get(key);
      const name = known?.name ?? unique(value === undefined ? `${key}.flat` : key);
      parameterNames.set(key, { name, count });
      if (value === undefined) {
        if (known === undefined) {
          inputs.push({ name, dtype: 'float32', shape: [count] });
          parameterKeys.push(key);
        }
        return emitter.add('Reshape', [name, emitter.int64s(shape)]);
      }
      if (known === undefined) initializers.push({ name, ...value });
      return sameShape(value.shape, shape)
        ? name
        : emitter.add('Reshape', [name, emitter.int64s(shape)]);
    },
    isConstant: ({ node }) =>
      node.op.name === constantOp.name ||
      (node.op.name === parameterOp.name &&
        request.parameterValues?.has((node.attributes as ParameterAttributes).key) === true),
    constant: (value) => {
      const key = constantKey(value);
      const known = constantNames.get(key);
      if (known !== undefined) return known;
      const name = unique('constant');
      initializers.push({ name, ...value });
      constantNames.set(key, name);
      return name;
    },
    int64s: (values) =>
      emitter.constant({
        dtype: 'int64',
        shape: [values.length],
        data: BigInt64Array.from(values, BigInt),
      }),
    scalar: (value) =>
      emitter.constant({ dtype: 'float32', shape: [], data: Float32Array.of(value) }),
    cast: (name, dtype) => emitter.add('Cast', [name], { to: int(elementTypes[dtype]) }),
    add: (opType, nodeInputs, attributes = {}) =>
      emitter.addMany(opType, nodeInputs, 1, attributes)[0]!,
    addMany: (opType, nodeInputs, count, attributes: OnnxAttributes = {}, domain = '') => {
      const outputs = Array.from({ length: count }, () => unique(`${prefix}${opType}`));
      nodes.push({
        opType,
        domain,
        name: outputs[0]!,
        inputs: [...nodeInputs],
        outputs,
        attributes,
      });
      return outputs;
    },
  };

  for (const node of sorted) {
    prefix = node.name === undefined ? '' : `${node.name}/`;
    const outputNames = emitNode(emitter, node);
    node.outputs.forEach((tensor, i) => {
      names.set(tensor, outputNames[i]!);
    });
  }
  const outputs = Object.entries(request.outputs).map(([name, tensor]): OnnxValueInfo => {
    // A node of its own gives the output its name, also where two outputs are the same tensor.
    nodes.push({
      opType: 'Identity',
      domain: '',
      name: `${name}/output`,
      inputs: [emitter.nameOf(tensor)],
      outputs: [name],
      attributes: {},
    });
    return { name, dtype: tensor.dtype, shape: tensor.shape };
  });
  renameOutputs(nodes, inputs, initializers, outputs);

  const domains = new Set(nodes.map((node) => node.domain ?? ''));
  const model: OnnxModel = {
    irVersion,
    opsetImports: [...domains]
      .sort()
      .map((domain) => ({ domain, version: domain === '' ? opsetVersion : 1 })),
    producerName: 'leukoscope',
    producerVersion: '0.1.0',
    graph: { name: request.name, nodes, inputs, outputs, initializers },
    metadata: request.metadata ?? {},
  };
  return { model, inputKeys, parameterKeys };
}

/** Names of inputs and outputs; they must all differ. */
function reserveNames(sorted: readonly GraphNode[], outputNames: readonly string[]): Set<string> {
  const names = new Set<string>();
  const reserve = (name: string) => {
    if (names.has(name)) {
      throw new LeukoscopeError(
        'NN_NAME',
        `names of inputs and outputs must differ. Received "${name}" twice. Rename one, or declare an input once and use it again.`,
      );
    }
    names.add(name);
  };
  for (const node of sorted) {
    if (node.op.name === inputOp.name) reserve((node.attributes as InputAttributes).key);
  }
  for (const name of outputNames) reserve(name);
  return names;
}

function emitNode(emitter: Emitter, node: GraphNode): readonly string[] {
  try {
    return node.op.emit(emitter, node);
  } catch (error) {
    if (error instanceof LeukoscopeError) throw error;
    throw new LeukoscopeError('NN_INTERNAL', `internal: emitting ${node.op.name} failed.`, {
      cause: error,
    });
  }
}

/** Small constants are shared by value, large ones where they are the same object: hashing them would cost more. */
function constantKey(value: TensorData): string | TensorData {
  if (value.data.length > 64) return value;
  // String(-0) is "0".
  const digits = (x: number | bigint) => (Object.is(x, -0) ? '-0' : String(x));
  const elements = Array.from(value.data as ArrayLike<number | bigint>, digits);
  return `${value.dtype}[${value.shape.join()}]:${elements.join()}`;
}

/** Give outputs their names directly where the producing value has no other claim to its name. */
function renameOutputs(
  nodes: OnnxNode[],
  inputs: readonly OnnxValueInfo[],
  initializers: readonly OnnxTensor[],
  outputs: readonly OnnxValueInfo[],
): void {
  const fixed = new Set([...inputs, ...initializers].map(({ name }) => name));
  const renamed = new Map<string, string>();
  const outputNames = new Set(outputs.map(({ name }) => name));
  const kept = nodes.filter((node) => {
    const [source] = node.inputs;
    const [target] = node.outputs;
    if (node.opType !== 'Identity' || !outputNames.has(target!)) return true;
    if (fixed.has(source!) || renamed.has(source!)) return true;
    renamed.set(source!, target!);
    return false;
  });
  const rename = (name: string) => renamed.get(name) ?? name;
  nodes.length = 0;
  for (const node of kept) {
    nodes.push({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) });
  }
}
