/**
 * @file Matrix products over the last two axes, batched and broadcast like NumPy's `matmul`.
 *
 * The transposes are attributes: ONNX Runtime fuses Transpose + MatMul into one kernel that reads
 * either order at full speed.
 */
import { ints } from '../graph/onnx-attributes.ts';
import { broadcastShapes } from '../graph/shape.ts';
import { applyOp1, type Op, shapeError, type Tensor } from '../graph/tensor.ts';

interface MatmulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function lastTwo(tensor: Tensor, transposed: boolean): [number, number] {
  const [rows, columns] = tensor.shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

export const matmulOp: Op<MatmulAttributes> = {
  name: 'matmul',
  infer: (inputs, { transposeA, transposeB }) => {
    const [a, b] = inputs as [Tensor, Tensor];
    const cure = 'Use transposeA/transposeB or reshape().';
    if (a.shape.length < 2 || b.shape.length < 2) {
      throw shapeError('matmul', 'both operands must have at least 2 axes', inputs, cure);
    }
    const [m, k] = lastTwo(a, transposeA);
    const [k2, n] = lastTwo(b, transposeB);
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (k !== k2 || batch === undefined) {
      throw shapeError(
        'matmul',
        'columns of the first must equal rows of the second',
        inputs,
        cure,
      );
    }
    return [{ shape: [...batch, m, n], dtype: a.dtype }];
  },
  emit: (emitter, node) => {
    const names = node.inputs.map((tensor, i) => {
      const isTransposed = i === 0 ? node.attributes.transposeA : node.attributes.transposeB;
      if (!isTransposed) return emitter.nameOf(tensor);
      const order = tensor.shape.map((_, axis) => axis);
      const rank = order.length;
      [order[rank - 2], order[rank - 1]] = [rank - 1, rank - 2];
      return emitter.add('Transpose', [emitter.nameOf(tensor)], { perm: ints(order) });
    });
    return [emitter.add('MatMul', names)];
  },
  gradient: {
    backward: (node, [g], needed) => {
      if (g === undefined) return [undefined, undefined];
      const [a, b] = node.inputs as [Tensor, Tensor];
      const { transposeA, transposeB } = node.attributes;
      // C = A B: dA = dC Bᵀ, dB = Aᵀ dC; a transposed operand gets the transposed product.
      const da = () =>
        transposeA
          ? matmul(b, g, { transposeA: transposeB, transposeB: true })
          : matmul(g, b, { transposeB: !transposeB });
      const db = () =>
        transposeB
          ? matmul(g, a, { transposeA: true, transposeB: transposeA })
          : matmul(a, g, { transposeA: !transposeA });
      return [needed[0] ? da() : undefined, needed[1] ? db() : undefined];
    },
  },
};

/** Multiply matrices over the last two axes. */
export function matmul(
  a: Tensor,
  b: Tensor,
  options: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {},
): Tensor {
  const { transposeA = false, transposeB = false } = options;
  return applyOp1(matmulOp, [a, b], { transposeA, transposeB });
}
