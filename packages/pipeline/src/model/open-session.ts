/** @file Opens a runtime of its own for one model file, after checking the file's hash. */
import { LeukoscopeError } from '@leukoscope/core';
import { openRuntime, type Provider, type TensorMap } from '@leukoscope/nn/runtime';
import type { ModelSession } from './model-session.ts';

/** How models run. */
export interface RunOptions {
  /** @default 'cpu' in Node, 'wasm' in browsers */
  readonly provider?: Provider | undefined;
  /** Threads of one run. @default the physical cores */
  readonly threads?: number | undefined;
  /** Where the WebAssembly files lie, from the page; browsers only. @default beside the script */
  readonly wasmLocation?: string | undefined;
  /**
   * Let findings carry what their types are decided from; models of two stages can. `pooled`: only what they were
   * trained on, which costs nothing. @default false
   */
  readonly features?: boolean | 'pooled' | undefined;
  /** Called with what each of the model's networks is given, by their order: what 8 bits are calibrated on. */
  readonly onRun?: ((network: number, feeds: TensorMap) => void) | undefined;
}

/** Compute the SHA-256 of a file in hexadecimal. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Throw unless a file is the one that was described; returns its hash. */
export async function checkHash(
  bytes: Uint8Array,
  expected: string | undefined,
  what: string,
): Promise<string> {
  const found = await sha256Of(bytes);
  if (expected === undefined || expected === found) return found;
  throw new LeukoscopeError(
    'MODEL_HASH',
    `${what} must have SHA-256 ${expected}. Received ${found}. The file is damaged or another version; get it again.`,
  );
}

/** Load several model files into one runtime; closing any of the sessions closes all. */
export async function openSessions(
  files: readonly Uint8Array[],
  options: RunOptions = {},
): Promise<readonly ModelSession[]> {
  const runtime = startRuntime(options);
  try {
    const sessions: ModelSession[] = [];
    for (const [network, file] of files.entries()) {
      const { inputs, outputs, run } = await runtime.load(file);
      sessions.push({
        inputs,
        outputs,
        run: (feeds) => {
          options.onRun?.(network, feeds);
          return run(feeds);
        },
        close: () => runtime.close(),
      });
    }
    return sessions;
  } catch (error) {
    await runtime.close();
    throw error;
  }
}

/**
 * Like `openSessions`, but a file is read and loaded when its session runs for the first time: of a model
 * that brings one network per shape of image, most runs need one. All take the input `input`.
 */
export function openLazySessions(
  readers: readonly (() => Promise<Uint8Array>)[],
  input: string,
  options: RunOptions = {},
): readonly ModelSession[] {
  const runtime = startRuntime(options);
  return readers.map((read, network): ModelSession => {
    let loading: ReturnType<typeof runtime.load> | undefined;
    return {
      inputs: [input],
      outputs: [],
      async run(feeds) {
        options.onRun?.(network, feeds);
        loading ??= read().then((bytes) => runtime.load(bytes));
        return (await loading).run(feeds);
      },
      close: () => runtime.close(),
    };
  });
}

function startRuntime({ provider, threads, wasmLocation }: RunOptions) {
  return openRuntime({
    ...runtimeDefaults,
    ...(provider === undefined ? {} : { provider }),
    ...(threads === undefined ? {} : { threads }),
    ...(wasmLocation === undefined ? {} : { wasmLocation }),
  });
}

// A thread takes inputs without passing them through a pipe between processes. Threads that spin while they wait for work take the
// cores from the model's other network and from what lies between both (docs/benchmarks.md has the figures); detectors of one network
// are as fast without.
const runtimeDefaults = { host: 'thread', spinning: false } as const;
