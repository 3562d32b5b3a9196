/** @file Opens a pool of sessions in Node: child processes, or threads where nothing need be killed. */
import { availableParallelism } from 'node:os';
import { LeukoscopeError } from '@leukoscope/core';
import { createSessionPool, type SessionPool, type SessionPoolOptions } from './session-pool.ts';
import { startHost } from './start-host-node.ts';

/** Options of `openSessionPool`. */
export interface NodeSessionPoolOptions extends SessionPoolOptions {
  /** Only processes can be killed, so only they know deadlines. @default 'process' */
  readonly host?: 'process' | 'thread';
}

/**
 * Load a model into several processes. Unless said otherwise each runs on its share of the cores and
 * does not spin: several spinning sessions slow one another down several times over.
 */
export async function openSessionPool(
  model: Uint8Array,
  options: NodeSessionPoolOptions = {},
): Promise<SessionPool> {
  const { host = 'process', ...rest } = options;
  if (host === 'thread' && rest.deadlineMs !== undefined) {
    throw new LeukoscopeError(
      'NN_OPTION',
      'session pool: a deadline must be used with host "process". Received host "thread", which cannot be killed.',
    );
  }
  const size = rest.size ?? 2;
  const threads = Math.max(1, Math.floor(availableParallelism() / Math.max(1, size)));
  return createSessionPool(model, () => startHost(host), {
    threads,
    spinning: size === 1,
    ...rest,
  });
}
