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
import type { z } from 'zod';
import type { Inspected, inspectTaskSchema } from './inspect-protocol.ts';
import { refusePolyglot } from './polyglot.ts';

const thumbnailSide = 320;

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
