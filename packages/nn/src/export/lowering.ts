/**
 * @file What a graph is while its operators are replaced by 8-bit ones, node after node.
 *
 * Each value exists as float, as uint8, or both; the missing form is made when it is first asked for.
 * The float form keeps the value's name, so that operators that stay float need no change.
 */
import type { Shape, TensorData } from '@leukoscope/core';
import type { OnnxNode } from '../onnx/model.ts';
import type { SeenValue } from './calibrate.ts';
import type { GraphEditor } from './graph-editor.ts';
import { type ActivationScale, activationScale } from './quantised-values.ts';

/** A value's uint8 form: names of the value, its scale and its zero point. */
export interface QuantisedValue {
  readonly name: string;
  readonly scale: string;
  readonly zeroPoint: string;
  readonly params: ActivationScale;
}

/** The work so far, and what rules may do. */
export interface Lowering {
  readonly weightBits: 7 | 8;
  /** Nodes written so far. */
  readonly nodes: readonly OnnxNode[];
  constant(name: string): TensorData | undefined;
  shapeOf(value: string): Shape | undefined;
  onlyConsumerOf(value: string): OnnxNode | undefined;
  /** Tell whether a value has its uint8 form already. */
  isQuantised(value: string): boolean;
  /** Return a value's uint8 form, quantising it if need be; undefined for constants and unseen values. */
  quantised(value: string): QuantisedValue | undefined;
  /** Name the uint8 form that a rule is about to make, with the scale of the value's own range. */
  declare(value: string): QuantisedValue | undefined;
  /** Name a uint8 form that shares scale and zero point with another. */
  declareLike(value: string, other: QuantisedValue): QuantisedValue;
  /** Make sure that a value has its float form; returns its name. */
  float(value: string): string;
  /** Tell whether a node behind a value will take it as uint8. */
  feedsQuantised(value: string): boolean;
  /** Take the ReLU or Clip behind a node into it, if it is the only consumer; the value that comes out. */
  withActivation(node: OnnxNode): string;
  /** Leave a node out: its work is done by the one before. */
  absorb(node: OnnxNode): OnnxNode;
  /** Undo the taking in of the ReLU or Clip that makes a value. */
  release(value: string): void;
  isAbsorbed(node: OnnxNode): boolean;
  emit(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: OnnxNode['attributes'],
    domain?: string,
  ): void;
  /** Write a node as it is, on float values. */
  keep(node: OnnxNode): void;
  freshName(wanted: string): string;
  addConstant(wanted: string, value: TensorData): string;
  /** Add a constant once, however often it is asked for. */
  sharedConstant(name: string, value: TensorData): string;
}

/** Begin with all inputs as float. */
export function startLowering(
  editor: GraphEditor,
  seen: ReadonlyMap<string, SeenValue>,
  options: { readonly weightBits: 7 | 8; readonly isQuantisable: (node: OnnxNode) => boolean },
): Lowering {
  const nodes: OnnxNode[] = [];
  const quantised = new Map<string, QuantisedValue>();
  const hasFloat = new Set(editor.model.graph.inputs.map(({ name }) => name));
  const absorbed = new Set<OnnxNode>();
  const shared = new Map<string, string>();

  const paramsOf = (value: string) => {
    const range = seen.get(value)?.range;
    return range === undefined ? undefined : activationScale(range);
  };
  const named = (value: string, params: ActivationScale): QuantisedValue => ({
    name: editor.freshName(`${value}/uint8`),
    scale: lowering.addConstant(`${value}/scale`, {
      dtype: 'float32',
      shape: [],
      data: Float32Array.of(params.scale),
    }),
    zeroPoint: lowering.addConstant(`${value}/zero_point`, {
      dtype: 'uint8',
      shape: [],
      data: Uint8Array.of(params.zeroPoint),
    }),
    params,
  });

  const lowering: Lowering = {
    weightBits: options.weightBits,
    nodes,
    constant: (name) => editor.constants.get(name),
    shapeOf: (value) => seen.get(value)?.shape,
    onlyConsumerOf: editor.onlyConsumerOf,
    isQuantised: (value) => quantised.has(value),
    quantised(value) {
      const known = quantised.get(value);
      const params = paramsOf(value);
      if (known !== undefined || params === undefined || !hasFloat.has(value)) return known;
      const made = named(value, params);
      lowering.emit('QuantizeLinear', [value, made.scale, made.zeroPoint], [made.name], {});
      quantised.set(value, made);
      return made;
    },
    declare(value) {
      const params = paramsOf(value);
      if (params === undefined) return undefined;
      const made = named(value, params);
      quantised.set(value, made);
      return made;
    },
    declareLike(value, other) {
      const made = { ...other, name: editor.freshName(`${value}/uint8`) };
      quantised.set(value, made);
      return made;
    },
    float(value) {
      const made = quantised.get(value);
      if (hasFloat.has(value) || made === undefined) return value;
      lowering.emit('DequantizeLinear', [made.name, made.scale, made.zeroPoint], [value], {});
      hasFloat.add(value);
      return value;
    },
    feedsQuantised: (value) => editor.consumersOf(value).some(options.isQuantisable),
    withActivation(node) {
      const output = node.outputs[0]!;
      const next = editor.onlyConsumerOf(output);
      if (next === undefined || !isClamp(next, editor) || !options.isQuantisable(next)) {
        return output;
      }
      absorbed.add(next);
      return next.outputs[0]!;
    },
    absorb(node) {
      absorbed.add(node);
      return node;
    },
    release(value) {
      const node = editor.producerOf(value);
      // Only a clamp is taken back; a bias that is added stays with its product.
      if (node !== undefined && isClamp(node, editor)) absorbed.delete(node);
    },
    isAbsorbed: (node) => absorbed.has(node),
    emit(opType, inputs, outputs, attributes, domain) {
      const name = outputs[0]!;
      nodes.push({
        opType,
        name,
        inputs,
        outputs,
        attributes,
        ...(domain === undefined ? {} : { domain }),
      });
      for (const output of outputs) if (isFloatResult(opType, output)) hasFloat.add(output);
    },
    keep(node) {
      nodes.push({ ...node, inputs: node.inputs.map((name) => lowering.float(name)) });
      for (const name of node.outputs) hasFloat.add(name);
    },
    freshName: editor.freshName,
    addConstant: editor.addConstant,
    sharedConstant(name, value) {
      const known = shared.get(name);
      if (known !== undefined) return known;
      const made = editor.addConstant(name, value);
      shared.set(name, made);
      return made;
    },
  };

  /** QGemm without an output scale gives floats, under the value's own name. */
  const isFloatResult = (opType: string, output: string) =>
    opType === 'QGemm' && editor.producerOf(output) !== undefined;

  return lowering;
}

/**
 * ReLU, or a Clip between constants around 0: exactly what rounding to uint8 does to values beyond the
 * range, and the range seen behind the clamp never reaches further.
 */
function isClamp(node: OnnxNode, editor: GraphEditor): boolean {
  if (node.opType === 'Relu') return true;
  if (node.opType !== 'Clip') return false;
  const bound = (name: string | undefined) =>
    name === undefined || name === '' ? undefined : editor.constants.get(name)?.data[0];
  const [low, high] = [bound(node.inputs[1]), bound(node.inputs[2])];
  return low !== undefined && high !== undefined && Number(low) <= 0 && Number(high) >= 0;
}
