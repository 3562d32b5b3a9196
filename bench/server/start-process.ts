/** @file Starts a server as users do, on the embedded database in a new folder, with people signing in. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));
const stopMs = 30_000;

/** A running server. */
export interface ServerProcess {
  readonly address: string;
  readonly pid: number;
  /** Of the one-time link that makes the first administrator. */
  readonly setupToken: string;
  stop(): Promise<void>;
}

/** Start a server and wait until it listens. */
export async function startProcess(folder: string, profile?: string): Promise<ServerProcess> {
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = spawn(process.execPath, [...process.execArgv, ...profiling, main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      LEUKOSCOPE_DATA: folder,
      LEUKOSCOPE_PORT: '0',
      LEUKOSCOPE_MODE: 'accounts',
      LEUKOSCOPE_LOG: 'error',
    },
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let address = '';
  let setupToken = '';
  for await (const line of createInterface({ input: child.stdout })) {
    address ||= /listens on (http\S+)\./.exec(line)?.[1] ?? '';
    setupToken = /#(\S+)$/.exec(line)?.[1] ?? '';
    if (setupToken !== '') break;
  }
  if (child.pid === undefined || setupToken === '') throw new Error('the server did not start');
  return {
    address,
    pid: child.pid,
    setupToken,
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
      await gone;
      clearTimeout(timer);
    },
  };
}
