/** @file What the server asks the processes that make pictures, and what they answer. */
import { boxSchema } from '@leukoscope/contract';
import { z } from 'zod';

/** All tiles of an image, into a file. */
const pyramidTaskSchema = z.object({
  kind: z.literal('pyramid'),
  image: z.instanceof(Uint8Array),
  /** The file to write; must not exist. */
  file: z.string(),
  maxPixels: z.number(),
});

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
