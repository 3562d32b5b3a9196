/**
 * @file Opens a runtime in a browser: a module worker, so that the page stays alive while models run.
 */
import type { SessionOptions } from './host.ts';
import type { WebHostSettings } from './ort-platform-web.ts';
import { connectHost } from './remote-host.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import type { StartedWorker } from './worker-end-web.ts';

/** Options of `openRuntime`; session options are defaults for every load. */
export interface RuntimeOptions extends Pick<SessionOptions, 'spinning'> {
  /** WebGPU must be present in the browser. @default 'wasm' */
  readonly provider?: 'wasm' | 'webgpu';
  /** Threads of WebAssembly; more than 1 needs a cross-origin isolated page. @default ONNX Runtime's choice */
  readonly threads?: number;
  /**
   * URL of the folder that holds ONNX Runtime's `.wasm` file, relative to the page.
   * @default beside the worker's script, where bundlers such as Vite put it
   */
  readonly wasmLocation?: string;
}

// The DOM's types are not part of this project's library set: nothing else here needs them.
declare const Worker: new (url: URL, options: { readonly type: 'module' }) => StartedWorker;
declare const location: { readonly href: string } | undefined;

/** Open a runtime; close it when done. */
export function openRuntime(options: RuntimeOptions = {}): Runtime {
  const { provider = 'wasm', threads, wasmLocation, ...defaults } = options;
  // Written out like this because bundlers look for exactly this expression.
  const worker = new Worker(new URL('./host-worker-web.ts', import.meta.url), { type: 'module' });
  const settings: WebHostSettings = {
    provider,
    threads,
    // The worker's own base URL is its script's, so the page's is applied here.
    wasmLocation:
      wasmLocation === undefined ? undefined : new URL(wasmLocation, location?.href).href,
  };
  worker.postMessage(settings, []);
  const remote = connectHost(
    {
      send: (message, transfer) => worker.postMessage(message, transfer),
      onMessage: (listener) => worker.addEventListener('message', ({ data }) => listener(data)),
    },
    async () => worker.terminate(),
  );
  worker.addEventListener('error', ({ message }) => {
    remote.fail(
      `the runtime's worker failed: ${message ?? 'its script could not be loaded'}. Check the network panel for blocked files.`,
    );
  });
  return createRuntime(remote.host, { provider, ...defaults });
}
