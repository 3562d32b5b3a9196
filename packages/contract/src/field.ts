/** @file Fields: the images of a case, and resumable uploads, by which they arrive. */
import { expectations } from '@leukoscope/core';
import { z } from 'zod';
import { idSchema, lineSchema, revisionSchema, sha256Schema, timeSchema } from './ids.ts';

/** What the cells of a field add to their case's distance from the model's training cells. */
export const familiaritySchema = z.object({
  cells: z.int(),
  sums: z.array(z.number()),
  limit: z.number(),
});

/** Where a field stands. */
export const fieldStateSchema = z.enum(['queued', 'analysing', 'analysed', 'failed']);

/** Something about the image or its cells that a reader must know. */
export const flagSchema = z.object({
  code: z.string(),
  severity: z.enum(['note', 'warning']),
  message: z.string(),
});

/** One image of a case. Width and height are those of the upright image (EXIF orientation applied). */
export const fieldSchema = z.object({
  id: idSchema,
  caseId: idSchema,
  /** 1, 2, 3, ... in the order of arrival. */
  position: z.int().min(1),
  fileName: z.string(),
  sha256: sha256Schema,
  mediaType: z.enum(['image/jpeg', 'image/png', 'image/tiff', 'image/webp', 'image/bmp']),
  sizeBytes: z.int(),
  width: z.int(),
  height: z.int(),
  pixelSizeUm: z.number().positive().nullable(),
  revision: revisionSchema,
  state: fieldStateSchema,
  /** Why the analysis failed; null unless `state` is `failed`. */
  failure: z.string().nullable(),
  /** The analysis that the cells are from. */
  analysis: z
    .object({
      modelId: z.string(),
      modelSha256: sha256Schema,
      finishedAt: timeSchema,
      /** What the types were chosen by; absent: the model's own probabilities. */
      expectation: z.enum(expectations).optional(),
      /** How like the model's training cells they are; absent where the model cannot tell. */
      familiarity: familiaritySchema.optional(),
    })
    .nullable(),
  flags: z.array(flagSchema),
  cells: z.int(),
  createdAt: timeSchema,
});

/** A file on its way. Send bytes from `offset` on; a broken upload goes on where it stopped. */
export const uploadSchema = z.object({
  id: idSchema,
  caseId: idSchema,
  fileName: z.string(),
  sizeBytes: z.int(),
  /** Bytes that are safe on the server's disk. */
  offset: z.int(),
  /** Set once the upload has become a field. */
  fieldId: idSchema.nullable(),
  createdAt: timeSchema,
});

/** Announces a file. */
export const newUploadSchema = z.object({
  fileName: lineSchema(255),
  sizeBytes: z.int().min(1),
  /** Of the whole file; when given, the server compares. */
  sha256: sha256Schema.optional(),
  pixelSizeUm: z.number().positive().max(100).optional(),
});

/** One image of a case. */
export type Field = z.infer<typeof fieldSchema>;
/** Something a reader must know. */
export type Flag = z.infer<typeof flagSchema>;
/** A file on its way. */
export type Upload = z.infer<typeof uploadSchema>;
