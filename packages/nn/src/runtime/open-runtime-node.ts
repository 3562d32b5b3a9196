/**
 * @file Opens a runtime in Node.
 *
 * `process` (default): a child process; a crash or a kill of it never takes the caller along.
 * `thread`: a worker thread; cheaper messages, but it shares the process's fate.
 * `inline`: the caller's own thread, which blocks while a model runs: for scripts and benchmarks.
 */
import type { SessionOptions } from './host.ts';
import { createOrtHost } from './ort-host.ts';
import { loadOrtPlatform } from './ort-platform-node.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import { startHost } from './start-host-node.ts';

/** Where a runtime works. */
export type HostKind = 'process' | 'thread' | 'inline';

/** Options of `openRuntime`; session options are defaults for every load. */
export interface RuntimeOptions extends Omit<SessionOptions, 'stateInputs' | 'stateOutputs'> {
  /** @default 'process' */
  readonly host?: HostKind;
}

/** Open a runtime; close it when done. */
export function openRuntime(options: RuntimeOptions = {}): Runtime {
  const { host = 'process', ...defaults } = options;
  if (host === 'inline') return createRuntime(createOrtHost(loadOrtPlatform()), defaults);
  return createRuntime(startHost(host).host, defaults);
}
