/** @file The one interface to running models: a runtime loads models into sessions. */
import { LeukoscopeError } from '@leukoscope/core';
import type { SessionHost, SessionInfo, SessionOptions, TensorMap } from './host.ts';
import { createInTurn } from './in-turn.ts';

/** A loaded model. */
export interface Session extends SessionInfo {
  /** Run on named inputs; all outputs, or those named. */
  run(feeds: TensorMap, fetches?: readonly string[]): Promise<TensorMap>;
  /** Free its memory. Later runs fail. */
  dispose(): Promise<void>;
}

/** Loads models; keeps training state. */
export interface Runtime {
  load(model: Uint8Array, options?: SessionOptions): Promise<Session>;
  writeState(values: TensorMap): Promise<void>;
  readState(keys: readonly string[]): Promise<TensorMap>;
  /** Free state; keys that are not there are no fault. */
  dropState(keys: readonly string[]): Promise<void>;
  /** Providers that can be asked for here. */
  providers(): Promise<readonly string[]>;
  /** Finish what runs, free everything, end the worker or process. */
  close(): Promise<void>;
}

/** Make a runtime of a host; `defaults` hold where a load says nothing. */
export function createRuntime(host: SessionHost, defaults: SessionOptions = {}): Runtime {
  let nextSession = 1;
  // ONNX Runtime would only interleave calls on the same cores.
  const inTurn = createInTurn();
  return {
    async load(model, options = {}) {
      if (model.length === 0) {
        throw new LeukoscopeError('NN_MODEL', 'the model must be an ONNX file. Received no bytes.');
      }
      const id = nextSession++;
      const info = await inTurn(() => host.load(id, model, { ...defaults, ...options }));
      let isDisposed = false;
      return {
        ...info,
        run: (feeds, fetches) => inTurn(() => host.run(id, feeds, fetches)),
        async dispose() {
          if (isDisposed) return;
          isDisposed = true;
          await inTurn(() => host.unload(id));
        },
      };
    },
    writeState: (values) => inTurn(() => host.writeState(values)),
    readState: (keys) => inTurn(() => host.readState(keys)),
    dropState: (keys) => inTurn(() => host.dropState(keys)),
    providers: () => host.providers(),
    close: () => inTurn(() => host.close()),
  };
}
