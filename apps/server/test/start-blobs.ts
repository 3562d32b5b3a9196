/**
 * @file Starts the process of serve-blobs.ts, and says of a start that hangs which one it is, for how long, and
 * what the process has told.
 *
 * A start takes some seconds on a core, and on a busy machine a minute or two until it has had them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type HangLimits, hangCheck } from './hang-check.ts';
import type { ProcessTask } from './serve-blobs.ts';

const lookMs = 500;
/** Most of what a process prints that is kept. */
const mostPrinted = 4000;

/** A process that is ready. */
export interface Started {
  readonly child: ChildProcess;
  /** Its address, or `worker`. */
  readonly address: string;
  /** What it has printed since, its errors too. */
  printed(): string;
}

/** Start a process and wait until it is ready. `name` tells which start this is. */
export async function startBlobs(
  name: string,
  task: ProcessTask,
  limits: HangLimits = {},
  script = new URL('./serve-blobs.ts', import.meta.url),
): Promise<Started> {
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [...process.execArgv, fileURLToPath(script), JSON.stringify(task)],
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  let printed = '';
  const keep = (data: unknown) => {
    printed = (printed + String(data)).slice(-mostPrinted);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const fault = (what: string) => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    return new Error(
      `${name} must become ready. Received after ${seconds} s: ${what}. It had printed: ${printed === '' ? 'nothing' : printed}`,
    );
  };
  let watch: NodeJS.Timeout | undefined;
  try {
    const address = await new Promise<string>((resolve, reject) => {
      child.stdout?.once('data', (data) => resolve(String(data).trim()));
      // Not `exit`: then its last words may still be on their way.
      child.once('close', (code, signal) => reject(fault(`an end by ${signal ?? code}`)));
      const check = hangCheck(child.pid, limits);
      watch = setInterval(() => {
        const hang = check();
        if (hang !== undefined) reject(fault(hang));
      }, lookMs);
    });
    return { child, address, printed: () => printed };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearInterval(watch);
  }
}
