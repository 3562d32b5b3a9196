/**
 * @file Activations. Gradients use the OUTPUT where they can: then ONNX Runtime may fuse the
 * activation into the convolution before it, and the input need not be kept.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { float } from '../graph/onnx-attributes.ts';
import { applyOp1, type Op, type Tensor } from '../graph/tensor.ts';
import { add, cast, greater, mul, sub, where } from './elementwise.ts';

type NoAttributes = Record<never, never>;

function activationOp<A extends object = NoAttributes>(
  name: string,
  emit: Op<A>['emit'],
  rule: ((g: Tensor, x: Tensor, y: Tensor, attributes: A) => Tensor) | 'none',
): Op<A> {
  return {
    name,
    infer: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
    emit,
    gradient:
      rule === 'none'
        ? 'none'
        : {
            backward: (node, [g]) => [
              g === undefined
                ? undefined
                : rule(g, node.inputs[0]!, node.outputs[0]!, node.attributes),
            ],
          },
  };
}

const single =
  (opType: string): Op<NoAttributes>['emit'] =>
  (emitter, node) => [emitter.add(opType, [emitter.nameOf(node.inputs[0]!)])];

/**
 * 1 where x > 0, else 0, in one fast pass: HardSigmoid clips αx + 0 to [0, 1], and with α = 1e37 every
 * positive number above 1e-37 becomes 1. Comparing and casting takes 1.4 times as long.
 */
export const positiveOp = activationOp(
  'positive',
  (emitter, node) => [
    emitter.add('HardSigmoid', [emitter.nameOf(node.inputs[0]!)], {
      alpha: float(1e37),
      beta: float(0),
    }),
  ],
  'none',
);

export const reluOp = activationOp('relu', single('Relu'), (g, _x, y) =>
  mul(g, applyOp1(positiveOp, [y], {})),
);

export const leakyReluOp = activationOp<{ readonly slope: number }>(
  'leakyRelu',
  (emitter, node) => [
    emitter.add('LeakyRelu', [emitter.nameOf(node.inputs[0]!)], {
      alpha: float(node.attributes.slope),
    }),
  ],
  // 1 for y > 0, slope elsewhere: slope + (1 - slope) [y > 0]; y has the sign of x as slope >= 0
  (g, _x, y, { slope }) => mul(g, add(mul(applyOp1(positiveOp, [y], {}), 1 - slope), slope)),
);

export const sigmoidOp = activationOp(
  'sigmoid',
  single('Sigmoid'),
  (g, _x, y) => mul(g, mul(y, sub(1, y))), // σ' = σ(1 - σ)
);

export const tanhOp = activationOp(
  'tanh',
  single('Tanh'),
  (g, _x, y) => mul(g, sub(1, mul(y, y))), // tanh' = 1 - tanh²
);

export const softplusOp = activationOp(
  'softplus',
  single('Softplus'),
  (g, x) => mul(g, sigmoid(x)), // ln(1 + e^x)' = σ(x)
);

export const hardSigmoidOp = activationOp(
  'hardSigmoid',
  (emitter, node) => [
    emitter.add('HardSigmoid', [emitter.nameOf(node.inputs[0]!)], {
      alpha: float(1 / 6),
      beta: float(0.5),
    }),
  ],
  // x/6 + 1/2 between -3 and 3: slope 1/6 where 0 < y < 1
  (g, _x, y) => mul(g, mul(indicateBetween(y, 0, 1), 1 / 6)),
);

export const hardSwishOp = activationOp(
  'hardSwish',
  (emitter, node) => [emitter.add('HardSwish', [emitter.nameOf(node.inputs[0]!)])],
  // x h(x) with h = hardSigmoid: h(x) + x h'(x)
  (g, x) => mul(g, add(hardSigmoid(x), mul(x, mul(indicateBetween(hardSigmoid(x), 0, 1), 1 / 6)))),
);

export const clipOp = activationOp<{ readonly low: number; readonly high: number }>(
  'clip',
  (emitter, node) => [
    emitter.add('Clip', [
      emitter.nameOf(node.inputs[0]!),
      emitter.scalar(node.attributes.low),
      emitter.scalar(node.attributes.high),
    ]),
  ],
  (g, x, _y, { low, high }) => where(between(x, low, high), g, 0),
);

function between(x: Tensor, low: number, high: number): Tensor {
  return applyOp1(betweenOp, [x], { low, high });
}

function indicateBetween(x: Tensor, low: number, high: number): Tensor {
  return mul(cast(greater(x, low), 'float32'), cast(greater(high, x), 'float32'));
}

/** low <= x <= high, as bool (PyTorch's clamp passes the gradient at both ends). */
export const betweenOp: Op<{ readonly low: number; readonly high: number }> = {
  name: 'between',
  infer: ([x]) => [{ shape: x!.shape, dtype: 'bool' }],
  emit: (emitter, node) => {
    const x = emitter.nameOf(node.inputs[0]!);
    const above = emitter.add('GreaterOrEqual', [x, emitter.scalar(node.attributes.low)]);
    const below = emitter.add('LessOrEqual', [x, emitter.scalar(node.attributes.high)]);
    return [emitter.add('And', [above, below])];
  },
  gradient: 'none',
};

/** 1 where low <= x <= high, else 0, as float32; not differentiable. */
export function betweenMask(x: Tensor, low: number, high: number): Tensor {
  return cast(applyOp1(betweenOp, [x], { low, high }), 'float32');
}
/** max(x, 0). */
export function relu(x: Tensor): Tensor {
  return applyOp1(reluOp, [x], {});
}
/** x where positive, slope * x elsewhere. */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  if (!(slope >= 0)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `leakyRelu: slope must be at least 0. Received ${slope}.`,
    );
  }
  return applyOp1(leakyReluOp, [x], { slope });
}
/** 1 / (1 + e^-x). */
export function sigmoid(x: Tensor): Tensor {
  return applyOp1(sigmoidOp, [x], {});
}
/** Hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  return applyOp1(tanhOp, [x], {});
}
/** ln(1 + e^x), without overflow. */
export function softplus(x: Tensor): Tensor {
  return applyOp1(softplusOp, [x], {});
}
/** x σ(x), also called swish. */
export function silu(x: Tensor): Tensor {
  return mul(x, sigmoid(x));
}
/** clip(x / 6 + 1/2, 0, 1). */
export function hardSigmoid(x: Tensor): Tensor {
  return applyOp1(hardSigmoidOp, [x], {});
}
/** x clip(x / 6 + 1/2, 0, 1). */
export function hardSwish(x: Tensor): Tensor {
  return applyOp1(hardSwishOp, [x], {});
}
/** Limit to [low, high]. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  if (!(low <= high)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `clip: low must be at most high. Received ${low} and ${high}.`,
    );
  }
  return applyOp1(clipOp, [x], { low, high });
}
