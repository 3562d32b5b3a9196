/**
 * @file What runs ONNX models, wherever it lives: in this thread, a worker, a child process, a browser.
 *
 * A host keeps sessions and, for training, named state (parameters, momenta): a step feeds state from
 * and fetches it back into the host, so that weights never cross a thread or process border.
 */
import type { TensorData } from '@leukoscope/core';

/** Where ONNX Runtime computes. */
export type Provider = 'cpu' | 'cuda' | 'webgpu' | 'wasm';

/** How a session is made. */
export interface SessionOptions {
  /** @default 'cpu' in Node, 'wasm' in browsers */
  readonly provider?: Provider;
  /** Threads of one run. @default the physical cores (ONNX Runtime's choice) */
  readonly threads?: number;
  /**
   * Threads wait busily for the next run: 10 % faster alone, several times slower when several sessions
   * share the cores. @default true
   */
  readonly spinning?: boolean;
  /** Inputs that are fed from state: input name -> state key. */
  readonly stateInputs?: Readonly<Record<string, string>>;
  /** Outputs that go into state: output name -> state key. */
  readonly stateOutputs?: Readonly<Record<string, string>>;
}

/** What a loaded model takes and gives; state is left out. */
export interface SessionInfo {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Named values. */
export type TensorMap = Readonly<Record<string, TensorData>>;

/** Keeps sessions and state. All methods may run one at a time only; callers queue. */
export interface SessionHost {
  load(id: number, model: Uint8Array, options: SessionOptions): Promise<SessionInfo>;
  /** Run; returns the outputs asked for (all but state by default). */
  run(id: number, feeds: TensorMap, fetches?: readonly string[]): Promise<TensorMap>;
  unload(id: number): Promise<void>;
  writeState(values: TensorMap): Promise<void>;
  readState(keys: readonly string[]): Promise<TensorMap>;
  /** Free state; keys that are not there are no fault. */
  dropState(keys: readonly string[]): Promise<void>;
  /** Providers that this host's ONNX Runtime was built with. */
  providers(): Promise<readonly string[]>;
  close(): Promise<void>;
}
