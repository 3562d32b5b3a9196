import { createRandom } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { evaluate } from '../../test/harness/evaluate.ts';
import { gradients } from '../autodiff/gradients.ts';
import { input, type Tensor } from '../graph/tensor.ts';
import { mul } from '../ops/elementwise.ts';
import { sum } from '../ops/reduction.ts';
import { sgd } from '../optim/sgd.ts';
import { fill } from '../params/initialise.ts';
import { createScope } from '../params/scope.ts';
import { openRuntime } from '../runtime/open-runtime-node.ts';
import { createTrainer } from '../train/trainer.ts';
import { dropoutLayer, flatten, linearLayer } from './dense-layers.ts';

test('drops the share asked for, scales the rest up, and passes the gradient of the same elements', async () => {
  const count = 10_000;
  const x = input('x', [count]);
  const y = dropoutLayer(createScope({ mode: 'train' }).at('drop'), x, 0.3);
  const [dx] = gradients(sum(y), [x]);
  const random = createRandom(4);
  const results = await evaluate(
    { y, dx: dx! },
    {
      x: { dtype: 'float32', shape: [count], data: new Float32Array(count).fill(2) },
      'drop.noise': {
        dtype: 'float32',
        shape: [count],
        data: Float32Array.from({ length: count }, () => random.next()),
      },
    },
  );
  const values = results['y']!.data as Float32Array;
  const kept = values.filter((v) => v !== 0);
  // Standard error of a share of 0.7 in 10,000 is 0.0046; four of them.
  expect(Math.abs(kept.length / count - 0.7)).toBeLessThan(0.0184);
  expect(kept.every((v) => Math.abs(v - 2 / 0.7) < 1e-6)).toBe(true);
  expect(Array.from(results['dx']!.data, Number)).toEqual(Array.from(values, (v) => v / 2));
});

test('drops the share of maps too, any two elements independently', async () => {
  const [N, C, H, W] = [20, 30, 12, 12] as const;
  const shape = [N, C, H, W];
  const y = dropoutLayer(createScope({ mode: 'train' }).at('drop'), input('x', shape), 0.3);
  const random = createRandom(6);
  const uniform = (extents: readonly number[]) => {
    const count = extents.reduce((a, b) => a * b);
    const data = Float32Array.from({ length: count }, () => random.next());
    return { dtype: 'float32' as const, shape: extents, data };
  };
  const results = await evaluate(
    { y },
    {
      x: { dtype: 'float32', shape, data: new Float32Array(N * C * H * W).fill(1) },
      'drop.channel_noise': uniform([N, C, 1, 1]),
      'drop.place_noise': uniform([N, 1, H, W]),
    },
  );
  const isDropped = (n: number, c: number, at: number) =>
    results['y']!.data[(n * C + c) * H * W + at] === 0;
  // Pairs of one place, of one channel, and of neither.
  for (const [nextChannel, nextPlace] of [
    [1, 0],
    [0, 1],
    [1, 1],
  ] as const) {
    let [one, both, pairs] = [0, 0, 0];
    for (let n = 0; n < N; n++) {
      for (let c = 0; c + 1 < C; c++) {
        for (let at = 0; at + 1 < H * W; at++, pairs++) {
          const first = isDropped(n, c, at);
          if (first) one++;
          if (first && isDropped(n, c + nextChannel, at + nextPlace)) both++;
        }
      }
    }
    expect(Math.abs(one / pairs - 0.3)).toBeLessThan(0.01);
    expect(Math.abs(both / pairs - 0.09)).toBeLessThan(0.015);
  }
});

test('is the identity at inference and for a share of 0', () => {
  const x = input('x', [3]);
  expect(dropoutLayer(createScope({ mode: 'infer' }), x, 0.5)).toBe(x);
  expect(dropoutLayer(createScope({ mode: 'train' }), x, 0)).toBe(x);
});

test('refuses shares that leave nothing', () => {
  const drop = (share: number) => () =>
    dropoutLayer(createScope({ mode: 'train' }), input('x', [3]), share);
  expect(drop(1)).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: dropout: share must be from 0 to below 1. Received 1.]`,
  );
  expect(drop(-0.1)).toThrow('share must be from 0');
  expect(drop(Number.NaN)).toThrow('share must be from 0');
});

test('draws other elements at each step and micro-step, the same ones for the same seed', async () => {
  const sums = async (seed: number) => {
    const runtime = openRuntime({ host: 'inline', threads: 1 });
    const trainer = await createTrainer({
      runtime,
      seed,
      optimiser: sgd(),
      accumulate: 2,
      build: (scope) => {
        const dropped = dropoutLayer(scope.at('drop'), input('x', [1000]), 0.5);
        const w = scope.parameter('w', [1], { initialise: fill(1) });
        return { loss: sum(mul(dropped, w)) };
      },
    });
    const x = { dtype: 'float32' as const, shape: [1000], data: new Float32Array(1000) };
    // Powers would overflow; distinct weights make each mask's sum its own.
    x.data.forEach((_, i) => {
      x.data[i] = Math.sin(i);
    });
    const found: number[] = [];
    for (let step = 0; step < 3; step++)
      found.push((await trainer.train([{ x }, { x }], 0))['loss']!);
    await runtime.close();
    return found;
  };
  const first = await sums(1);
  expect(new Set(first).size).toBe(3);
  expect(await sums(1)).toEqual(first);
  expect(await sums(2)).not.toEqual(first);
});

test('flattens all axes but the first, and applies x Wᵀ + b to the last', () => {
  const x = input('x', [2, 3, 4]);
  expect(flatten(x).shape).toEqual([2, 12]);
  const scope = createScope({ mode: 'train' });
  expect(linearLayer(scope.at('fc'), x, 7).shape).toEqual([2, 3, 7]);
  expect(scope.declared.parameters.get('fc.weight')!.shape).toEqual([7, 4]);
});

test('a shared head drops other elements on each level, the same ones for the same seed', async () => {
  const losses = async () => {
    const runtime = openRuntime({ host: 'inline', threads: 1 });
    const trainer = await createTrainer({
      runtime,
      seed: 5,
      optimiser: sgd(),
      build: (scope) => {
        const head = (x: Tensor) =>
          dropoutLayer(scope.at('drop'), linearLayer(scope.at('fc'), x, 64), 0.5);
        const [fine, coarse] = [head(input('fine', [40, 3])), head(input('coarse', [40, 3]))];
        return {
          loss: sum(fine),
          metrics: { first: sum(mul(fine, fine)), second: sum(mul(coarse, coarse)) },
        };
      },
    });
    const x = { dtype: 'float32' as const, shape: [40, 3], data: new Float32Array(120).fill(1) };
    const report = await trainer.train({ fine: x, coarse: x }, 0);
    await runtime.close();
    return report;
  };
  const first = await losses();
  expect(first['first']).not.toBe(first['second']);
  expect(await losses()).toEqual(first);
});
