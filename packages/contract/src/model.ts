/** @file The models a server can analyse with. */
import { z } from 'zod';
import { cellClassSchema } from './cell.ts';
import { sha256Schema } from './ids.ts';

/** A model's name on the shelf: its file or folder name without extension. */
export const modelIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'must be letters, digits, dots and dashes');

/** One model. */
export const modelSchema = z.object({
  id: z.string(),
  name: z.string(),
  sha256: sha256Schema,
  sizeBytes: z.int(),
  /** Its classes in the order of its outputs. */
  classes: z.array(cellClassSchema),
  /** How its outputs become cells: `boxes`, `pixels`, `classes`, `two-stage`, `watershed`, `external`. */
  reader: z.string(),
  /** What it was trained on from. */
  parent: z.object({ name: z.string(), sha256: sha256Schema }).nullable(),
  /** The model card as Markdown; null when none lies beside the model. */
  card: z.string().nullable(),
  /** New fields are analysed with it. */
  isDefault: z.boolean(),
  /** An administrator added it and may remove it. */
  isAdded: z.boolean(),
});

/** One model. */
export type Model = z.infer<typeof modelSchema>;

/** A file in the folder of models that cannot be opened. */
export const brokenModelSchema = z.object({ id: z.string(), reason: z.string() });

/** What an administrator says of a file whose bytes are there. */
export const newModelSchema = z.object({
  sizeBytes: z.int().min(1),
  sha256: sha256Schema,
  /** The card, as Markdown. */
  card: z.string().max(200_000).optional(),
});
