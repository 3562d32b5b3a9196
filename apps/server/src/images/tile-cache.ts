/**
 * @file Tiles of images, made when the first one is asked for and kept in a folder of bounded size.
 *
 * Nothing here is worth a backup: a pyramid that is gone or not whole is made again. The files are named
 * by the SHA-256 of the image, so several servers may share the folder.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { checkHash } from '../storage/file-store.ts';
import { privateFolder } from '../private-files.ts';
import { readTileIndex, type TileIndex, tileName } from './tile-file.ts';

const extension = '.tiles';
const openFiles = 32;

/** What a cache works with. */
export interface TileCacheOptions {
  readonly folder: string;
  /** Write the pyramid of an image into a new file. */
  readonly make: (sha256: string, file: string) => Promise<void>;
  /** Most bytes on disk; beyond it the pyramids that were opened longest ago go. @default 2 GiB */
  readonly limitBytes?: number;
}

/** Gives tiles. */
export interface TileCache {
  /** Return a tile as JPEG. The caller has checked that the image has it. */
  read(sha256: string, level: number, x: number, y: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface Pyramid {
  readonly file: FileHandle;
  readonly index: TileIndex;
}

/** Open a folder as a cache of tiles. */
export function openTileCache(options: TileCacheOptions): TileCache {
  const { folder, make, limitBytes = 2 * 2 ** 30 } = options;
  // In the order of their last use: a map keeps the order in which keys were set.
  const pyramids = new Map<string, Promise<Pyramid>>();
  const closing = new Set<Promise<unknown>>();

  const letGo = (pyramid: Promise<Pyramid>) => {
    const closed = pyramid.then(({ file }) => file.close()).catch(() => {});
    closing.add(closed);
    closed.finally(() => closing.delete(closed));
  };

  const get = (sha256: string): Promise<Pyramid> => {
    const known = pyramids.get(sha256);
    const pyramid = known ?? openOrMake(sha256);
    pyramids.delete(sha256);
    pyramids.set(sha256, pyramid);
    if (known === undefined) {
      // A failure is not kept: the next request tries again.
      pyramid.catch(() => {
        if (pyramids.get(sha256) === pyramid) pyramids.delete(sha256);
      });
    }
    for (const [oldest, old] of pyramids) {
      if (pyramids.size <= openFiles) break;
      pyramids.delete(oldest);
      letGo(old);
    }
    return pyramid;
  };

  const openOrMake = async (sha256: string): Promise<Pyramid> => {
    checkHash(sha256);
    const file = path.join(folder, `${sha256}${extension}`);
    const found = await openPyramid(file);
    if (found !== undefined) {
      const now = new Date();
      await utimes(file, now, now).catch(() => {});
      return found;
    }
    await mkdir(folder, { recursive: true, mode: privateFolder });
    const temporary = path.join(folder, `${randomBytes(16).toString('hex')}.part`);
    try {
      await make(sha256, temporary);
      await rename(temporary, file);
    } finally {
      await rm(temporary, { force: true });
    }
    await shrink(folder, limitBytes, file);
    const made = await openPyramid(file);
    if (made === undefined) throw new Error(`internal: pyramid ${file} must be whole.`);
    return made;
  };

  return {
    read: async (sha256, level, x, y) => {
      const { file, index } = await get(sha256);
      const [offset, length] = index.tiles[tileName(level, x, y)]!;
      const bytes = new Uint8Array(length);
      await file.read(bytes, 0, length, offset);
      return bytes;
    },
    close: async () => {
      for (const pyramid of pyramids.values()) letGo(pyramid);
      pyramids.clear();
      await Promise.all(closing);
    },
  };
}

async function openPyramid(file: string): Promise<Pyramid | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const index = await readTileIndex(handle);
  if (index !== undefined) return { file: handle, index };
  await handle.close();
  await rm(file, { force: true });
  return undefined;
}

/** Delete what was opened longest ago until the rest fits; the newest stays whatever its size. */
async function shrink(folder: string, limitBytes: number, newest: string): Promise<void> {
  const files: { name: string; size: number; usedMs: number }[] = [];
  for (const name of await readdir(folder)) {
    if (!name.endsWith(extension)) continue;
    const facts = await stat(path.join(folder, name)).catch(() => undefined);
    if (facts !== undefined) files.push({ name, size: facts.size, usedMs: facts.mtimeMs });
  }
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { name, size } of files.sort((a, b) => a.usedMs - b.usedMs)) {
    if (total <= limitBytes) return;
    const file = path.join(folder, name);
    if (file === newest) continue;
    // Whoever has it open goes on reading it.
    await rm(file, { force: true });
    total -= size;
  }
}
