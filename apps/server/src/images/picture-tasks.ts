/** @file What picture processes do: cut images into tiles, cut cells out of them. */
import { boxSchema } from '@leukoscope/contract';
import { encodeJpeg } from '@leukoscope/image';
import { z } from 'zod';
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

/** What is asked. */
export const pictureTaskSchema = z.discriminatedUnion('kind', [
  pyramidTaskSchema,
  cropsTaskSchema,
  wakeTaskSchema,
]);

/** What is answered to `crops`: a JPEG for each square; null when the image must be sent along. */
export const cropsSchema = z.array(z.instanceof(Uint8Array)).nullable();

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
  }
}
