import { type TensorData, zeros } from '@leukoscope/core';
import { conv2d, emitGraph, encodeOnnxModel, input, relu, type Tensor } from '@leukoscope/nn';
import { openSessionPool } from '@leukoscope/nn/runtime';
import { expect, test } from 'vitest';

/** Convolutions that take long enough to be killed in the middle. */
function longModel(layers: number): Uint8Array {
  let y: Tensor = input('x', [1, 32, 256, 256]);
  const w = input('w', [32, 32, 3, 3]);
  for (let layer = 0; layer < layers; layer++) y = relu(conv2d(y, w, { padding: 1 }));
  return encodeOnnxModel(emitGraph({ name: 'long', outputs: { y } }).model);
}
const feeds: Record<string, TensorData> = {
  x: zeros([1, 32, 256, 256]),
  w: zeros([32, 32, 3, 3]),
};
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error) => (error as { code: string }).code,
  );

test('a process that overruns is killed; the caller lives and the pool goes on', async () => {
  // 300 layers take seconds.
  const pool = await openSessionPool(longModel(300), { size: 1, threads: 1, deadlineMs: 400 });
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 10);
  expect(await codeOf(pool.run(feeds))).toBe('NN_DEADLINE');
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(5);
  expect(await codeOf(pool.run(feeds))).toBe('NN_DEADLINE');
  expect(pool.state.started).toBeGreaterThanOrEqual(2);
  await pool.dispose();
});

test.each(['process', 'thread'] as const)('a pool of two of kind %s answers', async (host) => {
  const pool = await openSessionPool(longModel(2), { size: 2, host });
  expect(pool.inputs).toEqual(['x', 'w']);
  const results = await Promise.all([1, 2, 3, 4].map(() => pool.run(feeds)));
  expect(results.map(({ y }) => y!.shape)).toEqual(Array(4).fill([1, 32, 256, 256]));
  await pool.dispose();
  expect(await codeOf(pool.run(feeds))).toBe('NN_SESSION');
});

test('threads know no deadline, and a damaged model fails the opening', async () => {
  const model = longModel(1);
  expect(await codeOf(openSessionPool(model, { host: 'thread', deadlineMs: 5 }))).toBe('NN_OPTION');
  expect(await codeOf(openSessionPool(Uint8Array.of(1, 2, 3), { size: 1 }))).toBe('NN_MODEL');
});
