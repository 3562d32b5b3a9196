/**
 * @file Each operator's 8-bit form, as ONNX Runtime runs it.
 *
 * QLinearConv is standard ONNX; the other QLinear operators and QGemm are ONNX Runtime's own
 * (domain com.microsoft). Operators that only move values run on uint8 as they are. What is not in the
 * table stays float, between DequantizeLinear and QuantizeLinear.
 */
import type { TensorData } from '@leukoscope/core';
import type { OnnxAttribute, OnnxNode } from '../onnx/model.ts';
import { floatAttribute, intAttribute } from './graph-editor.ts';
import type { Lowering, QuantisedValue } from './lowering.ts';
import { quantiseBias, quantiseWeights, smallestScales } from './quantised-values.ts';

/** Writes a node's 8-bit form and returns true, or writes nothing and returns false. */
export type OperatorRule = (node: OnnxNode, lowering: Lowering) => boolean;

/** Domain of ONNX Runtime's own operators. */
const microsoft = 'com.microsoft';

const parts = (value: QuantisedValue) => [value.name, value.scale, value.zeroPoint];

function floatConstant(lowering: Lowering, name: string | undefined) {
  const value = name === undefined ? undefined : lowering.constant(name);
  return value?.dtype === 'float32' ? (value as TensorData<'float32'>) : undefined;
}

/** y = clamp(round(s_x s_w / s_y · (x - z_x) ⋆ w + b) + z_y): a ReLU behind is that clamp. */
const conv: OperatorRule = (node, lowering) => {
  const weights = floatConstant(lowering, node.inputs[1]);
  const biasName = node.inputs[2] || undefined;
  const bias = floatConstant(lowering, biasName);
  if (weights?.shape.length !== 4 || (biasName !== undefined && bias === undefined)) return false;
  const x = lowering.quantised(node.inputs[0]!);
  const y = x && declareActivated(node, lowering);
  if (x === undefined || y === undefined) return false;
  const layer = quantisedLayer(lowering, node.inputs[1]!, weights, { axis: 0, bias, x });
  const inputs = [...parts(x), ...layer.weights, y.scale, y.zeroPoint, ...layer.bias];
  lowering.emit('QLinearConv', inputs, [y.name], node.attributes);
  return true;
};

/** Declare what comes out of a node and, where that is all there is behind it, of its activation. */
function declareActivated(node: OnnxNode, lowering: Lowering): QuantisedValue | undefined {
  const output = lowering.withActivation(node);
  const y = lowering.declare(output);
  if (y === undefined) lowering.release(output);
  return y;
}

/** x W + b for x [N, K]: with a float result where nothing behind is quantised (logits). */
const matmul: OperatorRule = (node, lowering) => {
  const weights = floatConstant(lowering, node.inputs[1]);
  if (weights?.shape.length !== 2 || lowering.shapeOf(node.inputs[0]!)?.length !== 2) return false;
  const add = lowering.onlyConsumerOf(node.outputs[0]!);
  const bias =
    add?.opType === 'Add'
      ? floatConstant(
          lowering,
          add.inputs.find((name) => name !== node.outputs[0]),
        )
      : undefined;
  const fits = bias?.shape.length === 1 && bias.shape[0] === weights.shape[1];
  if (lowering.quantised(node.inputs[0]!) === undefined) return false;
  const last = add !== undefined && fits ? lowering.absorb(add) : node;
  return gemm(last, lowering, {
    x: node.inputs[0]!,
    weightsName: node.inputs[1]!,
    weights,
    bias: fits ? bias : undefined,
  });
};

/** Gemm as exporters write linear layers: α = β = 1, weights perhaps transposed. */
const generalMatmul: OperatorRule = (node, lowering) => {
  const weights = floatConstant(lowering, node.inputs[1]);
  const biasName = node.inputs[2] || undefined;
  const bias = floatConstant(lowering, biasName);
  const isPlain =
    floatAttribute(node, 'alpha', 1) === 1 &&
    floatAttribute(node, 'beta', 1) === 1 &&
    intAttribute(node, 'transA', 0) === 0;
  const columns = weights?.shape[intAttribute(node, 'transB', 0) === 1 ? 0 : 1];
  const biasFits =
    biasName === undefined || (bias?.shape.length === 1 && bias.shape[0] === columns);
  if (weights?.shape.length !== 2 || !isPlain || !biasFits) return false;
  const straight = intAttribute(node, 'transB', 0) === 1 ? transposed(weights) : weights;
  return gemm(node, lowering, {
    x: node.inputs[0]!,
    weightsName: node.inputs[1]!,
    weights: straight,
    bias,
  });
};

interface GemmParts {
  readonly x: string;
  readonly weightsName: string;
  readonly weights: TensorData<'float32'>;
  readonly bias: TensorData<'float32'> | undefined;
}

function gemm(last: OnnxNode, lowering: Lowering, from: GemmParts): boolean {
  const x = lowering.quantised(from.x);
  if (x === undefined) return false;
  const layer = quantisedLayer(lowering, from.weightsName, from.weights, {
    axis: 1,
    bias: from.bias,
    x,
  });
  // A float result has no clamp, so the activation behind is taken in only with an 8-bit one.
  const activated = lowering.withActivation(last);
  const y = lowering.feedsQuantised(activated) ? lowering.declare(activated) : undefined;
  if (y === undefined) lowering.release(activated);
  const name = y?.name ?? last.outputs[0]!;
  const scales = y === undefined ? [] : [y.scale, y.zeroPoint];
  const inputs = [...parts(x), ...layer.weights, layer.bias[0] ?? '', ...scales];
  lowering.emit('QGemm', inputs, [name], {}, microsoft);
  return true;
}

/** Weights, scales and zero points, and the bias, as constants. */
function quantisedLayer(
  lowering: Lowering,
  name: string,
  weights: TensorData<'float32'>,
  layer: {
    readonly axis: 0 | 1;
    readonly bias: TensorData<'float32'> | undefined;
    readonly x: QuantisedValue;
  },
): { readonly weights: string[]; readonly bias: string[] } {
  const { axis, bias, x } = layer;
  const channels = weights.shape[axis]!;
  const least = smallestScales(bias?.data ?? new Float32Array(channels), x.params);
  const quantised = quantiseWeights(weights, { axis, bits: lowering.weightBits, least });
  const { scales } = quantised;
  const suffix = quantised.isRaised ? `/${x.name}` : '';
  const add = (kind: string, value: TensorData) =>
    lowering.sharedConstant(`${name}/${kind}${suffix}`, value);
  const zeroPoint = { dtype: 'int8', shape: [channels], data: new Int8Array(channels) } as const;
  return {
    weights: [
      add('int8', quantised.values),
      add('scale', { dtype: 'float32', shape: [channels], data: scales }),
      add('zero_point', zeroPoint),
    ],
    bias:
      bias === undefined
        ? []
        : [lowering.addConstant(`${name}/bias`, quantiseBias(bias.data, x.params, scales))],
  };
}

function transposed({ shape, data }: TensorData<'float32'>): TensorData<'float32'> {
  const [rows, columns] = shape as [number, number];
  const turned = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++)
    turned[(i % columns) * rows + Math.floor(i / columns)] = data[i]!;
  return { dtype: 'float32', shape: [columns, rows], data: turned };
}

/** Two operands with scales of their own; worth it only if one of them is 8-bit already. */
const binary =
  (opType: string): OperatorRule =>
  (node, lowering) => {
    if (!node.inputs.some((name) => lowering.isQuantised(name))) return false;
    const [a, b] = node.inputs.map((name) => lowering.quantised(name));
    if (a === undefined || b === undefined) return false;
    const y = declareActivated(node, lowering);
    if (y === undefined) return false;
    const inputs = [...parts(a), ...parts(b), y.scale, y.zeroPoint];
    lowering.emit(opType, inputs, [y.name], {}, microsoft);
    return true;
  };

const concat: OperatorRule = (node, lowering) => {
  if (!node.inputs.some((name) => lowering.isQuantised(name))) return false;
  const values = node.inputs.map((name) => lowering.quantised(name));
  if (values.includes(undefined)) return false;
  const y = lowering.declare(node.outputs[0]!);
  if (y === undefined) return false;
  const inputs = [y.scale, y.zeroPoint, ...values.flatMap((value) => parts(value!))];
  lowering.emit('QLinearConcat', inputs, [y.name], node.attributes, microsoft);
  return true;
};

/** One operand, a scale of its own for the result. */
const unary =
  (opType: string, onlyInside = false): OperatorRule =>
  (node, lowering) => {
    const [input, output] = [node.inputs[0]!, node.outputs[0]!];
    // A score that leaves the model would be cut down to 256 steps.
    if (!lowering.isQuantised(input) || (onlyInside && !lowering.feedsQuantised(output))) {
      return false;
    }
    const x = lowering.quantised(input)!;
    const y = lowering.declare(output);
    if (y === undefined) return false;
    const inputs = [...parts(x), y.scale, y.zeroPoint];
    lowering.emit(opType, inputs, [y.name], node.attributes, microsoft);
    return true;
  };

/** Mean over the pixels of [N, C, H, W]: a global pool, squeezed where the axes go. */
const reduceMean: OperatorRule = (node, lowering) => {
  const [input, output] = [node.inputs[0]!, node.outputs[0]!];
  const axes = node.inputs[1] === undefined ? undefined : lowering.constant(node.inputs[1]);
  const attribute = node.attributes['axes'];
  const values =
    attribute?.type === 'ints' ? attribute.value : Array.from((axes?.data ?? []) as BigInt64Array);
  const isPixels =
    values
      .map(Number)
      .map((axis) => (axis < 0 ? axis + 4 : axis))
      .join() === '2,3';
  if (!isPixels || lowering.shapeOf(input)?.length !== 4 || !lowering.isQuantised(input))
    return false;
  const x = lowering.quantised(input)!;
  const y = lowering.declare(output);
  if (y === undefined) return false;
  const keepsAxes = intAttribute(node, 'keepdims', 1) === 1;
  const pooled = keepsAxes ? y.name : lowering.freshName(`${output}/pooled`);
  const inputs = [...parts(x), y.scale, y.zeroPoint];
  lowering.emit('QLinearGlobalAveragePool', inputs, [pooled], {}, microsoft);
  if (!keepsAxes) {
    const pixels = { dtype: 'int64', shape: [2], data: BigInt64Array.of(2n, 3n) } as const;
    lowering.emit('Squeeze', [pooled, lowering.addConstant('axes', pixels)], [y.name], {});
  }
  return true;
};

/** Values move, scale and zero point stay. */
const moving: OperatorRule = (node, lowering) => {
  const x = lowering.isQuantised(node.inputs[0]!) ? lowering.quantised(node.inputs[0]!) : undefined;
  if (x === undefined) return false;
  const names = node.outputs.map((output) => lowering.declareLike(output, x).name);
  lowering.emit(node.opType, [x.name, ...node.inputs.slice(1)], names, node.attributes);
  return true;
};

const maxPool: OperatorRule = (node, lowering) =>
  node.outputs.length === 1 && moving(node, lowering);

const resize: OperatorRule = (node, lowering) => {
  const mode = textAttribute(node.attributes['mode'], 'nearest');
  return (mode === 'nearest' || mode === 'linear') && moving(node, lowering);
};

/** Padding with 0 pads with the zero point. */
const pad: OperatorRule = (node, lowering) => {
  if (textAttribute(node.attributes['mode'], 'constant') !== 'constant') {
    return moving(node, lowering);
  }
  const value = node.inputs[2] ? lowering.constant(node.inputs[2]) : undefined;
  const isZero = !node.inputs[2] || Number(value?.data[0] ?? Number.NaN) === 0;
  if (!isZero || !lowering.isQuantised(node.inputs[0]!)) return false;
  const x = lowering.quantised(node.inputs[0]!)!;
  const y = lowering.declareLike(node.outputs[0]!, x);
  const inputs = [x.name, node.inputs[1]!, x.zeroPoint, ...node.inputs.slice(3)];
  lowering.emit('Pad', inputs, [y.name], node.attributes);
  return true;
};

/** A ReLU that no operator before could take in: max(x, z). */
const relu: OperatorRule = (node, lowering) => {
  if (!lowering.isQuantised(node.inputs[0]!)) return false;
  const x = lowering.quantised(node.inputs[0]!)!;
  const y = lowering.declareLike(node.outputs[0]!, x);
  lowering.emit('Clip', [x.name, x.zeroPoint], [y.name], {});
  return true;
};

/** A clamp between constants: the same bounds as uint8. */
const clip: OperatorRule = (node, lowering) => {
  if (!lowering.isQuantised(node.inputs[0]!)) return false;
  const x = lowering.quantised(node.inputs[0]!)!;
  const bounds = [0, 1].map((side) => {
    const bound = floatConstant(lowering, node.inputs[1 + side])?.data[0];
    if (bound === undefined) return node.inputs[1 + side] ? undefined : '';
    const stored = Math.round(bound / x.params.scale) + x.params.zeroPoint;
    const limited = Uint8Array.of(Math.max(0, Math.min(255, stored)));
    return lowering.addConstant('bound', { dtype: 'uint8', shape: [], data: limited });
  });
  if (bounds.includes(undefined)) return false;
  const y = lowering.declareLike(node.outputs[0]!, x);
  lowering.emit('Clip', [x.name, ...bounds.map((bound) => bound!)], [y.name], {});
  return true;
};

function textAttribute(attribute: OnnxAttribute | undefined, absent: string): string {
  return attribute?.type === 'string' ? attribute.value : absent;
}

/** All operators that have an 8-bit form. */
export const operatorRules: Readonly<Record<string, OperatorRule>> = {
  Conv: conv,
  MatMul: matmul,
  Gemm: generalMatmul,
  Add: binary('QLinearAdd'),
  Mul: binary('QLinearMul'),
  Concat: concat,
  AveragePool: unary('QLinearAveragePool'),
  GlobalAveragePool: unary('QLinearGlobalAveragePool'),
  ReduceMean: reduceMean,
  Sigmoid: unary('QLinearSigmoid', true),
  LeakyRelu: unary('QLinearLeakyRelu'),
  Relu: relu,
  Clip: clip,
  MaxPool: maxPool,
  Resize: resize,
  Pad: pad,
  Reshape: moving,
  Flatten: moving,
  Squeeze: moving,
  Unsqueeze: moving,
  Transpose: moving,
  Slice: moving,
  Split: moving,
  Identity: moving,
  DepthToSpace: moving,
  SpaceToDepth: moving,
};
