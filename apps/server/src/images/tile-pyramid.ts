/**
 * @file All Deep Zoom tiles of an image in one file: 8 bytes with the length of the index, the index as
 * JSON, the tiles one after the other as JPEG.
 *
 * `writeTilePyramid` runs in a child process, since it decodes. Levels are halved by area from the one
 * above, so that every pixel counts; colour keeps its full resolution, since granules are told by it.
 */
import { open } from 'node:fs/promises';
import { sizeAtLevel, tileCounts, tileSide, fullTileLevel } from '@leukoscope/contract';
import type { Raster } from '@leukoscope/core';
import { cropRaster, decodeRgb, encodeJpeg, resizeRaster } from '@leukoscope/image';
import { z } from 'zod';
import { privateFile } from '../private-files.ts';

const quality = 92;
const lengthBytes = 8;

/** What is asked. */
export const pyramidTaskSchema = z.object({
  kind: z.literal('pyramid'),
  image: z.instanceof(Uint8Array),
  /** The file to write; must not exist. */
  file: z.string(),
  maxPixels: z.number(),
});

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

/** Cut an image into tiles of all levels and write them; flushed when it resolves. */
export async function writeTilePyramid(task: {
  readonly image: Uint8Array;
  readonly file: string;
  readonly maxPixels: number;
}): Promise<void> {
  const image = await decodeRgb(task.image, { maxPixels: task.maxPixels });
  const names: string[] = [];
  const tiles: Uint8Array[] = [];
  let raster: Raster = image;
  for (let level = fullTileLevel(image); level >= 0; level--) {
    const size = sizeAtLevel(image, level);
    if (raster.width !== size.width || raster.height !== size.height) {
      raster = resizeRaster(raster, size, { method: 'area' });
    }
    const { columns, rows } = tileCounts(image, level);
    for (let y = 0; y < rows; y++) {
      // A row of tiles at once keeps libvips' threads busy without holding all tiles' pixels.
      const row = Array.from({ length: columns }, (_, x) => encodeTile(raster, x, y));
      tiles.push(...(await Promise.all(row)));
      for (let x = 0; x < columns; x++) names.push(tileName(level, x, y));
    }
  }
  await writeTiles(task.file, names, tiles);
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

function encodeTile(raster: Raster, x: number, y: number): Promise<Uint8Array> {
  const box = {
    x1: x * tileSide,
    y1: y * tileSide,
    x2: Math.min((x + 1) * tileSide, raster.width),
    y2: Math.min((y + 1) * tileSide, raster.height),
  };
  return encodeJpeg(cropRaster(raster, box), { quality, chroma: '4:4:4' });
}

async function writeTiles(
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
