/**
 * @file All Deep Zoom tiles of an image in one file: 8 bytes with the length of the index, the index as
 * JSON, the tiles one after the other as JPEG.
 */
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { privateFile } from '../private-files.ts';

const lengthBytes = 8;

const indexSchema = z.object({
  /** Length of the whole file: one that a power cut has shortened is not read. */
  sizeBytes: z.int(),
  /** `level_x_y` -> offset from the file's start, and length. */
  tiles: z.record(z.string(), z.tuple([z.int(), z.int()])),
});

/** Where tiles lie in a file. */
export type TileIndex = z.infer<typeof indexSchema>;

/** Name a tile in an index. */
export function tileName(level: number, x: number, y: number): string {
  return `${level}_${x}_${y}`;
}

/** Read the index of an open file; undefined when the file is not whole. */
export async function readTileIndex(file: {
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<unknown>;
  stat(): Promise<{ size: number }>;
}): Promise<TileIndex | undefined> {
  const { size } = await file.stat();
  const head = new Uint8Array(lengthBytes);
  await file.read(head, 0, lengthBytes, 0);
  const length = Number(new DataView(head.buffer).getBigUint64(0));
  if (length === 0 || lengthBytes + length > size) return undefined;
  const text = new Uint8Array(length);
  await file.read(text, 0, length, lengthBytes);
  try {
    const index = indexSchema.parse(JSON.parse(new TextDecoder().decode(text)));
    return index.sizeBytes === size ? index : undefined;
  } catch {
    return undefined;
  }
}

/** Write tiles and their index into a new file; flushed when it resolves. */
export async function writeTiles(
  file: string,
  names: readonly string[],
  tiles: readonly Uint8Array[],
): Promise<void> {
  const total = tiles.reduce((sum, tile) => sum + tile.length, 0);
  const entries = (start: number): TileIndex => {
    const index: TileIndex = { sizeBytes: start + total, tiles: {} };
    let offset = start;
    for (const [i, tile] of tiles.entries()) {
      index.tiles[names[i]!] = [offset, tile.length];
      offset += tile.length;
    }
    return index;
  };
  // Offsets depend on the index's own length: padding with spaces, which JSON allows, fixes it.
  const room = JSON.stringify(entries(Number.MAX_SAFE_INTEGER - total)).length;
  const start = lengthBytes + room;
  const text = new TextEncoder().encode(JSON.stringify(entries(start)).padEnd(room));
  const head = new Uint8Array(lengthBytes);
  new DataView(head.buffer).setBigUint64(0, BigInt(room));
  const handle = await open(file, 'wx', privateFile);
  try {
    for (const part of [head, text, ...tiles]) await handle.writeFile(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
