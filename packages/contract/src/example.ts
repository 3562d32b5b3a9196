/**
 * @file Examples of cell classes, to look at beside a cell in doubt: the site's own cells of which the
 * model was most certain and that a person has seen and left there, and drawn ones that ship.
 */
import { z } from 'zod';
import { cellClassSchema } from './cell.ts';
import { idSchema, revisionSchema } from './ids.ts';

/** A cell of one of the site's cases. `getCellCrop` gives its picture. */
export const exampleSchema = z.object({
  cellId: idSchema,
  caseId: idSchema,
  fieldId: idSchema,
  caseNumber: z.string(),
  revision: revisionSchema,
  cellClass: cellClassSchema,
  score: z.number().min(0).max(1),
  /** The case is signed. */
  isSigned: z.boolean(),
});

/** A drawn cell: no real one. `getSyntheticExample` gives its picture. */
export const syntheticExampleSchema = z.object({
  name: z.string(),
  cellClass: cellClassSchema,
});

/** Examples of a model. Both lists may be empty: nothing else takes their place. */
export const examplesSchema = z.object({
  /** Most certain first, signed ones before others; by class. */
  items: z.array(exampleSchema),
  synthetic: z.array(syntheticExampleSchema),
});

/** Query of examples. */
export const exampleQuerySchema = z.object({
  /** Without it all classes. */
  cellClass: cellClassSchema.optional(),
  /** Of each class. */
  limit: z.coerce.number().int().min(1).max(24).default(6),
});

/** A cell of one of the site's cases. */
export type Example = z.infer<typeof exampleSchema>;
/** A drawn cell. */
export type SyntheticExample = z.infer<typeof syntheticExampleSchema>;
/** Examples of a model. */
export type Examples = z.infer<typeof examplesSchema>;
