/**
 * @file A few worker threads that make samples, one at a time each; tasks wait in a queue.
 *
 * `close` lets running tasks end before it stops the threads: a thread that is torn down while its
 * native decoder works can take the process with it.
 */
import { Worker } from 'node:worker_threads';
import { LeukoscopeError } from '@leukoscope/core';
import type { WorkerAnswer, WorkerSetup, WorkerTask } from './loader-types.ts';

/** Makes samples in threads. */
export interface WorkerPool {
  run(task: WorkerTask): Promise<WorkerAnswer>;
  /** Drop waiting tasks, let running ones end, stop the threads. */
  close(): Promise<void>;
}

interface Job {
  readonly task: WorkerTask;
  resolve(answer: WorkerAnswer): void;
  reject(error: unknown): void;
}

/** Start threads. */
export function createWorkerPool(count: number, setup: WorkerSetup): WorkerPool {
  const waiting: Job[] = [];
  const running = new Map<Worker, Job>();
  const idle: Worker[] = [];
  let onQuiet: (() => void) | undefined;
  let isClosed = false;

  const dispatch = () => {
    while (idle.length > 0 && waiting.length > 0) {
      const worker = idle.pop()!;
      const job = waiting.shift()!;
      running.set(worker, job);
      worker.postMessage(job.task);
    }
    if (running.size === 0) onQuiet?.();
  };
  const finish = (worker: Worker): Job | undefined => {
    const job = running.get(worker);
    running.delete(worker);
    return job;
  };

  // `.ts` while developing, `.js` once compiled: the worker lies beside this file in both.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const entry = new URL(`./load-worker-node.${extension}`, import.meta.url);
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(entry, { workerData: setup });
    worker.on('message', (answer: WorkerAnswer) => {
      finish(worker)?.resolve(answer);
      idle.push(worker);
      dispatch();
    });
    const fail = (cause: unknown) => {
      const error = new LeukoscopeError(
        'LOADER_WORKER',
        `loader's worker thread must keep running. Received its end: ${cause instanceof Error ? cause.message : String(cause)}. Lower the batch size or the number of workers if memory is short.`,
        { cause },
      );
      finish(worker)?.reject(error);
      if (isClosed) return dispatch();
      // Without this thread the queue might never drain.
      for (const job of waiting.splice(0)) job.reject(error);
      dispatch();
    };
    worker.on('error', fail);
    worker.on('exit', (code) => {
      if (!isClosed) fail(`exit code ${code}`);
    });
    idle.push(worker);
    return worker;
  });

  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        waiting.push({ task, resolve, reject });
        dispatch();
      }),
    async close() {
      isClosed = true;
      const closed = new LeukoscopeError(
        'LOADER_CLOSED',
        'loader must be open to load. Received a task after its end. Start a new loader.',
      );
      for (const job of waiting.splice(0)) job.reject(closed);
      if (running.size > 0) {
        await new Promise<void>((resolve) => {
          onQuiet = resolve;
        });
      }
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
