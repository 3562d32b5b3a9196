/**
 * @file Runs a program where it can reach nobody, with an empty home, and tells what it tried all the same.
 *
 * A network namespace with nothing but loopback, a home and a temporary folder of its own, and strace
 * over the program, its children and their threads. Linux; as root, or where users may make namespaces.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Finding, readTrace, tracedCalls } from './read-trace.ts';

/** What came of a program. */
export interface Watched {
  readonly code: number | null;
  /** What it printed, errors too. */
  readonly output: string;
  readonly findings: readonly Finding[];
  /** What it left in its home and in its temporary folder. */
  readonly leftBehind: readonly string[];
}

/** How a program is run. */
export interface WatchOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it may write beside its working folder. @default nowhere */
  readonly alsoAllowed?: readonly string[];
  /** A folder that is copied into its working folder, by the name it gets there. @default none */
  readonly given?: Readonly<Record<string, string>>;
  /** Kills the program and all that it started. */
  readonly signal?: AbortSignal;
}

// Under a user of our own in the namespace, where one is needed to make it.
const isRoot = process.getuid?.() === 0;
const unshare = ['--net', ...(isRoot ? [] : ['--map-root-user']), '--'];
const withLoopback = ['sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
const strace = [
  ...['strace', '-f', '-y', '-qq', '--seccomp-bpf', '-s', '4096', '-e', 'signal=none'],
  ...['-e', `trace=${tracedCalls}`],
  // What goes through a ring of io_uring makes no calls: programs find none and do without.
  ...['-e', 'inject=io_uring_setup:error=ENOSYS'],
];

/** Say why programs cannot be watched on this machine; undefined where they can. */
export function whyNotWatched(): string | undefined {
  if (process.platform !== 'linux') return `there are no network namespaces on ${process.platform}`;
  for (const program of ['unshare', 'ip', 'strace']) {
    if (spawnSync(program, ['-V']).error !== undefined) return `${program} is not installed`;
  }
  const args = [...unshare, ...withLoopback, ...strace, 'true'];
  const { status, stderr } = spawnSync('unshare', args, { encoding: 'utf8' });
  return status === 0 ? undefined : `unshare or strace is not permitted: ${stderr.trim()}`;
}

/** Run a program of Node in a working folder that is new and removed afterwards. */
export async function watchProgram(
  args: readonly string[],
  options: WatchOptions = {},
): Promise<Watched> {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'leukoscope-watched-')));
  const at = (name: string) => path.join(folder, name);
  const [home, temporary, working, trace] = [at('home'), at('tmp'), at('work'), at('trace')];
  for (const made of [home, temporary, working]) mkdirSync(made);
  for (const [name, from] of Object.entries(options.given ?? {})) {
    cpSync(from, path.join(working, name), { recursive: true });
  }
  try {
    const { code, output } = await run(
      [
        ...unshare,
        ...withLoopback,
        ...strace,
        ...['-o', trace],
        ...[process.execPath, '--conditions=@leukoscope/source', ...args],
      ],
      working,
      // Nothing of this process's environment: what keeps a program quiet must be its own doing.
      {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        TMPDIR: temporary,
        ...options.environment,
      },
      options.signal,
    );
    const folders = [working, ...(options.alsoAllowed ?? [])];
    return {
      code,
      output,
      findings: readTrace(readFileSync(trace, 'utf8'), { workingFolder: working, folders }),
      leftBehind: [home, temporary].flatMap((place) =>
        readdirSync(place, { recursive: true, encoding: 'utf8' }).map((name) =>
          path.join(path.basename(place), name),
        ),
      ),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
  signal: AbortSignal | undefined,
) {
  // A group of its own, so that all of it can be ended.
  const child = spawn('unshare', args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const end = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  signal?.addEventListener('abort', end);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += String(chunk);
    });
  }
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      signal?.removeEventListener('abort', end);
      resolve({ code, output });
    });
  });
}
