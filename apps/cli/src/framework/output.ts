/**
 * @file Where commands write. Everything is made beside its place and moved there when it is whole, so
 * that Ctrl-C, a full disk or an error leave nothing half done; nothing that exists is overwritten unless
 * somebody says --force.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LeukoscopeError } from '@leukoscope/core';
import type { Interrupt } from '../io.ts';

/** A folder in the making. */
export interface OutputFolder {
  /** Write a file; the path is relative, with forward slashes. */
  write(file: string, content: string | Uint8Array): Promise<void>;
  /** Paths written so far. */
  readonly files: readonly string[];
}

/** How to write. */
export interface OutputOptions {
  readonly force: boolean;
  readonly interrupt: Interrupt;
}

/**
 * Let `work` fill a folder; it appears at `target` when `work` is done and not at all when it throws. An
 * existing folder must be empty, or with force gets the files added.
 */
export async function withOutputFolder<T>(
  target: string,
  options: OutputOptions,
  work: (output: OutputFolder) => Promise<T>,
): Promise<T> {
  const place = path.resolve(target);
  const exists = await checkFolder(target, place, options.force);
  // Inside a folder that exists (it may be a disk of its own), beside one that does not.
  const partial = `.leukoscope-partial-${randomBytes(4).toString('hex')}`;
  const stage = exists ? path.join(place, partial) : path.join(path.dirname(place), partial);
  const files = new Set<string>();
  let release: (() => void) | undefined;
  const { signal } = options.interrupt;
  try {
    const result = await work({
      get files() {
        return [...files];
      },
      async write(file, content) {
        signal.throwIfAborted();
        release ??= options.interrupt.hold(() => rmSync(stage, { recursive: true, force: true }));
        const full = path.join(stage, ...checkInside(file).split('/'));
        await makeFolder(path.dirname(full));
        await writeNamed(full, content, file);
        files.add(file);
      },
    });
    signal.throwIfAborted();
    if (files.size > 0) {
      if (exists) await moveInto(stage, place, [...files]);
      else await rename(stage, place);
    }
    return result;
  } finally {
    await rm(stage, { recursive: true, force: true });
    release?.();
  }
}

/** Return the folder seen from a place below it. */
export function below(output: OutputFolder, prefix: string): OutputFolder {
  return {
    get files() {
      return output.files;
    },
    write: (file, content) => output.write(`${prefix}${file}`, content),
  };
}

/** Write one file beside its place and move it there. */
export async function writeOutputFile(
  target: string,
  content: string | Uint8Array,
  options: OutputOptions,
): Promise<void> {
  const place = path.resolve(target);
  checkFileFree(target, options.force);
  const stage = path.join(
    path.dirname(place),
    `.leukoscope-partial-${randomBytes(4).toString('hex')}`,
  );
  const release = options.interrupt.hold(() => rmSync(stage, { force: true }));
  try {
    await makeFolder(path.dirname(place));
    await writeNamed(stage, content, target);
    options.interrupt.signal.throwIfAborted();
    await rename(stage, place);
  } finally {
    await rm(stage, { force: true });
    release();
  }
}

/** Throw when a file that is to be written exists; call it before long work. */
export function checkFileFree(target: string, force: boolean): void {
  const found = lstatSync(path.resolve(target), { throwIfNoEntry: false });
  if (found?.isDirectory() === true) {
    throw new LeukoscopeError(
      'CLI_OUTPUT',
      `${target} must be a file to write. It is a folder. Name a file in it.`,
    );
  }
  if (found === undefined || force) return;
  throw new LeukoscopeError(
    'CLI_OUTPUT',
    `${target} must not exist yet. Choose another name, or overwrite it with --force.`,
  );
}

async function checkFolder(target: string, place: string, force: boolean): Promise<boolean> {
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found === undefined) return false;
  const entries = await readdir(place).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code !== 'ENOTDIR') throw cause;
    throw new LeukoscopeError(
      'CLI_OUTPUT',
      `${target} must be a folder to write into. It is a file. Choose another name.`,
    );
  });
  if (entries.length > 0 && !force) {
    throw new LeukoscopeError(
      'CLI_OUTPUT',
      `${target} must be a new or an empty folder. It holds ${entries.length} files or folders. Choose another name, or write into it with --force.`,
    );
  }
  return true;
}

async function moveInto(stage: string, place: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const to = path.join(place, ...file.split('/'));
    await makeFolder(path.dirname(to));
    await rename(path.join(stage, ...file.split('/')), to);
  }
}

/** Write a file; errors of the system name it, which those of a full disk do not. */
async function writeNamed(full: string, content: string | Uint8Array, name: string): Promise<void> {
  await writeFile(full, content).catch((error: unknown) => {
    throw error instanceof Error ? Object.assign(error, { path: name }) : error;
  });
}

/** Make a folder and those above it. Node's own `recursive` never ends below /proc, where nothing can be made. */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolder(path.dirname(folder));
  await mkdir(folder).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return;
    const parent = path.dirname(folder);
    // The name of a folder in the making says nothing to whoever asked for another.
    if (cause instanceof Error) Object.assign(cause, { path: parent });
    throw new LeukoscopeError(
      'CLI_OUTPUT',
      `Output must lie where folders can be made. ${parent} is no such place.`,
      { cause },
    );
  });
}

function checkInside(file: string): string {
  const isInside =
    !path.isAbsolute(file) && !/^[a-z]:|\\/i.test(file) && !file.split('/').includes('..');
  if (isInside && file !== '') return file;
  throw new LeukoscopeError(
    'PATH_OUTSIDE',
    `A file to write must lie in the output folder. Received ${JSON.stringify(file)}.`,
  );
}
