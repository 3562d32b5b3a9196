/**
 * @file Files in a local folder: `ab/abcdef...`, by temporary file, fsync, rename, fsync of the folder.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { LeukoscopeError } from '@leukoscope/core';
import { privateFile, privateFolder } from '../private-files.ts';
import { checkHash, type FileStore, fileDamaged, fileGone, type StoredFile } from './file-store.ts';
import { hashBytes } from './hash-bytes.ts';

/** No file takes this long to write. */
const brokenMs = 24 * 3_600_000;

/** Settings of `openLocalStore`. */
export interface LocalStoreOptions {
  /** Make the folder when there is none. @default true */
  readonly mayMake?: boolean;
}

/** Open a folder as a store. */
export async function openLocalStore(
  root: string,
  options: LocalStoreOptions = {},
): Promise<FileStore> {
  const { mayMake = true } = options;
  const temporary = path.join(root, 'tmp');
  if (!mayMake && !(await exists(root))) {
    throw new LeukoscopeError(
      'STORE_FOLDER',
      `folder of images must be there. Received ${root}, which is not; nothing was made. Check the data folder, or restore a backup.`,
    );
  }
  await mkdir(temporary, { recursive: true, mode: privateFolder });
  await forgetBroken(temporary);
  const store: FileStore = {
    put: (source) => put(root, source),
    read: async (sha256) => {
      checkHash(sha256);
      const bytes = await readFile(pathOf(root, sha256)).catch((error) => {
        throw isGone(error) ? fileGone(sha256) : error;
      });
      const found = await hashBytes(bytes);
      if (found !== sha256) throw fileDamaged(sha256, found);
      return bytes;
    },
    has: async (sha256) => {
      checkHash(sha256);
      return exists(pathOf(root, sha256));
    },
    list: () => list(root),
    check: async () => {
      const probe = path.join(temporary, `probe-${randomBytes(8).toString('hex')}`);
      const handle = await open(probe, 'wx', privateFile);
      try {
        await handle.writeFile('probe');
      } finally {
        await handle.close();
        await rm(probe, { force: true });
      }
    },
    close: async () => {},
  };
  return store;
}

/** Forget what processes left that were killed; others that share the folder may be writing now. */
async function forgetBroken(temporary: string): Promise<void> {
  const border = Date.now() - brokenMs;
  for (const name of await readdir(temporary)) {
    const file = path.join(temporary, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (mtimeMs < border) await rm(file, { force: true });
  }
}

async function put(
  root: string,
  source: Uint8Array | { readonly file: string },
): Promise<StoredFile> {
  const temporary = path.join(root, 'tmp', randomBytes(16).toString('hex'));
  try {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const target = await open(temporary, 'wx', privateFile);
    try {
      const chunks = source instanceof Uint8Array ? [source] : createReadStream(source.file);
      for await (const chunk of chunks) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        await target.writeFile(chunk);
      }
      await target.sync();
    } finally {
      await target.close();
    }
    const sha256 = hash.digest('hex');
    const final = pathOf(root, sha256);
    if (!(await exists(final))) {
      await mkdir(path.dirname(final), { recursive: true, mode: privateFolder });
      await rename(temporary, final);
    }
    // Also when it was there: whoever wrote it may not have come to this line.
    await flushFolder(path.dirname(final));
    await flushFolder(root);
    return { sha256, sizeBytes };
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Make a folder's entries durable. Nobody else waits meanwhile: a busy disk takes its time. */
async function flushFolder(folder: string): Promise<void> {
  // Windows cannot open folders for flushing; NTFS journals their entries itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function* list(root: string): AsyncIterable<string> {
  for (const folder of (await readdir(root)).sort()) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const name of (await readdir(path.join(root, folder))).sort()) {
      if (/^[0-9a-f]{64}$/.test(name)) yield name;
    }
  }
}

function pathOf(root: string, sha256: string): string {
  return path.join(root, sha256.slice(0, 2), sha256);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error) => {
      if (isGone(error)) return false;
      throw error;
    },
  );
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
