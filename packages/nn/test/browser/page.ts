/** @file The script of the test page: trains and infers in a worker, and reports by a global. */
import { conv2d, emitGraph, encodeOnnxModel, input } from '@leukoscope/nn';
import * as platform from '@leukoscope/nn/runtime';
import type { openRuntime as openWebRuntime, Runtime } from '../../src/runtime-web-entry.ts';
import { inferTiny, trainTiny } from './tiny-training.ts';

// The bundler picks the browser's entry by export condition; the type checker runs under Node's.
const openRuntime = platform.openRuntime as unknown as typeof openWebRuntime;

/** What the page found out; plain numbers, so that it can leave the browser. */
export interface PageReport {
  readonly losses: number[];
  readonly probabilities: number[];
  readonly weights: [key: string, shape: number[], data: number[]][];
  /** Timer ticks of the page while one long run went on, and how long that run took. */
  readonly ticks: number;
  readonly longRunMs: number;
  readonly providers: readonly string[];
  readonly errors: string[];
}

/** Run one large convolution and count how often the page's own timer fires meanwhile. */
async function countTicks(runtime: Runtime) {
  const x = input('x', [1, 48, 160, 160]);
  const w = input('w', [48, 48, 3, 3]);
  let y = x;
  for (let layer = 0; layer < 4; layer++) y = conv2d(y, w, { padding: 1 });
  const session = await runtime.load(
    encodeOnnxModel(emitGraph({ name: 'long', outputs: { y } }).model),
  );
  const zeros = (shape: readonly number[]) => ({
    dtype: 'float32' as const,
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  });
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 5);
  const start = performance.now();
  await session.run({ x: zeros(x.shape), w: zeros(w.shape) });
  clearInterval(timer);
  return { ticks, longRunMs: performance.now() - start };
}

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'no error';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

async function report(): Promise<PageReport> {
  const runtime = openRuntime({ wasmLocation: 'assets' });
  const { losses, weights } = await trainTiny(runtime, 20);
  const probabilities = await inferTiny(runtime, weights);
  const { ticks, longRunMs } = await countTicks(runtime);
  const providers = await runtime.providers();
  const errors = [await codeOf(() => runtime.load(Uint8Array.of(1, 2, 3)))];
  await runtime.close();
  errors.push(await codeOf(() => runtime.providers()));
  const lost = openRuntime({ wasmLocation: '/nowhere/' });
  errors.push(await codeOf(() => inferTiny(lost, weights)));
  const plain = [...weights].map(([key, { shape, data }]): PageReport['weights'][number] => [
    key,
    [...shape],
    Array.from(data as Float32Array),
  ]);
  return { losses, probabilities, weights: plain, ticks, longRunMs, providers, errors };
}

Object.assign(globalThis, { pageReport: report() });
