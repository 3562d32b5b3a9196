/**
 * @file One model loaded in several hosts: runs go to an idle one, and a host that dies is replaced.
 *
 * A run that fails with its host is not tried again here: the caller knows whether it may be. Runs wait
 * in order of arrival. Where hosts can be killed (child processes), a run can have a deadline and be
 * aborted; ONNX Runtime itself has no way to stop one.
 */
import { LeukoscopeError } from '@leukoscope/core';
import type { SessionHost, SessionInfo, SessionOptions, TensorMap } from './host.ts';
import type { Session } from './runtime.ts';

/** A host that was started, with what the pool needs to watch it. */
export interface StartedHost {
  readonly host: SessionHost;
  /** Resolves when the host is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** End it at once, in the middle of a run too; undefined where that is not possible. */
  readonly kill: (() => void) | undefined;
}

/** Options of a pool; session options hold for every host. */
export interface SessionPoolOptions extends Omit<SessionOptions, 'stateInputs' | 'stateOutputs'> {
  /** Hosts. @default 2 */
  readonly size?: number;
  /** Runs that may wait; more are refused with NN_POOL_FULL. @default 1000 */
  readonly queueLimit?: number;
  /** A run that takes longer is killed with its host (NN_DEADLINE). @default no deadline */
  readonly deadlineMs?: number | undefined;
  /** Hosts that may die one after the other, without a run that succeeds, until the pool gives up. @default 5 */
  readonly respawnLimit?: number;
}

/** How a pool is doing. */
export interface PoolState {
  readonly idle: number;
  readonly busy: number;
  readonly starting: number;
  readonly waiting: number;
  /** Hosts started since the pool began. */
  readonly started: number;
}

/** A session that runs several calls at once. */
export interface SessionPool extends Session {
  /** Run on named inputs; `signal` takes it out of the queue, or kills its host if that is a process. */
  run(
    feeds: TensorMap,
    fetches?: readonly string[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<TensorMap>;
  readonly state: PoolState;
  /** Refuse new runs and those that wait, let the others finish, end the hosts. */
  dispose(): Promise<void>;
}

interface Job {
  readonly feeds: TensorMap;
  readonly fetches: readonly string[] | undefined;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (outputs: TensorMap) => void;
  readonly reject: (error: unknown) => void;
}

interface Slot {
  readonly started: StartedHost;
  status: 'starting' | 'idle' | 'busy' | 'gone';
  /** Why it was killed by us, if it was: the error of its run. */
  killedFor?: LeukoscopeError;
}

const sessionId = 1;

/** Load a model into `size` hosts. Fails if the first of them cannot load it. */
export async function createSessionPool(
  model: Uint8Array,
  start: () => StartedHost,
  options: SessionPoolOptions = {},
): Promise<SessionPool> {
  const { size = 2, queueLimit = 1000, deadlineMs, respawnLimit = 5, ...session } = options;
  checkOptions({ size, queueLimit, deadlineMs, respawnLimit });
  const slots = new Set<Slot>();
  const queue: Job[] = [];
  const closing: Promise<void>[] = [];
  let started = 0;
  let deathsInARow = 0;
  let fault: LeukoscopeError | undefined;
  let isDisposed = false;

  /** Start a host and load the model; the slot joins the idle ones. */
  const addSlot = async (): Promise<SessionInfo> => {
    const slot: Slot = { started: start(), status: 'starting' };
    started += 1;
    slots.add(slot);
    void slot.started.ended.then(() => onEnd(slot));
    const info = await slot.started.host.load(sessionId, model, session);
    if (slot.status === 'starting') slot.status = 'idle';
    pump();
    return info;
  };

  const onEnd = (slot: Slot): void => {
    slot.status = 'gone';
    slots.delete(slot);
    if (isDisposed || fault !== undefined) return;
    if (slot.killedFor?.code !== 'NN_ABORTED') deathsInARow += 1;
    if (deathsInARow > respawnLimit) {
      giveUp(`${deathsInARow} hosts died one after the other`);
      return;
    }
    addSlot().catch((error) => {
      // A host that dies while loading is counted by its own end; any other fault would repeat.
      if (!isDied(error)) giveUp(`a new host could not load the model: ${error.message}`);
    });
  };

  const giveUp = (reason: string): void => {
    fault = new LeukoscopeError(
      'NN_POOL_DEAD',
      `the session pool must have living hosts. Received none: ${reason}. Check the machine's memory, then open a new pool.`,
    );
    for (const job of queue.splice(0)) job.reject(fault);
  };

  const pump = (): void => {
    for (const slot of slots) {
      if (slot.status !== 'idle') continue;
      const job = queue.shift();
      if (job === undefined) return;
      void runJob(slot, job);
    }
  };

  const runJob = async (slot: Slot, job: Job): Promise<void> => {
    slot.status = 'busy';
    const { host, kill } = slot.started;
    const stop = (error: LeukoscopeError) => {
      slot.killedFor ??= error;
      kill?.();
    };
    const abort = () => stop(aborted('was aborted while it ran'));
    const timer =
      deadlineMs === undefined
        ? undefined
        : setTimeout(() => stop(overdue(deadlineMs)), deadlineMs);
    if (kill !== undefined) job.signal?.addEventListener('abort', abort, { once: true });
    try {
      const outputs = await host.run(sessionId, job.feeds, job.fetches);
      deathsInARow = 0;
      job.resolve(outputs);
    } catch (error) {
      // The news of the end may come later than the failed run: no other run may go there.
      if (isDied(error)) slot.status = 'gone';
      job.reject(isDied(error) ? (slot.killedFor ?? error) : error);
    } finally {
      clearTimeout(timer);
      job.signal?.removeEventListener('abort', abort);
      // After a kill the host may have answered first; it is on its way out all the same.
      if (slot.status === 'busy' && slot.killedFor === undefined) slot.status = 'idle';
      pump();
    }
  };

  const closeSlot = async (slot: Slot): Promise<void> => {
    try {
      await slot.started.host.close();
    } catch {
      // It died on its own: what was to be reached.
      slot.started.kill?.();
    }
    await slot.started.ended;
  };

  let info: SessionInfo;
  try {
    [info] = (await Promise.all(Array.from({ length: size }, addSlot))) as [SessionInfo];
  } catch (error) {
    isDisposed = true;
    await Promise.all([...slots].map(closeSlot));
    throw error;
  }

  return {
    inputs: info.inputs,
    outputs: info.outputs,
    get state() {
      const count = (status: Slot['status']) =>
        [...slots].filter((slot) => slot.status === status).length;
      return {
        idle: count('idle'),
        busy: count('busy'),
        starting: count('starting'),
        waiting: queue.length,
        started,
      };
    },
    run: (feeds, fetches, { signal } = {}) =>
      new Promise((resolve, reject) => {
        const refusal = isDisposed ? disposed() : signal?.aborted ? aborted('was aborted') : fault;
        if (refusal !== undefined) return reject(refusal);
        const isWaiting = queue.length > 0 || ![...slots].some((slot) => slot.status === 'idle');
        if (isWaiting && queue.length >= queueLimit) return reject(full(queueLimit));
        const leave = () => {
          const at = queue.indexOf(job);
          if (at === -1) return; // it runs: runJob listens too
          queue.splice(at, 1);
          reject(aborted('was aborted while it waited'));
        };
        const settle =
          <T>(end: (value: T) => void) =>
          (value: T) => {
            signal?.removeEventListener('abort', leave);
            end(value);
          };
        const job: Job = {
          feeds,
          fetches,
          signal,
          resolve: settle(resolve),
          reject: settle(reject),
        };
        signal?.addEventListener('abort', leave, { once: true });
        queue.push(job);
        pump();
      }),
    async dispose() {
      if (!isDisposed) {
        isDisposed = true;
        for (const job of queue.splice(0)) job.reject(disposed());
        // close() stands in the host's queue behind the run that goes on.
        closing.push(...[...slots].map(closeSlot));
      }
      await Promise.all(closing);
    },
  };
}

function isDied(error: unknown): boolean {
  return error instanceof LeukoscopeError && error.code === 'NN_HOST_DIED';
}

function aborted(what: string): LeukoscopeError {
  return new LeukoscopeError('NN_ABORTED', `the run ${what}.`);
}

function overdue(deadlineMs: number): LeukoscopeError {
  return new LeukoscopeError(
    'NN_DEADLINE',
    `a run must end within ${deadlineMs} ms. Received one that did not; its host was killed. Use a smaller image or a longer deadline.`,
  );
}

function disposed(): LeukoscopeError {
  return new LeukoscopeError(
    'NN_SESSION',
    'the session pool must be in use. Received a run after dispose().',
  );
}

function full(queueLimit: number): LeukoscopeError {
  return new LeukoscopeError(
    'NN_POOL_FULL',
    `at most ${queueLimit} runs may wait. Received one more. Try again later.`,
  );
}

function checkOptions(o: {
  readonly size: number;
  readonly queueLimit: number;
  readonly deadlineMs: number | undefined;
  readonly respawnLimit: number;
}): void {
  const isCount = (n: number, least: number) => Number.isInteger(n) && n >= least;
  if (
    isCount(o.size, 1) &&
    isCount(o.queueLimit, 0) &&
    isCount(o.respawnLimit, 0) &&
    (o.deadlineMs === undefined || o.deadlineMs > 0)
  ) {
    return;
  }
  throw new LeukoscopeError(
    'NN_OPTION',
    `session pool: size must be a whole number of at least 1, queueLimit and respawnLimit of at least 0, deadlineMs above 0. Received ${JSON.stringify(o)}.`,
  );
}
