/** @file Folders on disk. Links are followed only inside the folder; paths never leave it. */
import { mkdir, open, readdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { checkRelativePath, type Folder, type FolderSink, sortFiles } from '../folder.ts';

/** Open a folder for reading. */
export async function openFolder(location: string): Promise<Folder> {
  let root: string;
  let entries: string[] | undefined;
  try {
    root = await realpath(location);
    await readdir(root);
  } catch (cause) {
    throw new LeukoscopeError(
      'FOLDER_MISSING',
      `${location} must be a folder that can be read. ${messageOf(cause)}`,
      { cause },
    );
  }
  return {
    name: path.basename(root),
    async list() {
      entries ??= sortFiles(await listFiles(root));
      return entries;
    },
    async read(file, range) {
      const full = await insidePath(root, file);
      const handle = await open(full).catch((cause: unknown) => {
        throw new LeukoscopeError(
          'FILE_MISSING',
          `${file} must be a file of ${root}. ${messageOf(cause)}`,
          { cause },
        );
      });
      try {
        if (range === undefined) return new Uint8Array(await handle.readFile());
        // A range comes from the file itself: never believe its length before the file's size.
        const { size } = await handle.stat();
        const length = Math.max(0, Math.min(range.length, size - range.offset));
        const bytes = new Uint8Array(length);
        const { bytesRead } = await handle.read(bytes, 0, length, range.offset);
        return bytes.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
  };
}

/** Write into a folder, which is made when it is missing. */
export function writeFolder(location: string): FolderSink {
  return {
    async write(file, content) {
      const full = path.join(location, ...checkRelativePath(file).split('/'));
      await mkdir(path.dirname(full), { recursive: true });
      await writeFile(full, content);
    },
  };
}

async function listFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) =>
      path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
    )
    .filter((file) => !file.split('/').some((part) => part.startsWith('.')));
}

async function insidePath(root: string, file: string): Promise<string> {
  const full = path.join(root, ...checkRelativePath(file).split('/'));
  const real = await realpath(full).catch(() => full);
  if (real === full || real.startsWith(root + path.sep)) return real;
  throw new LeukoscopeError(
    'PATH_OUTSIDE',
    `${file} must lie inside ${root}. It is a link to somewhere else.`,
  );
}
