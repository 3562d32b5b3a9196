/**
 * @file A host on the other side of a message channel (worker thread, child process, web worker).
 *
 * One request at a time travels as { id, method, parameters }, its answer as { id, result } or
 * { id, error }. If the other side dies, every waiting call fails with NN_HOST_DIED.
 */
import { LeukoscopeError, messageOf, type TensorData } from '@leukoscope/core';
import type { SessionHost } from './host.ts';

/** One end of a message channel. */
export interface Channel {
  send(message: unknown, transfer: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
}

type Method = keyof SessionHost;

interface Request {
  readonly id: number;
  readonly method: Method;
  readonly parameters: readonly unknown[];
}

type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } };

/** Answer requests with a host; runs in the worker or child. */
export function serveHost(channel: Channel, host: SessionHost): void {
  let queue: Promise<void> = Promise.resolve();
  channel.onMessage((message) => {
    const request = message as Request;
    queue = queue.then(async () => {
      try {
        const call = host[request.method] as (
          ...parameters: readonly unknown[]
        ) => Promise<unknown>;
        const result = await call(...request.parameters);
        channel.send({ id: request.id, result }, transferable(request.method, result));
      } catch (error) {
        const code = error instanceof LeukoscopeError ? error.code : 'NN_INTERNAL';
        channel.send({ id: request.id, error: { code, message: messageOf(error) } }, []);
      }
    });
  });
}

/** Outputs are fresh memory, so a thread may hand it over instead of copying. */
function transferable(method: Method, result: unknown): ArrayBuffer[] {
  if (method !== 'run' && method !== 'readState') return [];
  const buffers = Object.values(result as Record<string, TensorData>).map(
    ({ data }) => data.buffer,
  );
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}

/** The near end: a host whose work happens elsewhere, and a way to say that elsewhere is gone. */
export interface RemoteHost {
  readonly host: SessionHost;
  /** Fail all waiting and later calls. */
  fail(reason: string): void;
}

/** Call a host through a channel; `shutDown` ends the other side. */
export function connectHost(channel: Channel, shutDown: () => Promise<void>): RemoteHost {
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let nextId = 1;
  let dead: string | undefined;
  let isClosed = false;

  channel.onMessage((message) => {
    const answer = message as Answer;
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer)
      call?.reject(new LeukoscopeError(answer.error.code, answer.error.message));
    else call?.resolve(answer.result);
  });

  const call = <T>(method: Method, ...parameters: readonly unknown[]): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (dead !== undefined) {
        reject(new LeukoscopeError('NN_HOST_DIED', dead));
        return;
      }
      const id = nextId++;
      waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      channel.send({ id, method, parameters } satisfies Request, []);
    });

  const fail = (reason: string) => {
    dead ??= reason;
    for (const { reject } of waiting.values()) reject(new LeukoscopeError('NN_HOST_DIED', reason));
    waiting.clear();
  };

  return {
    fail,
    host: {
      load: (id, model, options) => call('load', id, model, options),
      run: (id, feeds, fetches) => call('run', id, feeds, fetches),
      unload: (id) => call('unload', id),
      writeState: (values) => call('writeState', values),
      readState: (keys) => call('readState', keys),
      dropState: (keys) => call('dropState', keys),
      providers: () => call('providers'),
      async close() {
        if (isClosed) return;
        isClosed = true;
        if (dead === undefined) await call('close');
        dead ??= 'the runtime must be open. Received a call after close().';
        await shutDown();
      },
    },
  };
}
