/** @file Keeps what reading the sets gives in a file, since decoding and cutting take minutes. */
import { existsSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { hash32 } from '@leukoscope/core';

/** Read a value from the cache, or make it and keep it. `key` must name everything it depends on. */
export async function cached<T>(
  folder: string | undefined,
  name: string,
  key: unknown,
  make: () => Promise<readonly T[]>,
): Promise<T[]> {
  if (folder === undefined) return [...(await make())];
  const file = path.join(folder, `${name}-${hash32(JSON.stringify(key)).toString(16)}.bin`);
  if (existsSync(file)) return readCached<T>(file);
  const values = await make();
  await mkdir(folder, { recursive: true });
  // Piece by piece: all in one would pass the limits of V8 and of one read, 2 GB.
  const handle = await open(`${file}.partial`, 'w');
  for (const value of values) {
    const piece = serialize(value);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(piece.length);
    await handle.write(Buffer.concat([length, piece]));
  }
  await handle.close();
  await rename(`${file}.partial`, file);
  return [...values];
}

async function readCached<T>(file: string): Promise<T[]> {
  const handle = await open(file);
  const values: T[] = [];
  const length = Buffer.alloc(4);
  while ((await handle.read(length, 0, 4)).bytesRead === 4) {
    const piece = Buffer.alloc(length.readUInt32BE(0));
    await handle.read(piece, 0, piece.length);
    values.push(deserialize(piece) as T);
  }
  await handle.close();
  return values;
}
