/** @file The models a server can analyse with. */
import { z } from 'zod';
import { cellClassSchema } from './cell.ts';
import { sha256Schema } from './ids.ts';

/** One model. */
export const modelSchema = z.object({
  /** Its file name without extension. */
  id: z.string(),
  name: z.string(),
  sha256: sha256Schema,
  sizeBytes: z.int(),
  /** Its classes in the order of its outputs. */
  classes: z.array(cellClassSchema),
  /** The model card as Markdown; null when none lies beside the model. */
  card: z.string().nullable(),
  /** New fields are analysed with it. */
  isDefault: z.boolean(),
});

/** One model. */
export type Model = z.infer<typeof modelSchema>;
