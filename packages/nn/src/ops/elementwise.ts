/**
 * @file Element-wise arithmetic with NumPy broadcasting.
 *
 * Broadcasting is undone in one place: autodiff sums every gradient to its input's shape, so the
 * rules below are the scalar derivatives and nothing else. `g` is the gradient of the output.
 */
import { LeukoscopeError, type Shape } from '@leukoscope/core';
import { broadcastShapes, sameShape } from '../graph/shape.ts';
import {
  applyOp1,
  constant,
  type MaybeTensor,
  type Op,
  scalarValue,
  shapeError,
  type Tensor,
} from '../graph/tensor.ts';
import { broadcastToOp } from './broadcast.ts';

/** A number or a tensor: numbers become scalar constants. */
export type Operand = Tensor | number;

type NoAttributes = Record<never, never>;
type BinaryRule = (
  g: Tensor,
  x: Tensor,
  y: Tensor,
  out: Tensor,
) => readonly [() => Tensor, () => Tensor];
type UnaryRule = (g: Tensor, x: Tensor, out: Tensor) => Tensor;

function inferBinary(name: string, inputs: readonly Tensor[], dtype?: 'bool') {
  const [x, y] = inputs as [Tensor, Tensor];
  if (x.dtype !== y.dtype) {
    throw shapeError(name, 'both operands must have one dtype', inputs, 'Use cast().');
  }
  const shape = broadcastShapes(x.shape, y.shape);
  if (shape === undefined) {
    throw shapeError(
      name,
      'extents must be equal or 1, counted from the last axis',
      inputs,
      'Use reshape() or broadcastTo() to line the axes up.',
    );
  }
  return [{ shape, dtype: dtype ?? x.dtype }];
}

/** Refuse operands of dtypes that the op does not know. */
function checkDtypes(
  name: string,
  inputs: readonly Tensor[],
  allowed: readonly Tensor['dtype'][],
  cure: string,
): void {
  if (inputs.every(({ dtype }) => allowed.includes(dtype))) return;
  throw shapeError(name, `operands must be of dtype ${allowed.join(' or ')}`, inputs, cure);
}

function binaryOp(name: string, onnxName: string, rule: BinaryRule | 'none'): Op<NoAttributes> {
  return {
    name,
    infer: (inputs) => inferBinary(name, inputs),
    emit: (emitter, node) => [emitter.add(onnxName, node.inputs.map(emitter.nameOf))],
    gradient:
      rule === 'none'
        ? 'none'
        : {
            backward(node, [g], needed) {
              if (g === undefined) return [undefined, undefined];
              const [x, y] = node.inputs as [Tensor, Tensor];
              const [dx, dy] = rule(g, x, y, node.outputs[0]!);
              return [needed[0] ? dx() : undefined, needed[1] ? dy() : undefined];
            },
          },
  };
}

function comparisonOp(name: string, onnxName: string): Op<NoAttributes> {
  return {
    name,
    infer: (inputs) => inferBinary(name, inputs, 'bool'),
    emit: (emitter, node) => [emitter.add(onnxName, node.inputs.map(emitter.nameOf))],
    gradient: 'none',
  };
}

function logicalOp(name: string, onnxName: string): Op<NoAttributes> {
  return {
    ...comparisonOp(name, onnxName),
    infer: (inputs) => {
      checkDtypes(name, inputs, ['bool'], 'Compare first.');
      return inferBinary(name, inputs);
    },
  };
}

function unaryOp(name: string, onnxName: string, rule: UnaryRule | 'none'): Op<NoAttributes> {
  return {
    name,
    infer: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
    emit: (emitter, node) => [emitter.add(onnxName, node.inputs.map(emitter.nameOf))],
    gradient:
      rule === 'none'
        ? 'none'
        : {
            backward: (node, [g]): MaybeTensor[] => [
              g === undefined ? undefined : rule(g, node.inputs[0]!, node.outputs[0]!),
            ],
          },
  };
}

/** One where the comparison holds, else zero, as float32. */
function indicator(condition: Tensor): Tensor {
  return cast(condition, 'float32');
}

export const addOp = binaryOp('add', 'Add', (g) => [() => g, () => g]); // (x + y)' = 1, 1
export const subOp = binaryOp('sub', 'Sub', (g) => [() => g, () => neg(g)]); // (x - y)' = 1, -1
export const mulOp = binaryOp('mul', 'Mul', (g, x, y) => [() => mul(g, y), () => mul(g, x)]); // (xy)' = y, x
export const divOp = binaryOp('div', 'Div', (g, _x, y, out) => [
  () => div(g, y), // 1 / y
  () => neg(div(mul(g, out), y)), // -x / y²
]);
export const powOp = binaryOp('pow', 'Pow', (g, x, y, out) => [
  () => mul(g, mul(y, pow(x, sub(y, 1)))), // y x^(y-1)
  () => mul(g, mul(out, log(x))), // x^y ln x
]);
// A tie gives each side the whole gradient of its own comparison: x takes >=, y takes the rest.
export const maximumOp = binaryOp('maximum', 'Max', (g, x, y) => [
  () => mul(g, indicator(greaterOrEqual(x, y))),
  () => mul(g, indicator(less(x, y))),
]);
export const minimumOp = binaryOp('minimum', 'Min', (g, x, y) => [
  () => mul(g, indicator(lessOrEqual(x, y))),
  () => mul(g, indicator(greater(x, y))),
]);
export const modOp: Op<NoAttributes> = {
  ...binaryOp('mod', 'Mod', 'none'),
  infer: (inputs) => {
    checkDtypes('mod', inputs, ['int64', 'int32'], 'Use cast().');
    return inferBinary('mod', inputs);
  },
};

export const equalOp = comparisonOp('equal', 'Equal');
export const greaterOp = comparisonOp('greater', 'Greater');
export const greaterOrEqualOp = comparisonOp('greaterOrEqual', 'GreaterOrEqual');
export const lessOp = comparisonOp('less', 'Less');
export const lessOrEqualOp = comparisonOp('lessOrEqual', 'LessOrEqual');
export const andOp = logicalOp('and', 'And');
export const orOp = logicalOp('or', 'Or');
export const notOp: Op<NoAttributes> = {
  ...unaryOp('not', 'Not', 'none'),
  infer: (inputs) => {
    checkDtypes('not', inputs, ['bool'], 'Compare first.');
    return [{ shape: inputs[0]!.shape, dtype: 'bool' }];
  },
};

export const negOp = unaryOp('neg', 'Neg', (g) => neg(g));
export const expOp = unaryOp('exp', 'Exp', (g, _x, out) => mul(g, out)); // e^x
export const logOp = unaryOp('log', 'Log', (g, x) => div(g, x)); // 1/x
export const sqrtOp = unaryOp('sqrt', 'Sqrt', (g, _x, out) => div(mul(g, 0.5), out)); // 1 / 2√x
export const absOp = unaryOp('abs', 'Abs', (g, x) => mul(g, sign(x)));
export const signOp = unaryOp('sign', 'Sign', 'none');
export const floorOp = unaryOp('floor', 'Floor', 'none');
export const ceilOp = unaryOp('ceil', 'Ceil', 'none');
export const roundOp = unaryOp('round', 'Round', 'none');
export const sinOp = unaryOp('sin', 'Sin', (g, x) => mul(g, cos(x)));
export const cosOp = unaryOp('cos', 'Cos', (g, x) => neg(mul(g, sin(x))));

export const castOp: Op<{ readonly dtype: Tensor['dtype'] }> = {
  name: 'cast',
  infer: ([x], { dtype }) => [{ shape: x!.shape, dtype }],
  emit: (emitter, node) => [emitter.cast(emitter.nameOf(node.inputs[0]!), node.attributes.dtype)],
  gradient: {
    // Between float kinds the derivative is 1; whole numbers and truth values carry none.
    backward: (node, [g]) => {
      const from = node.inputs[0]!.dtype;
      if (g === undefined || !from.startsWith('float')) return [undefined];
      return [cast(g, from)];
    },
  },
};

export const whereOp: Op<NoAttributes> = {
  name: 'where',
  infer: (inputs) => {
    const [condition, x, y] = inputs as [Tensor, Tensor, Tensor];
    const [value] = inferBinary('where', [x, y]);
    const shape = broadcastShapes(condition.shape, value!.shape);
    if (condition.dtype !== 'bool' || shape === undefined) {
      throw shapeError(
        'where',
        'the first operand must be bool and broadcast with the others',
        inputs,
        'Compare first.',
      );
    }
    return [{ shape, dtype: x.dtype }];
  },
  emit: (emitter, node) => [emitter.add('Where', node.inputs.map(emitter.nameOf))],
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return [undefined, undefined, undefined];
      const condition = node.inputs[0]!;
      return [undefined, where(condition, g, 0), where(condition, 0, g)];
    },
  },
};

export const stopGradientOp: Op<NoAttributes> = {
  name: 'stopGradient',
  infer: ([x]) => [{ shape: x!.shape, dtype: x!.dtype }],
  emit: (emitter, node) => [emitter.nameOf(node.inputs[0]!)], // the same value, no node at all
  gradient: 'none',
};

function toTensor(operand: Operand, like: Tensor['dtype']): Tensor {
  if (typeof operand !== 'number') return operand;
  if (like === 'int64') {
    return constant({ dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(operand)) });
  }
  if (like === 'float32') return constant(operand);
  throw new LeukoscopeError(
    'NN_OPERAND',
    `a plain number must meet a float32 or int64 tensor. Received ${like}. Use constant().`,
  );
}

/** Drop a broadcast that the operator itself would do again (Expand on an inner axis is slow). */
function looseShape(x: Tensor, y: Tensor): Tensor {
  if (x.node.op.name !== broadcastToOp.name) return x;
  const source = x.node.inputs[0]!;
  const loose = broadcastShapes(source.shape, y.shape);
  const full = broadcastShapes(x.shape, y.shape);
  return loose !== undefined && full !== undefined && sameShape(loose, full) ? source : x;
}

function binary(op: Op<NoAttributes>, a: Operand, b: Operand): Tensor {
  const dtype = typeof a !== 'number' ? a.dtype : typeof b !== 'number' ? b.dtype : 'float32';
  const x = toTensor(a, dtype);
  const y = toTensor(b, dtype);
  // One side only: two dropped broadcasts would leave nothing that carries the shape.
  const loose = looseShape(x, y);
  return applyOp1(op, [loose, loose === x ? looseShape(y, x) : y], {});
}

/** Add. */
export function add(x: Operand, y: Operand): Tensor {
  if (y === 0 && typeof x !== 'number') return x;
  return binary(addOp, x, y);
}
/** Subtract. */
export function sub(x: Operand, y: Operand): Tensor {
  return binary(subOp, x, y);
}
/** Multiply. */
export function mul(x: Operand, y: Operand): Tensor {
  if (typeof x !== 'number' && (y === 1 || (typeof y !== 'number' && isOne(y)))) return x;
  if (typeof x !== 'number' && typeof y !== 'number' && isOne(x) && fits(x, y)) return y;
  return binary(mulOp, x, y);
}
/** Divide. */
export function div(x: Operand, y: Operand): Tensor {
  return binary(divOp, x, y);
}
/** Raise to a power. */
export function pow(x: Operand, y: Operand): Tensor {
  return binary(powOp, x, y);
}
/** Take the larger of two. */
export function maximum(x: Operand, y: Operand): Tensor {
  return binary(maximumOp, x, y);
}
/** Take the smaller of two. */
export function minimum(x: Operand, y: Operand): Tensor {
  return binary(minimumOp, x, y);
}
/** Remainder of whole numbers; not differentiable. */
export function mod(x: Operand, y: Operand): Tensor {
  return binary(modOp, x, y);
}
/** Compare: x = y. */
export function equal(x: Operand, y: Operand): Tensor {
  return binary(equalOp, x, y);
}
/** Compare: x > y. */
export function greater(x: Operand, y: Operand): Tensor {
  return binary(greaterOp, x, y);
}
/** Compare: x >= y. */
export function greaterOrEqual(x: Operand, y: Operand): Tensor {
  return binary(greaterOrEqualOp, x, y);
}
/** Compare: x < y. */
export function less(x: Operand, y: Operand): Tensor {
  return binary(lessOp, x, y);
}
/** Compare: x <= y. */
export function lessOrEqual(x: Operand, y: Operand): Tensor {
  return binary(lessOrEqualOp, x, y);
}
/** Logical and. */
export function and(x: Tensor, y: Tensor): Tensor {
  return binary(andOp, x, y);
}
/** Logical or. */
export function or(x: Tensor, y: Tensor): Tensor {
  return binary(orOp, x, y);
}
/** Logical not. */
export function not(x: Tensor): Tensor {
  return applyOp1(notOp, [x], {});
}
/** Negate. */
export function neg(x: Tensor): Tensor {
  return applyOp1(negOp, [x], {});
}
/** e to the power of x. */
export function exp(x: Tensor): Tensor {
  return applyOp1(expOp, [x], {});
}
/** Natural logarithm. */
export function log(x: Tensor): Tensor {
  return applyOp1(logOp, [x], {});
}
/** Square root. */
export function sqrt(x: Tensor): Tensor {
  return applyOp1(sqrtOp, [x], {});
}
/** Absolute value; its gradient at 0 is 0. */
export function abs(x: Tensor): Tensor {
  return applyOp1(absOp, [x], {});
}
/** -1, 0 or 1; not differentiable. */
export function sign(x: Tensor): Tensor {
  return applyOp1(signOp, [x], {});
}
/** Round down; not differentiable. */
export function floor(x: Tensor): Tensor {
  return applyOp1(floorOp, [x], {});
}
/** Round up; not differentiable. */
export function ceil(x: Tensor): Tensor {
  return applyOp1(ceilOp, [x], {});
}
/** Round half to even; not differentiable. */
export function round(x: Tensor): Tensor {
  return applyOp1(roundOp, [x], {});
}
/** Sine. */
export function sin(x: Tensor): Tensor {
  return applyOp1(sinOp, [x], {});
}
/** Cosine. */
export function cos(x: Tensor): Tensor {
  return applyOp1(cosOp, [x], {});
}
/** Convert to another dtype. */
export function cast(x: Tensor, dtype: Tensor['dtype']): Tensor {
  return x.dtype === dtype ? x : applyOp1(castOp, [x], { dtype });
}
/** Take from x where the condition holds, else from y. */
export function where(condition: Tensor, x: Operand, y: Operand): Tensor {
  const dtype = typeof x !== 'number' ? x.dtype : typeof y !== 'number' ? y.dtype : 'float32';
  return applyOp1(whereOp, [condition, toTensor(x, dtype), toTensor(y, dtype)], {});
}
/** Pass the value on and let no gradient back. */
export function stopGradient(x: Tensor): Tensor {
  return applyOp1(stopGradientOp, [x], {});
}

function isOne(tensor: Tensor): boolean {
  return tensor.shape.length === 0 && scalarValue(tensor) === 1;
}

function fits(small: { shape: Shape }, large: { shape: Shape }): boolean {
  return small.shape.length <= large.shape.length;
}
