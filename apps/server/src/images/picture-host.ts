/**
 * @file Makes pictures of images in child processes of their own, so that neither the server nor the
 * check of uploads waits for them.
 */
import type { Box } from '@leukoscope/core';
import { createHostPool } from '../hosts/host-pool.ts';
import type { Limits } from '../settings.ts';
import { cropsSchema } from './picture-protocol.ts';

const deadlineMs = 120_000;
/** A 200-megapixel image takes 600 MB as RGB; the level below it and encoded tiles come on top. */
const bytesPerPixel = 16;
const leastBytes = 1.5 * 2 ** 30;

/** Makes pictures. */
export interface PictureHost {
  /** Write all tiles of an image into a new file (tile-pyramid.ts). */
  makePyramid(image: Uint8Array, file: string): Promise<void>;
  /** Start what cuts cells, so that the first one does not wait for it. */
  wake(): Promise<void>;
  /** Cut squares out of an image: a JPEG each. `read` is called when the image is not at hand any more. */
  cutCrops(
    image: { readonly sha256: string; readonly read: () => Promise<Uint8Array> },
    squares: readonly Box[],
    side: number,
  ): Promise<readonly Uint8Array[]>;
  close(): Promise<void>;
}

/** Start making pictures; processes start when they are needed. */
export function startPictureHost(limits: Limits): PictureHost {
  const options = {
    script: new URL('./picture-tasks-host.ts', import.meta.url),
    size: 1,
    deadlineMs,
    memoryBytes: Math.max(leastBytes, limits.pixels * bytesPerPixel),
  };
  const pool = createHostPool(options);
  // A process of its own, which keeps images decoded and never makes a cell wait for a pyramid.
  const cropPool = createHostPool(options);
  const maxPixels = limits.pixels;
  return {
    makePyramid: async (image, file) => {
      await pool.run({ kind: 'pyramid', image, file, maxPixels });
    },
    wake: async () => {
      await cropPool.run({ kind: 'wake' });
    },
    cutCrops: async ({ sha256, read }, squares, side) => {
      const ask = async (image: Uint8Array | null) =>
        cropsSchema.parse(
          await cropPool.run({ kind: 'crops', sha256, image, squares, side, maxPixels }),
        );
      const crops = (await ask(null)) ?? (await ask(await read()));
      if (crops === null) throw new Error('internal: an image that was sent must be cut.');
      return crops;
    },
    close: async () => {
      await Promise.all([pool.close(), cropPool.close()]);
    },
  };
}
