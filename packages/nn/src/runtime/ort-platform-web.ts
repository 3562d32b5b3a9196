/**
 * @file ONNX Runtime for browsers: WebAssembly everywhere, WebGPU where the browser has it.
 *
 * Each provider is a build of its own with its own `.wasm` file (14 MB and 27 MB before compression), so
 * only the one asked for is loaded. Settings are those of the whole module, not of a session.
 */
import { LeukoscopeError } from '@leukoscope/core';
import type { Env } from 'onnxruntime-common';
import type { OrtModule, OrtPlatform } from './ort-host.ts';

/** What a browser host is told before it loads anything; travels to the worker as a message. */
export interface WebHostSettings {
  readonly provider: 'wasm' | 'webgpu';
  /** Threads of WebAssembly; above 1 only on cross-origin isolated pages. */
  readonly threads: number | undefined;
  /** Folder that holds ONNX Runtime's `.wasm` file; beside the script if undefined. */
  readonly wasmLocation: string | undefined;
}

interface OrtWeb extends OrtModule {
  readonly env: Env;
}

const wasmFiles = {
  wasm: 'ort-wasm-simd-threaded.wasm',
  webgpu: 'ort-wasm-simd-threaded.asyncify.wasm',
} as const;

/** Load the build of onnxruntime-web that a provider needs. */
export async function loadOrtPlatform(settings: WebHostSettings): Promise<OrtPlatform> {
  const { provider, threads, wasmLocation } = settings;
  if (provider === 'webgpu' && !('gpu' in navigator)) {
    throw new LeukoscopeError(
      'NN_PROVIDER',
      'provider must be wasm in this browser. Received webgpu, but the browser has no WebGPU. Use another browser, or provider wasm.',
    );
  }
  const ort: OrtWeb =
    provider === 'webgpu'
      ? await import('onnxruntime-web/webgpu')
      : await import('onnxruntime-web/wasm');
  if (threads !== undefined) ort.env.wasm.numThreads = threads;
  if (wasmLocation !== undefined) {
    const folder = wasmLocation.endsWith('/') ? wasmLocation : `${wasmLocation}/`;
    ort.env.wasm.wasmPaths = { wasm: `${folder}${wasmFiles[provider]}` };
  }
  return {
    ort,
    defaultProvider: provider,
    providers: provider === 'webgpu' ? ['webgpu', 'wasm'] : ['wasm'],
  };
}
