/** @file What picture processes do: cut images into tiles, cut cells out of them, print reports. */
import { boxSchema } from '@leukoscope/contract';
import type { Box, Raster } from '@leukoscope/core';
import { cropRaster, decodeRgb, encodeJpeg, resizeRaster } from '@leukoscope/image';
import { z } from 'zod';
import type { GalleryRow } from '../exports/pdf/write-pdf.ts';
import type { Report } from '../exports/report-facts.ts';
import { pyramidTaskSchema, writeTilePyramid } from './tile-pyramid.ts';

const cropQuality = 90;
const white = [255, 255, 255] as const;

/** Square pictures around boxes of one image. */
const cropsTaskSchema = z.object({
  kind: z.literal('crops'),
  image: z.instanceof(Uint8Array),
  boxes: z.array(boxSchema),
  /** Side of the pictures in pixels. */
  side: z.int(),
  /** Side of the region, in multiples of the longer side of the box. */
  zoom: z.number(),
  maxPixels: z.number(),
});

/** A report with pictures, from our own server: as it made it. */
const reportTaskSchema = z.object({
  kind: z.literal('report'),
  report: z.unknown(),
  gallery: z.unknown(),
});

/** What is asked. */
export const pictureTaskSchema = z.discriminatedUnion('kind', [
  pyramidTaskSchema,
  cropsTaskSchema,
  reportTaskSchema,
]);

/** What is answered to `crops`: a JPEG for each box. */
export const cropsSchema = z.array(z.instanceof(Uint8Array));

/** What is answered to `report`: a PDF. */
export const pdfSchema = z.instanceof(Uint8Array);

/** Do one task. */
export async function doPictureTask(raw: unknown): Promise<unknown> {
  const task = pictureTaskSchema.parse(raw);
  switch (task.kind) {
    case 'pyramid':
      return writeTilePyramid(task);
    case 'crops': {
      const image = await decodeRgb(task.image, { maxPixels: task.maxPixels });
      return Promise.all(
        task.boxes.map((box) =>
          encodeJpeg(cropSquare(image, squareAround(box, task.zoom), task.side), {
            quality: cropQuality,
          }),
        ),
      );
    }
    case 'report': {
      // Fonts and layout are read when the first report is wanted.
      const { writePdf } = await import('../exports/pdf/write-pdf.ts');
      return writePdf(parseReport(task.report), parseGallery(task.gallery));
    }
  }
}

function parseReport(value: unknown): Report {
  return value as Report;
}

function parseGallery(value: unknown): readonly GalleryRow[] {
  return value as readonly GalleryRow[];
}

/** Return the square around a box, in whole pixels; it may reach outside the image. */
export function squareAround(box: Box, zoom: number): Box {
  const side = Math.max(8, Math.ceil(Math.max(box.x2 - box.x1, box.y2 - box.y1) * zoom));
  const x1 = Math.round((box.x1 + box.x2 - side) / 2);
  const y1 = Math.round((box.y1 + box.y2 - side) / 2);
  return { x1, y1, x2: x1 + side, y2: y1 + side };
}

/** Cut a square out, white where it lies outside, and bring it to a side. */
function cropSquare(image: Raster, region: Box, side: number): Raster {
  const square = cropRaster(image, region, { padding: white });
  return resizeRaster(square, { width: side, height: side });
}
