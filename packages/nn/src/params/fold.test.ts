import type { TensorData } from '@leukoscope/core';
import { expect, test } from 'vitest';
import '../../test/harness/close-to-tensor.ts';
import { stream } from '../../test/harness/regression.ts';
import { foldValues, unfoldValues } from './fold.ts';
import { fill } from './initialise.ts';
import type { ParameterSpec } from './scope.ts';

const spec: ParameterSpec = {
  key: 'conv.weight',
  shape: [3, 2, 1, 1],
  initialise: fill(0),
  isTrainable: true,
  decays: true,
  foldedNorm: { key: 'bn', epsilon: 0.5, biasKey: undefined },
};
const vector = (...values: number[]): TensorData => ({
  dtype: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
});
const values = new Map<string, TensorData>([
  [
    'conv.weight',
    { dtype: 'float32', shape: [3, 2, 1, 1], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  ],
  // The last channel is dead.
  ['bn.weight', vector(2, -1, 0)],
  ['bn.bias', vector(10, 20, 30)],
  ['bn.running_mean', vector(1, 2, 3)],
  ['bn.running_var', vector(3.5, 0.5, 1)],
]);
// s = γ / √(σ² + ε)
const s = [2 / 2, -1 / 1, 0];

test('folds scale and shift: w s and β - s μ', () => {
  const folded = foldValues(values, [spec]);
  expect([...(folded.get('conv.weight')!.data as Float32Array)]).toEqual([1, 2, -3, -4, 0, 0]);
  expect([...(folded.get('bn.folded_shift')!.data as Float32Array)]).toEqual([
    10 - s[0]! * 1,
    20 - s[1]! * 2,
    30,
  ]);
  expect([...(folded.get('bn.folded_scale')!.data as Float32Array)]).toEqual(s);
});

test("adds the convolution's own bias before the norm: β + s (b - μ)", () => {
  const withBias = { ...spec, foldedNorm: { ...spec.foldedNorm!, biasKey: 'conv.bias' } };
  const folded = foldValues(new Map([...values, ['conv.bias', vector(0.5, 1, 7)]]), [withBias]);
  expect([...(folded.get('bn.folded_shift')!.data as Float32Array)]).toEqual([9.5, 21, 30]);
});

test('unfolds trained weights, and leaves those of dead channels as they were', () => {
  const trained = new Map([
    ['conv.weight', { ...values.get('conv.weight')!, data: Float32Array.of(5, 6, 7, 8, 9, 9) }],
  ] as [string, TensorData][]);
  const unfolded = unfoldValues(trained, values, [spec]);
  expect([...(unfolded.get('conv.weight')!.data as Float32Array)]).toEqual([5, 6, -7, -8, 5, 6]);
  expect(unfolded.get('bn.bias')).toBe(values.get('bn.bias'));
});

test('gives back what was folded', () => {
  const random = new Map(values).set('conv.weight', stream(1, [3, 2, 1, 1]));
  const unfolded = unfoldValues(foldValues(random, [spec]), random, [spec]);
  expect(unfolded.get('conv.weight') as TensorData<'float32'>).toBeCloseToTensor(
    stream(1, [3, 2, 1, 1]),
  );
});

test('names the value that is missing', () => {
  const without = new Map(values);
  without.delete('bn.running_var');
  expect(() => foldValues(without, [spec])).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: weights must hold float32 values for bn.running_var. Received none. Load all weights of the model first.]`,
  );
});
