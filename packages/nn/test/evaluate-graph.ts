/** @file Runs a graph once on ONNX Runtime, in the test's own thread, and compares numbers. */
import type { TensorData } from '@leukoscope/core';
import { emitGraph, encodeOnnxModel, type Tensor } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { expect } from 'vitest';

/** Work out named tensors from named inputs. */
export async function evaluateGraph<K extends string>(
  outputs: Readonly<Record<K, Tensor>>,
  feeds: Readonly<Record<string, TensorData>> = {},
): Promise<Record<K, number[]>> {
  const { model, inputKeys } = emitGraph({ name: 'test', outputs });
  const runtime = openRuntime({ host: 'inline', threads: 1, spinning: false });
  const session = await runtime.load(encodeOnnxModel(model));
  const given = Object.fromEntries(inputKeys.map((key) => [key, feeds[key]!]));
  const results = await session.run(given);
  const numbers = Object.entries(results).map(([name, value]) => [
    name,
    Array.from(value.data as ArrayLike<number | bigint>, Number),
  ]);
  await runtime.close();
  return Object.fromEntries(numbers) as Record<K, number[]>;
}

/** Compare element by element: |a - b| <= atol + rtol |b|; the worst element is named. */
export function expectClose(
  actual: readonly number[],
  expected: readonly number[],
  { rtol = 1e-3, atol = 1e-6, what = '' } = {},
): void {
  expect(actual.length, `${what} length`).toBe(expected.length);
  let worst = -1;
  let index = 0;
  for (const [i, value] of expected.entries()) {
    const got = actual[i]!;
    if (Object.is(got, value) || got === value) continue;
    const excess = Math.abs(got - value) / (atol + rtol * Math.abs(value));
    if (!(excess <= worst)) [worst, index] = [excess, i];
    if (Number.isNaN(excess)) break;
  }
  const message = `${what}[${index}]: got ${actual[index]}, expected ${expected[index]}`;
  expect(worst <= 1, message).toBe(true);
}
