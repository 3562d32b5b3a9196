import { createRandom } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { evaluate } from '../../test/harness/evaluate.ts';
import { gradients } from '../autodiff/gradients.ts';
import { input } from '../graph/tensor.ts';
import { mul } from '../ops/elementwise.ts';
import { sum } from '../ops/reduction.ts';
import { createScope } from '../params/scope.ts';
import { mixStyleLayer } from './mix-style.ts';

const shape = [3, 2, 4, 4] as const;
const plane = 16;
const random = createRandom(11);
const data = Float32Array.from(
  { length: 96 },
  (_, i) => random.next() * (1 + Math.floor(i / 32)) + i / 32,
);
const x = { dtype: 'float32' as const, shape, data };
const each = (values: readonly number[]) => ({
  dtype: 'float32' as const,
  shape: [3, 1, 1, 1],
  data: Float32Array.from(values),
});

function statistics(values: ArrayLike<number>, map: number) {
  const own = Array.from({ length: plane }, (_, i) => values[map * plane + i]!);
  const centre = own.reduce((a, b) => a + b) / plane;
  const spread = Math.sqrt(own.reduce((a, b) => a + (b - centre) ** 2, 0) / plane);
  return { centre, spread };
}

async function mixed(chosen: readonly number[], ownPart: readonly number[]) {
  const given = input('x', shape);
  const y = mixStyleLayer(createScope({ mode: 'train' }).at('style'), given, 0.5);
  const [dx] = gradients(sum(mul(y, y)), [given]);
  const feeds = { x, 'style.chosen': each(chosen), 'style.own_part': each(ownPart) };
  return evaluate({ y, dx: dx! }, feeds);
}

test('a chosen example has its own and the statistics of the one before, the others stay as they are', async () => {
  const { y } = await mixed([0.2, 0.9, 0.2], [0.25, 0.25, 0]);
  for (const channel of [0, 1]) {
    const own = statistics(data, channel);
    const last = statistics(data, 4 + channel);
    const first = statistics(y!.data as Float32Array, channel);
    expect(first.centre).toBeCloseTo(0.25 * own.centre + 0.75 * last.centre, 4);
    expect(first.spread).toBeCloseTo(0.25 * own.spread + 0.75 * last.spread, 4);
    // λ = 0: the third takes all of the second's.
    const third = statistics(y!.data as Float32Array, 4 + channel);
    expect(third.centre).toBeCloseTo(statistics(data, 2 + channel).centre, 4);
    expect(third.spread).toBeCloseTo(statistics(data, 2 + channel).spread, 4);
  }
  for (let i = 32; i < 64; i++) expect(y!.data[i]).toBeCloseTo(data[i]!, 4);
});

test('the gradient takes statistics for constants', async () => {
  const { y, dx } = await mixed([0.2, 0.9, 0.2], [0.25, 0.25, 0]);
  // y = a x + b with a = σ_mixed / σ of the map, so that d Σ y² / dx = 2 a y.
  const a = statistics(y!.data as Float32Array, 0).spread / statistics(data, 0).spread;
  for (let i = 0; i < plane; i++) expect(dx!.data[i]).toBeCloseTo(2 * a * Number(y!.data[i]), 3);
});

test('nothing is mixed at inference or without a share', () => {
  const given = input('x', shape);
  expect(mixStyleLayer(createScope({ mode: 'infer' }).at('style'), given, 0.5)).toBe(given);
  expect(mixStyleLayer(createScope({ mode: 'train' }).at('style'), given, 0)).toBe(given);
  expect(() => mixStyleLayer(createScope({ mode: 'train' }), given, 1.5)).toThrow(
    'share must be from 0 to 1. Received 1.5',
  );
});
