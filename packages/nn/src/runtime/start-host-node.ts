/**
 * @file Starts ONNX Runtime in a worker thread or a child process.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { disableTelemetry, privateEnvironment } from './disable-telemetry-node.ts';
import type { SessionHost } from './host.ts';
import { connectHost } from './remote-host.ts';

/** A host that was started. */
export interface StartedHost {
  readonly host: SessionHost;
  /** Of its process; undefined: a thread. */
  readonly pid: number | undefined;
}

/** Start a host in a thread or a process of its own. */
export function startHost(kind: 'process' | 'thread'): StartedHost {
  return kind === 'thread' ? startThread() : startProcess();
}

// Source files in development, compiled ones when published.
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const urlOf = (name: string) => new URL(`./${name}.${extension}`, import.meta.url);
const conditions = extension === 'ts' ? ['--conditions=@leukoscope/source'] : [];

function startThread(): StartedHost {
  // In the thread itself it would come too late.
  disableTelemetry();
  const worker = new Worker(urlOf('host-thread-node'), { execArgv: conditions });
  const remote = connectHost(
    {
      send: (message, transfer) => worker.postMessage(message, [...transfer]),
      onMessage: (listener) => worker.on('message', listener),
    },
    async () => {
      await worker.terminate();
    },
  );
  worker.on('error', (error) => remote.fail(`the runtime's thread failed: ${error.message}`));
  worker.on('exit', () => remote.fail("the runtime's thread has ended."));
  // A forgotten runtime must not keep the program alive; a waiting call must.
  return { host: unrefBetweenCalls(remote.host, worker), pid: undefined };
}

function startProcess(): StartedHost {
  const child = fork(fileURLToPath(urlOf('host-process-node')), {
    serialization: 'advanced',
    execArgv: conditions,
    env: privateEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const remote = connectHost(
    {
      send: (message) => {
        child.send(message as object, (error) => {
          if (error !== null)
            remote.fail(`the runtime's process cannot be reached: ${error.message}`);
        });
      },
      onMessage: (listener) => child.on('message', listener),
    },
    () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) resolve();
        else child.once('exit', () => resolve());
        if (child.connected) child.disconnect();
      }),
  );
  child.on('error', (error) => remote.fail(`the runtime's process failed: ${error.message}`));
  child.on('exit', (code, signal) => {
    remote.fail(
      `the runtime's process has ended (${signal ?? `code ${code}`}). Memory may have been short; open a new runtime.`,
    );
  });
  const host = unrefBetweenCalls(remote.host, {
    ref: () => {
      child.ref();
      child.channel?.ref();
    },
    unref: () => {
      child.unref();
      child.channel?.unref();
    },
  });
  return { host, pid: child.pid };
}

interface Referenced {
  ref(): void;
  unref(): void;
}

/** Keep the event loop alive while a call waits, and only then. */
function unrefBetweenCalls(host: SessionHost, handle: Referenced): SessionHost {
  let pending = 0;
  handle.unref();
  const counted = Object.entries(host).map(([name, method]) => [
    name,
    async (...parameters: readonly unknown[]) => {
      if (pending++ === 0) handle.ref();
      try {
        return await (method as (...p: readonly unknown[]) => Promise<unknown>)(...parameters);
      } finally {
        if (--pending === 0) handle.unref();
      }
    },
  ]);
  return Object.fromEntries(counted) as unknown as SessionHost;
}
