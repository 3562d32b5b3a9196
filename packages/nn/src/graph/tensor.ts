/**
 * @file The graph that `nn` builds: tensors, nodes, and the three ways in (input, parameter, constant).
 *
 * A graph has no container: it is whatever can be reached backwards from the tensors one asks for.
 * Shapes are static and checked when a node is made, so a mistake is reported at the line that made
 * it. Each op says in one object how it infers shapes, emits ONNX and differentiates (see ops/).
 */
import {
  type DType,
  elementCount,
  LeukoscopeError,
  type Shape,
  type TensorData,
} from '@leukoscope/core';
import type { OnnxAttribute } from '../onnx/model.ts';

/** One value of the graph: output number `output` of `node`. */
export interface Tensor {
  readonly id: number;
  readonly node: GraphNode;
  readonly output: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** One application of an op. */
export interface GraphNode<A extends object = object> {
  readonly op: Op<A>;
  readonly inputs: readonly Tensor[];
  readonly attributes: A;
  readonly outputs: readonly Tensor[];
  /** A symbolic name, shown by the printer and kept in the ONNX file. */
  readonly name: string | undefined;
}

/** What an op promises about one of its outputs. */
export interface TensorSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A value's gradient, or undefined where nothing flows. */
export type MaybeTensor = Tensor | undefined;

/**
 * One kind of computation. Methods, not function properties, so that ops of different attributes fit
 * one table.
 */
export interface Op<A extends object = object> {
  readonly name: string;
  /** Return the outputs' shapes, or throw with `shapeError`. */
  infer(inputs: readonly Tensor[], attributes: A): readonly TensorSpec[];
  /** Write ONNX nodes and return the names of the outputs. */
  emit(emitter: Emitter, node: GraphNode<A>): readonly string[];
  /** How gradients flow back, or 'none': the op is not differentiable, and says so. */
  readonly gradient: 'none' | GradientRule<A>;
}

/** Build one gradient per input from one gradient per output. */
export interface GradientRule<A extends object = object> {
  /** `needed[i]` tells whether input i's gradient is used at all; skip costly ones that are not. */
  backward(
    node: GraphNode<A>,
    outputGradients: readonly MaybeTensor[],
    needed: readonly boolean[],
  ): readonly MaybeTensor[];
}

/** Attributes of an ONNX node by name. */
export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

/** Writes ONNX nodes, one op at a time. */
export interface Emitter {
  /** Return the ONNX name of a tensor that was emitted before. */
  nameOf(tensor: Tensor): string;
  /** Return the name under which an input or parameter enters the ONNX graph, in its true shape. */
  leafName(tensor: Tensor): string;
  /** Whether the value is written into the file: ONNX Runtime then prepares it once, at load. */
  isConstant(tensor: Tensor): boolean;
  /** Add an initialiser and return its name; equal values share one. */
  constant(value: TensorData): string;
  /** Add a one-dimensional int64 initialiser: shapes, axes, pads. */
  int64s(values: readonly number[]): string;
  /** Add a float32 scalar initialiser. */
  scalar(value: number): string;
  /** Add a Cast node. */
  cast(name: string, dtype: DType): string;
  /** Add a node with one output and return the output's name. */
  add(opType: string, inputs: readonly string[], attributes?: OnnxAttributes): string;
  /** Add a node with several outputs; `domain` is for operators outside the ONNX standard. */
  addMany(
    opType: string,
    inputs: readonly string[],
    outputCount: number,
    attributes?: OnnxAttributes,
    domain?: string,
  ): string[];
}

let nextTensorId = 1;

/** Apply an op; all its outputs. */
export function applyOp<A extends object>(
  op: Op<A>,
  inputs: readonly Tensor[],
  attributes: A,
  name?: string,
): readonly Tensor[] {
  const specs = op.infer(inputs, attributes);
  const outputs: Tensor[] = [];
  const node: GraphNode<A> = { op, inputs, attributes, outputs, name };
  specs.forEach((spec, output) => {
    outputs.push({ id: nextTensorId++, node, output, shape: spec.shape, dtype: spec.dtype });
  });
  return outputs;
}

/** Apply an op with one output. */
export function applyOp1<A extends object>(
  op: Op<A>,
  inputs: readonly Tensor[],
  attributes: A,
  name?: string,
): Tensor {
  return applyOp(op, inputs, attributes, name)[0]!;
}

/** Make an error that names the op, what must hold, the shapes received, and the cure. */
export function shapeError(
  opName: string,
  rule: string,
  inputs: readonly Tensor[],
  cure: string,
): LeukoscopeError {
  const shapes = inputs.map((tensor) => describeTensor(tensor)).join(', ');
  return new LeukoscopeError('NN_SHAPE', `${opName}: ${rule}. Received ${shapes}. ${cure}`);
}

/** Write a tensor as `name float32[1, 3, 8, 8]`. */
export function describeTensor(tensor: Tensor): string {
  const name = tensor.node.name === undefined ? '' : `${tensor.node.name} `;
  return `${name}${tensor.dtype}[${tensor.shape.join(', ')}]`;
}

// ---------------------------------------------------------------- leaves

/** Facts of a graph input. */
export interface InputAttributes extends TensorSpec {
  readonly key: string;
}

/** Facts of a parameter; its values live outside the graph, under `key`. */
export interface ParameterAttributes {
  readonly key: string;
  readonly shape: Shape;
}

/** Values that are part of the graph. */
export interface ConstantAttributes {
  readonly value: TensorData;
}

export const inputOp: Op<InputAttributes> = {
  name: 'input',
  infer: (_inputs, { shape, dtype }) => [{ shape, dtype }],
  emit: (emitter, node) => [emitter.leafName(node.outputs[0]!)],
  gradient: 'none',
};

export const parameterOp: Op<ParameterAttributes> = {
  name: 'parameter',
  infer: (_inputs, { shape }) => [{ shape, dtype: 'float32' }],
  emit: (emitter, node) => [emitter.leafName(node.outputs[0]!)],
  gradient: 'none',
};

export const constantOp: Op<ConstantAttributes> = {
  name: 'constant',
  infer: (_inputs, { value }) => [{ shape: value.shape, dtype: value.dtype }],
  emit: (emitter, node) => [emitter.constant(node.attributes.value)],
  gradient: 'none',
};

/** Declare a value that is fed at every run. */
export function input(key: string, shape: Shape, dtype: DType = 'float32'): Tensor {
  checkShape(key, shape);
  return applyOp1(inputOp, [], { key, shape, dtype }, key);
}

/** Declare a float32 value that training may change; layers do this through a scope. */
export function parameter(key: string, shape: Shape): Tensor {
  checkShape(key, shape);
  return applyOp1(parameterOp, [], { key, shape }, key);
}

/** Put values into the graph. */
export function constant(value: TensorData | number): Tensor {
  const data: TensorData =
    typeof value === 'number'
      ? { dtype: 'float32', shape: [], data: Float32Array.of(value) }
      : value;
  return applyOp1(constantOp, [], { value: data });
}

/** Return the single number of a scalar constant, or undefined for any other tensor. */
export function scalarValue(tensor: Tensor): number | undefined {
  if (tensor.node.op.name !== constantOp.name || elementCount(tensor.shape) !== 1) return undefined;
  const { value } = tensor.node.attributes as ConstantAttributes;
  return Number(value.data[0]);
}

function checkShape(key: string, shape: Shape): void {
  if (shape.every((extent) => Number.isInteger(extent) && extent >= 0)) return;
  throw new LeukoscopeError(
    'NN_SHAPE',
    `shape of ${key} must hold whole numbers of at least 0. Received [${shape.join(', ')}].`,
  );
}
