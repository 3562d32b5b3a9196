/**
 * @file Child processes for work that may crash, hang or eat memory: one task at a time in each.
 *
 * The parent watches: a child past its deadline or its memory is killed, and another takes its place.
 * Child processes and not threads, because ONNX Runtime blocks its event loop while it runs and ends
 * the whole process when its thread is stopped (docs/decisions/0113-child-processes.md).
 */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { LeukoscopeError } from '@leukoscope/core';
import { z } from 'zod';

const watchMs = 200;
const linuxPageBytes = 4096;
const lowestPriority = os.constants.priority.PRIORITY_LOW;

/** Settings of a pool. */
export interface HostPoolOptions {
  /** The program of the children: a module that calls `serveTasks`. */
  readonly script: URL;
  /** How many children at most; they start when they are needed. */
  readonly size: number;
  /** Longest time of one task. */
  readonly deadlineMs: number;
  /** Most resident memory of one child. Watched on Linux and macOS. */
  readonly memoryBytes: number;
  /** How much lower the children's priority is than the parent's, as `nice` counts. @default 0 */
  readonly niceness?: number;
}

/** Children that do tasks. */
export interface HostPool {
  run(task: unknown, options?: { onProgress?: (progress: unknown) => void }): Promise<unknown>;
  /** Kill all children; their tasks fail. */
  close(): Promise<void>;
}

interface Waiting {
  readonly task: unknown;
  readonly onProgress: (progress: unknown) => void;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Host {
  readonly child: ChildProcess;
  waiting: Waiting | undefined;
  startedAt: number;
  /** Why the parent killed it. */
  verdict: LeukoscopeError | undefined;
}

const messageSchema = z.union([
  z.object({ result: z.unknown(), kind: z.literal('result') }),
  z.object({ kind: z.literal('progress'), progress: z.unknown() }),
  z.object({ kind: z.literal('error'), code: z.string().nullable(), message: z.string() }),
]);

/** Make a pool. */
export function createHostPool(options: HostPoolOptions): HostPool {
  const { niceness = 0 } = options;
  const hosts = new Set<Host>();
  const queue: Waiting[] = [];
  let isClosed = false;

  const next = () => {
    const waiting = queue[0];
    if (waiting === undefined || isClosed) return;
    let host = [...hosts].find((h) => h.waiting === undefined && h.verdict === undefined);
    if (host === undefined && hosts.size < options.size) host = start();
    if (host === undefined) return;
    queue.shift();
    host.waiting = waiting;
    host.startedAt = performance.now();
    host.child.send({ task: waiting.task });
    next();
  };

  const start = (): Host => {
    const child = fork(options.script, {
      serialization: 'advanced',
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    if (child.pid !== undefined && niceness > 0) lowerPriority(child.pid, niceness);
    const host: Host = { child, waiting: undefined, startedAt: 0, verdict: undefined };
    hosts.add(host);
    child.on('message', (raw) => hear(host, raw));
    child.on('error', () => {});
    child.on('exit', (code, signal) => {
      hosts.delete(host);
      host.waiting?.reject(
        host.verdict ??
          new LeukoscopeError(
            'HOST_CRASHED',
            `child process must finish its task. Received exit by ${signal ?? code}. The file may be built to crash readers, or memory is short.`,
          ),
      );
      next();
    });
    return host;
  };

  const hear = (host: Host, raw: unknown) => {
    const message = messageSchema.parse(raw);
    const { waiting } = host;
    if (waiting === undefined) return;
    if (message.kind === 'progress') return waiting.onProgress(message.progress);
    host.waiting = undefined;
    if (message.kind === 'result') waiting.resolve(message.result);
    else if (message.code === null) waiting.reject(new Error(message.message));
    else waiting.reject(new LeukoscopeError(message.code, message.message));
    next();
  };

  const kill = (host: Host, code: string, message: string) => {
    host.verdict ??= new LeukoscopeError(code, message);
    host.child.kill('SIGKILL');
  };

  const watch = setInterval(() => {
    for (const host of hosts) {
      if (host.waiting === undefined || host.child.pid === undefined) continue;
      if (performance.now() - host.startedAt > options.deadlineMs) {
        kill(
          host,
          'HOST_DEADLINE',
          `task must be done in ${options.deadlineMs / 1000} s. Received no answer, so it was stopped. Use a smaller image or a longer limit.`,
        );
        continue;
      }
      residentBytes(host.child.pid, (bytes) => {
        if (bytes <= options.memoryBytes || host.waiting === undefined) return;
        kill(
          host,
          'HOST_MEMORY',
          `task must fit into ${Math.round(options.memoryBytes / 2 ** 20)} MB. Received ${Math.round(bytes / 2 ** 20)} MB, so it was stopped. Use a smaller image or a higher limit.`,
        );
      });
    }
  }, watchMs);
  watch.unref();

  return {
    run: (task, { onProgress = () => {} } = {}) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(closedError());
        queue.push({ task, onProgress, resolve, reject });
        next();
      }),
    close: async () => {
      isClosed = true;
      clearInterval(watch);
      for (const waiting of queue.splice(0)) waiting.reject(closedError());
      await Promise.all(
        [...hosts].map((host) => {
          host.verdict ??= closedError();
          const gone = new Promise((resolve) => host.child.once('exit', resolve));
          host.child.kill('SIGKILL');
          return gone;
        }),
      );
    },
  };
}

/** Requests go before work that nobody waits for at this moment. */
function lowerPriority(pid: number, niceness: number): void {
  try {
    os.setPriority(pid, Math.min(lowestPriority, os.getPriority() + niceness));
  } catch {
    // The child has ended already (its exit is heard elsewhere), or the system keeps priorities to itself.
  }
}

function closedError(): LeukoscopeError {
  return new LeukoscopeError(
    'HOST_CLOSED',
    'task must be given before the server stops. Received a stop. The task runs again later.',
  );
}

/** Ask the system: a child that is busy in native code cannot answer itself. */
function residentBytes(pid: number, hear: (bytes: number) => void): void {
  if (process.platform === 'linux') {
    try {
      const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
      hear(pages * linuxPageBytes);
    } catch {
      // The child has just ended; its exit is heard elsewhere.
    }
  } else if (process.platform === 'darwin') {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, text) => {
      if (error === null) hear(Number(text) * 1024);
    });
  }
}
