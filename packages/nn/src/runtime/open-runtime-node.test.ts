import { float32, type TensorData } from '@leukoscope/core';
import { afterAll, describe, expect, test } from 'vitest';
import { longFeed, longModel } from '../../test/harness/long-model.ts';
import { emitGraph } from '../emit/emit-graph.ts';
import { constant, input, parameter } from '../graph/tensor.ts';
import { encodeOnnxModel } from '../onnx/write-model.ts';
import { add, cast, mul } from '../ops/elementwise.ts';
import { type HostKind, openRuntime } from './open-runtime-node.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import { startHost } from './start-host-node.ts';

/** y = 2 x + 1, and z = x as whole numbers. */
function smallModel(): Uint8Array {
  const x = input('x', [2, 2]);
  const outputs = { y: add(mul(x, 2), 1), z: cast(x, 'int64') };
  return encodeOnnxModel(emitGraph({ name: 'small', outputs }).model);
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: Error & { code: string }) => error.code,
  );

for (const host of ['inline', 'thread', 'process'] satisfies HostKind[]) {
  describe(`in a runtime of kind ${host}`, () => {
    const runtime: Runtime = openRuntime({ host, threads: 1 });
    afterAll(() => runtime.close());

    test('runs a model again and again, and gives what is asked for', async () => {
      const session = await runtime.load(smallModel());
      expect(session.inputs).toEqual(['x']);
      expect(session.outputs).toEqual(['y', 'z']);
      for (let i = 0; i < 3; i++) {
        const feed = float32([i, 1, 2, -3.5], [2, 2]);
        const { y, z } = await session.run({ x: feed });
        expect(y).toEqual(float32([2 * i + 1, 3, 5, -6], [2, 2]));
        expect(z).toEqual({
          dtype: 'int64',
          shape: [2, 2],
          data: BigInt64Array.of(BigInt(i), 1n, 2n, -3n),
        });
        // The caller keeps what it fed.
        expect(feed.data.length).toBe(4);
      }
      expect(Object.keys(await session.run({ x: float32([0, 0, 0, 0], [2, 2]) }, ['z']))).toEqual([
        'z',
      ]);
      await session.dispose();
      await session.dispose();
    });

    test('leaves earlier outputs as they were while it goes on running', async () => {
      const x = input('x', []);
      const y = mul(x, constant(float32(new Float32Array(50_000).fill(1))));
      const session = await runtime.load(
        encodeOnnxModel(emitGraph({ name: 'fill', outputs: { y } }).model),
      );
      const kept: (readonly [number, Float32Array])[] = [];
      for (let i = 0; i < 60; i++) {
        const { y } = await session.run({ x: float32([i], []) });
        // Every second one is let go, so that its memory may be used again.
        if (i % 2 === 0) kept.push([i, y!.data as Float32Array]);
      }
      for (const [i, data] of kept) expect(data.every((value) => value === i)).toBe(true);
      await session.dispose();
    });

    test('refuses feeds that do not fit, and goes on', async () => {
      const session = await runtime.load(smallModel());
      const x = float32([1, 2, 3, 4], [2, 2]);
      await expect(session.run({})).rejects.toThrow(
        'feeds must be exactly x. Received none; missing: x.',
      );
      await expect(session.run({ x, colour: x })).rejects.toThrow('Received x, colour.');
      expect(await codeOf(session.run({ x: float32([1, 2], [2, 1]) }))).toBe('NN_RUN');
      const wrong = { dtype: 'float32', shape: [2, 2], data: new Float32Array(3) } as TensorData;
      expect(await codeOf(session.run({ x: wrong }))).toBe('NN_FEED');
      expect((await session.run({ x }))['y']!.data[3]).toBe(9);
      await session.dispose();
      expect(await codeOf(session.run({ x }))).toBe('NN_SESSION');
    });

    test('refuses what is no model, and providers that are not there', async () => {
      expect(await codeOf(runtime.load(new Uint8Array(0)))).toBe('NN_MODEL');
      expect(await codeOf(runtime.load(Uint8Array.of(1, 2, 3)))).toBe('NN_MODEL');
      const providers = await runtime.providers();
      expect(providers).toContain('cpu');
      const absent = (['cuda', 'wasm'] as const).find((name) => !providers.includes(name));
      if (absent === undefined) throw new Error('this test needs one provider that is absent');
      await expect(runtime.load(smallModel(), { provider: absent })).rejects.toThrow(
        `provider must be one of ${providers.join(', ')} here. Received ${absent}.`,
      );
    });

    test('feeds state and takes it back without showing it', async () => {
      const w = parameter('w', [4]);
      const outputs = { total: mul(w, input('x', [])), 'w.next': add(w, 1) };
      const model = encodeOnnxModel(emitGraph({ name: 'state', outputs }).model);
      const wiring = { stateInputs: { 'w.flat': 'a' }, stateOutputs: { 'w.next': 'a' } };
      const session = await runtime.load(model, wiring);
      expect([session.inputs, session.outputs]).toEqual([['x'], ['total']]);
      const x = float32([10], []);
      await expect(session.run({ x })).rejects.toThrow('missing: state a');
      await runtime.writeState({ a: float32([1, 2, 3, 4]) });
      const { total } = await session.run({ x });
      expect(total).toEqual(float32([10, 20, 30, 40]));
      expect(await runtime.readState(['a'])).toEqual({ a: float32([2, 3, 4, 5]) });
      await runtime.dropState(['a', 'never written']);
      expect(await codeOf(runtime.readState(['a']))).toBe('NN_STATE');
      await session.dispose();
    });
  });
}

test('outlives its process: waiting and later calls fail with NN_HOST_DIED, a new runtime works', async () => {
  const started = startHost('process');
  const runtime = createRuntime(started.host, { threads: 1 });
  const session = await runtime.load(longModel(200));
  const running = codeOf(session.run({ x: longFeed() }));
  const queued = codeOf(session.run({ x: longFeed() }));
  setTimeout(() => process.kill(started.pid!, 'SIGKILL'), 100);
  expect(await running).toBe('NN_HOST_DIED');
  expect(await queued).toBe('NN_HOST_DIED');
  expect(await codeOf(runtime.readState(['a']))).toBe('NN_HOST_DIED');
  await runtime.close();
  const next = openRuntime({ threads: 1 });
  expect(await next.providers()).toContain('cpu');
  await next.close();
});

test('refuses calls after close, which may be called twice', async () => {
  const runtime = openRuntime({ host: 'process', threads: 1 });
  await runtime.providers();
  await runtime.close();
  await runtime.close();
  expect(await codeOf(runtime.load(smallModel()))).toBe('NN_HOST_DIED');
});
