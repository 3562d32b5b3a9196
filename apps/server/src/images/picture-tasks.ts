/** @file What picture processes do: cut images into tiles, cut cells out of them, print reports. */
import { boxSchema } from '@leukoscope/contract';
import { encodeJpeg } from '@leukoscope/image';
import { z } from 'zod';
import type { GalleryRow } from '../exports/pdf/write-pdf.ts';
import type { Report } from '../exports/report-facts.ts';
import { cutSquare } from './crop-square.ts';
import { keepDecodedImages } from './decoded-images.ts';
import { pyramidTaskSchema, writeTilePyramid } from './tile-pyramid.ts';

const cropQuality = 90;
const images = keepDecodedImages();

/** Square pictures out of one image. */
const cropsTaskSchema = z.object({
  kind: z.literal('crops'),
  sha256: z.string(),
  /** Null: the process may have the image from before. */
  image: z.instanceof(Uint8Array).nullable(),
  squares: z.array(boxSchema),
  /** Side of the pictures in pixels. */
  side: z.int(),
  maxPixels: z.number(),
});

/** Nothing: the process only has to be there, with its libraries read. */
const wakeTaskSchema = z.object({ kind: z.literal('wake') });

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
  wakeTaskSchema,
  reportTaskSchema,
]);

/** What is answered to `crops`: a JPEG for each square; null when the image must be sent along. */
export const cropsSchema = z.array(z.instanceof(Uint8Array)).nullable();

/** What is answered to `report`: a PDF. */
export const pdfSchema = z.instanceof(Uint8Array);

/** Do one task. */
export async function doPictureTask(raw: unknown): Promise<unknown> {
  const task = pictureTaskSchema.parse(raw);
  switch (task.kind) {
    case 'pyramid':
      return writeTilePyramid(task);
    case 'wake':
      return null;
    case 'crops': {
      const image = await images.get(task.sha256, task.image, task);
      if (image === undefined) return null;
      return Promise.all(
        task.squares.map((square) =>
          encodeJpeg(cutSquare(image, square, task.side), { quality: cropQuality }),
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
