/** @file A model that keeps one core busy: products of large matrices, some 10 ms each. */

import { float32 } from '@leukoscope/core';
import { constant, emitGraph, encodeOnnxModel, input, matmul } from '@leukoscope/nn';

const size = 1024;

/** Write a model of so many products. */
export function longModel(products: number): Uint8Array {
  const data = new Float32Array(size * size).fill(1 / size);
  let y = input('x', [size, size]);
  const matrix = constant({ dtype: 'float32', shape: [size, size], data });
  for (let i = 0; i < products; i++) y = matmul(y, matrix);
  return encodeOnnxModel(emitGraph({ name: 'long', outputs: { y } }).model);
}

/** What the model takes as `x`. */
export const longFeed = () => float32(new Float32Array(size * size), [size, size]);
