/**
 * @file What Linux knows about processes: whose children they are, and whether they work, wait for a core, or do
 * nothing. On other systems nothing is known.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** A process that may have ended since. */
export interface KnownProcess {
  readonly pid: number;
  /** When it began, in clock ticks since the machine did: a number may be given to another process later. */
  readonly beganAt: string;
  readonly command: string;
}

/** Time that a process has had, in milliseconds. */
export interface CoreTime {
  /** On a core. */
  readonly ran: number;
  /** Ready to go on, while other processes had the cores. */
  readonly waited: number;
}

/** List the processes below one. */
export function descendantsOf(pid: number): readonly KnownProcess[] {
  const parents = new Map<number, KnownProcess[]>();
  for (const name of namesIn('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const found = statOf(Number(name));
    if (found === undefined) continue;
    const { parent, beganAt } = found;
    const known = { pid: Number(name), beganAt, command: commandOf(Number(name)) };
    parents.set(parent, [...(parents.get(parent) ?? []), known]);
  }
  const below = (of: number): readonly KnownProcess[] =>
    (parents.get(of) ?? []).flatMap((child) => [child, ...below(child.pid)]);
  return below(pid);
}

/** Tell whether a process still runs. One that has ended and is not yet collected does not. */
export function isRunning({ pid, beganAt }: KnownProcess): boolean {
  const found = statOf(pid);
  return found !== undefined && found.beganAt === beganAt && found.state !== 'Z';
}

/** Add up the time that all threads of a process have had; undefined where the system does not tell. */
export function coreTimeOf(pid: number): CoreTime | undefined {
  const threads = namesIn(`/proc/${pid}/task`).flatMap((thread) => {
    const text = textOf(`/proc/${pid}/task/${thread}/schedstat`);
    return text === undefined ? [] : [text.split(' ').map(Number)];
  });
  if (threads.length === 0) return undefined;
  const sum = (place: number) => threads.reduce((total, one) => total + one[place]! / 1e6, 0);
  return { ran: sum(0), waited: sum(1) };
}

function statOf(pid: number) {
  const text = textOf(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The command's name, in brackets, may hold spaces and brackets itself (man 5 proc_pid_stat).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0]!, parent: Number(fields[1]), beganAt: fields[19]! };
}

function commandOf(pid: number): string {
  const words = (textOf(`/proc/${pid}/cmdline`) ?? '').split('\0');
  return words.slice(1).join(' ').trim();
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // The process has ended, or the system is not Linux.
    return [];
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process has ended, or the system is not Linux.
    return undefined;
  }
}
