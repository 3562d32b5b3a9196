/**
 * @file Cells: what the model found and what people made of it.
 *
 * A cell lies in one bin: a cell class, `unidentified` (must be decided before signing) or
 * `not-classed` (left out of the differential). The model's own answer is kept beside it for ever.
 */
import { attributeNames, type CellClass, cellClasses, isCellClass } from '@leukoscope/core';
import { z } from 'zod';
import { boxSchema, maskSchema } from './geometry.ts';
import {
  actorSchema,
  idSchema,
  mostCount,
  revisionSchema,
  sequenceSchema,
  timeSchema,
} from './ids.ts';

const cellClassNames = Object.keys(cellClasses).filter(isCellClass);

/** A cell class of core. */
export const cellClassSchema = z.enum(cellClassNames as [CellClass, ...CellClass[]]);

/** Where a cell lies in the gallery. */
export const binSchema = z.union([cellClassSchema, z.literal(['unidentified', 'not-classed'])]);

/**
 * Bins whose cells nobody has to look at before signing: ordinary red cells and platelets stand in no
 * differential, and a field holds hundreds of them.
 */
export const binsWithoutReview = [
  'erythrocyte',
  'platelet',
] as const satisfies readonly CellClass[];

/** How probable the model finds a class, 0..1. */
export const classProbabilitySchema = z.object({
  cellClass: cellClassSchema,
  probability: z.number().min(0).max(1),
});

/** A nucleus. */
export const nucleusSchema = z.object({
  mask: maskSchema,
  /** Parts that are thicker than what joins them. */
  lobes: z.int().min(1),
  /** Its area over that of the whole cell. */
  share: z.number().min(0).max(1),
});

/** An attribute of a cell: its likeliest value, with words for both in core. */
export const cellAttributeSchema = z.object({
  name: z.enum(attributeNames),
  value: z.string(),
  probability: z.number().min(0).max(1),
});

/** What the model said about the cell; null for cells that a person added. */
export const modelAnswerSchema = z.object({
  modelId: z.string(),
  cellClass: cellClassSchema,
  bin: binSchema,
  /** 0..1: how sure the model is that there is a cell of this class. */
  score: z.number().min(0).max(1),
  /** Most probable first. Empty when the model gives none. */
  probabilities: z.array(classProbabilitySchema),
  /** The second most probable class. */
  runnerUp: classProbabilitySchema.nullable(),
  /**
   * What the cell looked like before the specimen's expectation was applied, where that alone keeps it from being
   * called so; the probability is that of all kinds that were not expected together.
   */
  unexpected: classProbabilitySchema.optional(),
  /** The nucleus inside the model's outline; absent where none could be told, and in answers of older servers. */
  nucleus: nucleusSchema.optional(),
  /** What else the cell looks like, of models that tell it. */
  attributes: z.array(cellAttributeSchema).optional(),
});

/** One cell of a field. */
export const cellSchema = z.object({
  id: idSchema,
  caseId: idSchema,
  fieldId: idSchema,
  origin: z.enum(['model', 'person']),
  revision: revisionSchema,
  /** Sequence of the history entry that changed the cell last. */
  changedIn: sequenceSchema,
  box: boxSchema,
  mask: maskSchema.nullable(),
  bin: binSchema,
  model: modelAnswerSchema.nullable(),
  /** Cut by the border of the image. */
  isIncomplete: z.boolean(),
  /** The model does not trust its type. */
  isUnsure: z.boolean(),
  /** Set once a person has seen or changed the cell. */
  seen: z.object({ by: actorSchema, at: timeSchema }).nullable(),
  /** Deleted cells are listed only on request; undo brings them back. */
  isDeleted: z.boolean(),
});

/** Query of a case's cells. */
export const cellQuerySchema = z.object({
  fieldId: idSchema.optional(),
  /** Only cells changed after this history entry, deleted ones among them: what a live view lacks. */
  since: z.coerce.number().int().min(0).max(mostCount).optional(),
  bin: binSchema.optional(),
  deleted: z.enum(['leave-out', 'include', 'only']).optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(5000),
  cursor: z.string().max(200).optional(),
});

/** Query of a cell's picture. */
export const cropQuerySchema = z.object({
  /** Side of the square picture in pixels. */
  size: z.coerce.number().int().min(16).max(512).default(96),
  /** Side of the square region, in multiples of the longer side of the box. */
  zoom: z.coerce.number().min(1).max(4).default(1.4),
  /** Side of the square region in pixels of the image, the same for all cells that shall look equally large; wins over `zoom`. */
  region: z.coerce.number().int().min(8).max(2048).optional(),
  /** The cell's revision; makes the address change when the box does. */
  revision: z.coerce.number().int().min(0).max(mostCount).optional(),
});

/** A place in the gallery. */
export type Bin = z.infer<typeof binSchema>;
/** How probable the model finds a class. */
export type ClassProbability = z.infer<typeof classProbabilitySchema>;
/** What the model said about a cell. */
export type ModelAnswer = z.infer<typeof modelAnswerSchema>;
/** One cell of a field. */
export type Cell = z.infer<typeof cellSchema>;
