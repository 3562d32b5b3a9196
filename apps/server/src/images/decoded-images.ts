/**
 * @file Decoded images that a process keeps, so that cells of one field are cut out of one decoding.
 *
 * Bounded by bytes of pixels; the newest image stays whatever its size, what was used longest ago goes.
 */
import type { Raster } from '@leukoscope/core';
import { decodeRgb } from '@leukoscope/image';

/** Settings of `keepDecodedImages`. */
export interface DecodedImagesOptions {
  /** Most bytes of pixels; one larger image is kept all the same. @default 384 MiB */
  readonly limitBytes?: number;
}

/** Images by the SHA-256 of their files. */
export interface DecodedImages {
  /** Return an image that is kept, or decode it from its bytes; undefined when both are missing. */
  get(
    sha256: string,
    bytes: Uint8Array | null,
    options: { readonly maxPixels: number },
  ): Promise<Raster | undefined>;
}

/** Start with none. */
export function keepDecodedImages(options: DecodedImagesOptions = {}): DecodedImages {
  const { limitBytes = 384 * 2 ** 20 } = options;
  // In the order of their last use: a map keeps the order in which keys were set.
  const kept = new Map<string, Raster>();
  let sizeBytes = 0;
  return {
    get: async (sha256, bytes, { maxPixels }) => {
      const known = kept.get(sha256);
      if (known === undefined && bytes === null) return undefined;
      const image = known ?? (await decodeRgb(bytes!, { maxPixels }));
      if (known === undefined) sizeBytes += image.data.byteLength;
      kept.delete(sha256);
      kept.set(sha256, image);
      for (const [oldest, { data }] of kept) {
        if (sizeBytes <= limitBytes || oldest === sha256) break;
        kept.delete(oldest);
        sizeBytes -= data.byteLength;
      }
      return image;
    },
  };
}
