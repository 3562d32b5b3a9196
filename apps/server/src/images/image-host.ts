/** @file Checks uploaded images away from the server's own process, which no file shall harm. */
import { createHostPool } from '../hosts/host-pool.ts';
import type { Limits } from '../settings.ts';
import { type Inspected, inspectedSchema } from './inspect-protocol.ts';

const deadlineMs = 120_000;
/** A 200-megapixel image takes 600 MB as RGB, and its copies as much again. */
const bytesPerPixel = 16;
const leastBytes = 1.5 * 2 ** 30;

/** Checks images. */
export interface ImageHost {
  inspect(file: string): Promise<Inspected>;
  close(): Promise<void>;
}

/** Start checking images in child processes. */
export function startImageHost(limits: Limits, size = 1): ImageHost {
  const pool = createHostPool({
    script: new URL('./inspect-image-host.ts', import.meta.url),
    size,
    deadlineMs,
    memoryBytes: Math.max(leastBytes, limits.pixels * bytesPerPixel),
  });
  return {
    inspect: async (file) =>
      inspectedSchema.parse(await pool.run({ file, maxPixels: limits.pixels })),
    close: pool.close,
  };
}
