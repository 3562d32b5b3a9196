/**
 * @file Reads an uploaded file in full, which proves it sound, and makes what the browser needs of it.
 *
 * Runs in a child process (inspect-image-host.ts). Returned sizes are those of the upright image.
 */
import { readFile } from 'node:fs/promises';
import {
  decodeImage,
  encodePng,
  encodeWebp,
  readImageHeader,
  resizeRaster,
  toRgbRaster,
} from '@leukoscope/image';
import { z } from 'zod';
import { refusePolyglot } from './polyglot.ts';

const thumbnailSide = 320;

/** What is asked. */
export const inspectTaskSchema = z.object({ file: z.string(), maxPixels: z.number() });

/** What is answered. `display` is null where every browser shows the file itself. */
export const inspectedSchema = z.object({
  width: z.int(),
  height: z.int(),
  mediaType: z.enum(['image/jpeg', 'image/png', 'image/tiff', 'image/webp', 'image/bmp']),
  display: z.instanceof(Uint8Array).nullable(),
  thumbnail: z.instanceof(Uint8Array),
});

/** What is answered. */
export type Inspected = z.infer<typeof inspectedSchema>;

/** Check an image file and make its display form and thumbnail. */
export async function inspectImage(task: z.infer<typeof inspectTaskSchema>): Promise<Inspected> {
  const bytes = new Uint8Array(await readFile(task.file));
  const header = readImageHeader(bytes);
  refusePolyglot(bytes);
  const raster = await decodeImage(bytes, { maxPixels: task.maxPixels });
  const { width, height } = raster;
  const rgb = toRgbRaster(raster);
  const scale = Math.min(1, thumbnailSide / Math.max(width, height));
  const size = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const isShown = ['jpeg', 'png', 'webp'].includes(header.format) && header.bitsPerChannel === 8;
  return {
    width,
    height,
    mediaType: `image/${header.format}`,
    display: isShown ? null : new Uint8Array(await encodePng(rgb)),
    thumbnail: new Uint8Array(
      await encodeWebp(resizeRaster(rgb, size, { method: 'area' }), { quality: 80 }),
    ),
  };
}
