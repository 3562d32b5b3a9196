/** @file Rows picked per image: the step from "which" (indices) to "what" (boxes, logits, labels). */
import { int64 } from '@leukoscope/core';
import { constant, shapeError, type Tensor } from '../graph/tensor.ts';
import { add } from '../ops/elementwise.ts';
import { gather } from '../ops/indexing.ts';
import { reshape } from '../ops/shaping.ts';

/** Take rows [N, R] of values [N, A, ...]: [N, R, ...]. Differentiable in the values. */
export function gatherRows(values: Tensor, indices: Tensor): Tensor {
  const [n, rows, ...rest] = values.shape as [number, number, ...number[]];
  const fits = indices.dtype === 'int64' && indices.shape.length === 2 && indices.shape[0] === n;
  if (values.shape.length < 2 || !fits) {
    throw shapeError(
      'gatherRows',
      'values must be [N, A, ...] and indices int64 [N, R]',
      [values, indices],
      'Reshape to one list per image.',
    );
  }
  // One flat list of all images' rows: image n's begin at n A.
  const starts = constant(
    int64(
      Array.from({ length: n }, (_, image) => image * rows),
      [n, 1],
    ),
  );
  const flat = reshape(values, [n * rows, ...rest]);
  return gather(flat, n === 1 ? indices : add(indices, starts));
}
