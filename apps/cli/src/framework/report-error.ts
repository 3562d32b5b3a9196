/**
 * @file Anything that was thrown -> one clear line. Errors of the file system say what to do; what we did
 * not foresee is called a fault of ours.
 */
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { printable } from './style.ts';
import { UsageError } from './usage-error.ts';

/** What to tell. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly exitCode: 1 | 2 | 130;
}

const systemErrors: Readonly<Record<string, (path: string) => string>> = {
  ENOSPC: (path) =>
    `The disk must have room for ${path}. It is full. Free some space and try again.`,
  EDQUOT: (path) => `The disk quota must have room for ${path}. It is used up.`,
  EACCES: (path) => `${path} must be allowed to be read or written. Permission was denied.`,
  EPERM: (path) => `${path} must be allowed to be changed. Permission was denied.`,
  EROFS: (path) => `${path} must lie on a disk that can be written. It is read-only.`,
  ENOENT: (path) => `${path} must exist. Found nothing there.`,
  ENOTDIR: (path) => `${path} must lie in a folder. A part of the path is a file.`,
  EISDIR: (path) => `${path} must be a file. Received a folder.`,
  EMFILE: () => 'Fewer files must be open at once. The limit of the system is reached (ulimit -n).',
  ENAMETOOLONG: (path) => `${path.slice(0, 60)}... must have a shorter name.`,
  EEXIST: (path) => `${path} must not exist yet.`,
};

/** Find the words for an error. */
export function reportOf(error: unknown): ErrorReport {
  if (isAbort(error)) {
    const { code, message } = new LeukoscopeError(
      'CLI_INTERRUPTED',
      'Interrupted. Nothing was written.',
    );
    return { code, message, exitCode: 130 };
  }
  if (error instanceof UsageError) {
    return { code: error.code, message: oneLine(error.message), exitCode: 1 };
  }
  const system = systemErrorOf(error);
  if (system !== undefined) return { ...system, exitCode: 2 };
  if (error instanceof LeukoscopeError) {
    return { code: error.code, message: oneLine(error.message), exitCode: 2 };
  }
  const { code, message } = ofOurs(error);
  return { code, message, exitCode: 2 };
}

/** What neither the system nor a check foresaw: memory, or a fault of ours. */
function ofOurs(error: unknown): LeukoscopeError {
  const text = oneLine(messageOf(error));
  const isMemory =
    error instanceof RangeError && /allocation failed|Invalid typed array length/.test(text);
  return isMemory
    ? new LeukoscopeError('CLI_MEMORY', `The input must fit into memory. ${text}.`)
    : new LeukoscopeError(
        'CLI_INTERNAL',
        `internal: ${text} (run again with --verbose and report this)`,
      );
}

/** Tell whether an error only says that somebody interrupted. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** List the causes behind an error, with the stack of the innermost, for --verbose. */
export function causesOf(error: unknown): string[] {
  const lines: string[] = [];
  let last = error;
  while (last instanceof Error && last.cause !== undefined && lines.length < 10) {
    last = last.cause;
    lines.push(`caused by: ${oneLine(messageOf(last))}`);
  }
  if (last instanceof Error && last.stack !== undefined) {
    lines.push(...last.stack.split('\n').slice(1));
  }
  return lines;
}

function systemErrorOf(error: unknown): { code: string; message: string } | undefined {
  // Libraries wrap what the system says; the innermost error knows code and path.
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (!('code' in inner) || typeof inner.code !== 'string' || !('syscall' in inner)) continue;
    const write = systemErrors[inner.code];
    if (write === undefined || (error instanceof LeukoscopeError && inner.code === 'ENOENT'))
      continue;
    const path = 'path' in inner && typeof inner.path === 'string' ? inner.path : 'the file';
    return { code: inner.code, message: oneLine(write(path)) };
  }
  return undefined;
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s*\n\s*/g, ' '));
}
