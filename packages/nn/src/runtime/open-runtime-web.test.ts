import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openRuntime } from './open-runtime-web.ts';
import { loadOrtPlatform } from './ort-platform-web.ts';

/** Stands in for the browser's Worker; answers `providers` and `close`. */
class StubWorker {
  static last: StubWorker;
  readonly messages: unknown[] = [];
  readonly listeners: Record<string, ((event: object) => void)[]> = {};
  isTerminated = false;
  readonly url: URL;
  constructor(url: URL) {
    this.url = url;
    StubWorker.last = this;
  }
  postMessage(message: { id?: number; method?: string }) {
    this.messages.push(message);
    if (message.method === 'providers' || message.method === 'close')
      this.emit('message', { data: { id: message.id, result: ['wasm'] } });
  }
  addEventListener(type: string, listener: (event: object) => void) {
    const known = this.listeners[type] ?? [];
    this.listeners[type] = [...known, listener];
  }
  emit(type: string, event: object) {
    queueMicrotask(() => {
      for (const listener of this.listeners[type] ?? []) listener(event);
    });
  }
  terminate() {
    this.isTerminated = true;
  }
}

beforeEach(() => {
  vi.stubGlobal('Worker', StubWorker);
  vi.stubGlobal('location', { href: 'https://host/app/index.html' });
});
afterEach(() => vi.unstubAllGlobals());

test('tells the worker its settings first, with the location made absolute from the page', () => {
  openRuntime({ provider: 'webgpu', threads: 2, wasmLocation: 'wasm/' });
  expect(StubWorker.last.url.pathname).toMatch(/host-worker-web\.ts$/);
  expect(StubWorker.last.messages[0]).toEqual({
    provider: 'webgpu',
    threads: 2,
    wasmLocation: 'https://host/app/wasm/',
  });
});

test('asks for WebAssembly, beside the script, unless told otherwise', () => {
  openRuntime();
  const [settings] = StubWorker.last.messages;
  expect(settings).toEqual({ provider: 'wasm', threads: undefined, wasmLocation: undefined });
});

test('hands session defaults on with every load', () => {
  const runtime = openRuntime({ provider: 'webgpu', spinning: false });
  void runtime.load(Uint8Array.of(1)).catch(() => {});
  return vi.waitFor(() =>
    expect(StubWorker.last.messages[1]).toMatchObject({
      method: 'load',
      parameters: [1, Uint8Array.of(1), { provider: 'webgpu', spinning: false }],
    }),
  );
});

test('ends the worker on close', async () => {
  const runtime = openRuntime();
  expect(await runtime.providers()).toEqual(['wasm']);
  await runtime.close();
  expect(StubWorker.last.isTerminated).toBe(true);
});

test('a worker that fails rejects what waits', async () => {
  const runtime = openRuntime();
  const waiting = runtime.readState(['a']);
  StubWorker.last.emit('error', { message: 'blocked' });
  await expect(waiting).rejects.toMatchObject({ code: 'NN_HOST_DIED' });
  await expect(waiting).rejects.toThrow("the runtime's worker failed: blocked");
});

test('sets the threads and the place of the wasm file in ONNX Runtime', async () => {
  const settings = { provider: 'wasm', threads: 3, wasmLocation: 'https://host/files' } as const;
  const platform = await loadOrtPlatform(settings);
  const { env } = platform.ort as unknown as { env: { wasm: Record<string, unknown> } };
  expect(platform.providers).toEqual(['wasm']);
  expect(env.wasm['numThreads']).toBe(3);
  expect(env.wasm['wasmPaths']).toEqual({ wasm: 'https://host/files/ort-wasm-simd-threaded.wasm' });
});

test('says so where a browser has no WebGPU', async () => {
  const settings = { provider: 'webgpu', threads: undefined, wasmLocation: undefined } as const;
  await expect(loadOrtPlatform(settings)).rejects.toThrow('the browser has no WebGPU');
});
