/**
 * @file What the server and its learning process say to each other. Apart from their work, so that the server reads no
 * networks.
 */
import {
  boxSchema,
  learningResultSchema,
  learntCellSchema,
  sha256Schema,
} from '@leukoscope/contract';
import { z } from 'zod';

/** A cell to learn from, with the file that holds what the parent saw in its picture. */
export const taughtCellSchema = learntCellSchema.extend({
  seenFile: z.string(),
  box: boxSchema,
  /** Cells of one group are never on both sides. */
  group: z.string(),
});

/** What a learning process is asked. */
export const learningTaskSchema = z.discriminatedUnion('kind', [
  /** Look at a picture and keep what was seen in a file. */
  z.object({
    kind: z.literal('see'),
    modelFile: z.string(),
    image: z.instanceof(Uint8Array),
    maxPixels: z.number(),
    seenFile: z.string(),
  }),
  /** Fit a candidate, measure it, and write the model that it would be into a folder. */
  z.object({
    kind: z.literal('fit'),
    modelFile: z.string(),
    /** Hashes of the pictures. */
    pictures: z.array(sha256Schema),
    cells: z.array(taughtCellSchema),
    folder: z.string(),
  }),
]);

/** What comes out of a fit. */
export const fittedSchema = z.object({
  result: learningResultSchema,
  card: z.string().nullable(),
  /** Names of the files that were written; none where the candidate was refused. */
  files: z.array(z.string()),
});

/** What a learning process says while it fits. */
export const fitProgressSchema = z.object({ done: z.number(), total: z.number() });

/** A cell to learn from. */
export type TaughtCell = z.infer<typeof taughtCellSchema>;
/** What comes out of a fit. */
export type Fitted = z.infer<typeof fittedSchema>;
