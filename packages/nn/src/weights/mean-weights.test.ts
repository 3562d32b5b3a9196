import type { TensorData } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { meanWeights } from './mean-weights.ts';

const run = (values: number[], shape = [values.length]) =>
  new Map<string, TensorData>([
    ['w', { dtype: 'float32', shape, data: Float32Array.from(values) }],
  ]);

test('each number is the mean over the runs', () => {
  const mean = meanWeights([run([1, 2]), run([3, -2]), run([5, 3])]);
  expect(Array.from(mean.get('w')!.data as Float32Array)).toEqual([3, 1]);
});

test('runs of different networks are refused', () => {
  expect(() => meanWeights([run([1, 2]), run([1, 2], [1, 2])])).toThrow('w must be float32 [2]');
  expect(() => meanWeights([run([1, 2]), new Map()])).toThrow('w must be');
  expect(() => meanWeights([])).toThrow('at least one run');
});
