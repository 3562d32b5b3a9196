import { createRandom, float32, type TensorData } from '@leukoscope/core';
import { expect, test } from 'vitest';
import '../../test/harness/close-to-tensor.ts';
import { evaluate } from '../../test/harness/evaluate.ts';
import { stream } from '../../test/harness/regression.ts';
import { input, type Tensor } from '../graph/tensor.ts';
import { foldValues } from '../params/fold.ts';
import { createScope, type Scope } from '../params/scope.ts';
import { initialValues } from '../train/trainer.ts';
import { convNormLayer } from './convolution-layers.ts';
import { batchNormLayer, groupNormLayer, l2NormLayer } from './norm-layers.ts';

const shape = [2, 4, 3, 3];

/** Apply a layer with its first values; `given` replaces some. */
async function apply(
  layer: (scope: Scope, x: Tensor) => Tensor,
  given: ReadonlyMap<string, TensorData> = new Map(),
): Promise<TensorData<'float32'>> {
  const scope = createScope({ mode: 'infer' });
  const y = layer(scope.at('norm'), input('x', shape));
  const values = initialValues([...scope.declared.parameters.values()], createRandom(1), given);
  const results = await evaluate({ y }, { x: stream(1, shape, 1, 3) }, values);
  return results['y'] as TensorData<'float32'>;
}

const x = stream(1, shape, 1, 3);
const mapped = (f: (value: number) => number) => ({ shape, data: x.data.map(f) });

test('is nearly the identity before any training: mean 0, variance 1, γ 1, β 0', async () => {
  const y = await apply(batchNormLayer);
  expect(y).toBeCloseToTensor(mapped((v) => v / Math.sqrt(1 + 1e-5)));
});

test('begins with the scale and uses the epsilon that are given', async () => {
  const y = await apply((scope, t) => batchNormLayer(scope, t, { gamma: 0.25, epsilon: 3 }));
  expect(y).toBeCloseToTensor(mapped((v) => (0.25 * v) / Math.sqrt(1 + 3)));
});

test('uses running statistics at inference', async () => {
  const of = (...values: number[]): TensorData => ({
    dtype: 'float32',
    shape: [4],
    data: Float32Array.from(values),
  });
  const given = new Map([
    ['norm.running_mean', of(1, 2, 3, 4)],
    ['norm.running_var', of(4, 9, 16, 25)],
    ['norm.bias', of(0, 1, 0, 1)],
  ]);
  const y = await apply((scope, t) => batchNormLayer(scope, t, { epsilon: 1e-12 }), given);
  const channelOf = (i: number) => Math.floor(i / 9) % 4;
  const data = x.data.map((v, i) => {
    const c = channelOf(i);
    return (v - (c + 1)) / (c + 2) + (c % 2);
  });
  expect(y).toBeCloseToTensor({ shape, data });
});

test('normalises groups with the epsilon that is given', async () => {
  const spread = (data: Float32Array) => Math.max(...data) - Math.min(...data);
  const [usual, flat] = [
    await apply((scope, t) => groupNormLayer(scope, t, 2)),
    await apply((scope, t) => groupNormLayer(scope, t, 2, { epsilon: 1e6 })),
  ];
  expect(spread(usual.data)).toBeGreaterThan(2);
  // Spread 2 of the input over √1e6
  expect(spread(flat.data)).toBeLessThan(2.1e-3);
});

test('gives every pixel the length of the first scale', async () => {
  const y = await apply((scope, t) => l2NormLayer(scope, t, 7));
  for (let pixel = 0; pixel < 9; pixel++) {
    const squares = [0, 1, 2, 3].map((c) => y.data[c * 9 + pixel]! ** 2);
    expect(Math.sqrt(squares.reduce((a, b) => a + b))).toBeCloseTo(7, 4);
  }
});

test("hands the norm's options on from a convolution with norm", () => {
  const scope = createScope({ mode: 'train' });
  convNormLayer(scope, input('x', shape), { channels: 4, gamma: 0, norm: 'frozen', epsilon: 0.5 });
  const { parameters } = scope.declared;
  const random = createRandom(1);
  expect([...parameters.get('bn.weight')!.initialise([2], random)]).toEqual([0, 0]);
  expect(parameters.get('conv.weight')!.foldedNorm).toMatchObject({ key: 'bn', epsilon: 0.5 });
});

test('a bias before a batch norm is taken from its mean, folded or not', async () => {
  const vector = (...values: number[]): TensorData => float32(values, [values.length]);
  const given = new Map([
    ['conv.weight', float32([2, 0, 0, 3], [2, 2, 1, 1])],
    ['conv.bias', vector(10, 20)],
    ['bn.running_mean', vector(11, 18)],
  ]);
  const picture = float32([1, 2, 3, 4], [1, 2, 1, 2]);
  const layer = (norm: 'batch' | 'frozen', mode: 'train' | 'infer') => {
    const scope = createScope({ mode });
    const y = convNormLayer(scope, input('x', picture.shape), {
      channels: 2,
      kernel: 1,
      norm,
      bias: true,
      epsilon: 1e-12,
    });
    return { scope, y };
  };
  for (const [norm, mode] of [
    ['batch', 'infer'],
    ['frozen', 'train'],
  ] as const) {
    const { scope, y } = layer(norm, mode);
    const specs = [...scope.declared.parameters.values()];
    const values = foldValues(initialValues(specs, createRandom(1), given), specs);
    const results = await evaluate({ y }, { x: picture }, values);
    // w x + bias - mean
    expect(results['y']).toBeCloseToTensor({ shape: picture.shape, data: [1, 3, 11, 14] });
  }
  const trained = layer('batch', 'train');
  expect(trained.scope.declared.parameters.has('conv.bias')).toBe(true);
  const results = await evaluate(
    { y: trained.y },
    { x: picture },
    initialValues([...trained.scope.declared.parameters.values()], createRandom(1), given),
  );
  expect(results['y']).toBeCloseToTensor({ shape: picture.shape, data: [-1, 1, -1, 1] });
});
