/**
 * @file Comparisons: a case's fields analysed by another model, beside the case. Its cells, counts and
 * history stay as they are.
 *
 * `first` is the model that the case's cells are from, as it answered them; `second` the other one.
 */
import { z } from 'zod';
import { binSchema, cellClassSchema } from './cell.ts';
import { boxSchema } from './geometry.ts';
import { actorSchema, idSchema, sha256Schema, timeSchema } from './ids.ts';

/** Names the other model, by its id in `listModels`. */
export const newComparisonSchema = z.object({ modelId: z.string().min(1).max(200) });

/** One comparison. */
export const comparisonSchema = z.object({
  id: idSchema,
  caseId: idSchema,
  /** The other model. */
  modelId: z.string(),
  /** Null until its first field is done. */
  modelSha256: sha256Schema.nullable(),
  /** `completed` with `fields.failed` above 0: some fields are missing in the result. */
  state: z.enum(['running', 'completed', 'failed']),
  fields: z.object({ all: z.int(), done: z.int(), failed: z.int() }),
  /** Why the last field failed that did; null when none has. */
  failure: z.string().nullable(),
  createdAt: timeSchema,
  createdBy: actorSchema,
  /** When the last field was done; null while it runs. */
  finishedAt: timeSchema.nullable(),
});

/** One model's answer for one cell. `bin` is where its answer puts the cell by the site's threshold. */
export const comparedAnswerSchema = z.object({
  cellClass: cellClassSchema,
  bin: binSchema,
  score: z.number().min(0).max(1),
  box: boxSchema,
});

/**
 * A cell that both models found (boxes overlap with an IoU of at least 0.5), or one of them, or none: one
 * that people added.
 */
export const comparedCellSchema = z.object({
  fieldId: idSchema,
  /** The case's cell; null where only the second model found one. The first model's box is the cell's as it is now. */
  cellId: idSchema.nullable(),
  /** What people say: the bin of a cell that was seen; `deleted` for one that was none. Null: not seen. */
  reviewed: z.union([binSchema, z.literal('deleted')]).nullable(),
  first: comparedAnswerSchema.nullable(),
  second: comparedAnswerSchema.nullable(),
  /** Of both boxes; null where one model found nothing. */
  iou: z.number().nullable(),
});

/** One comparison with its result, over the fields that are done and not removed. */
export const comparisonDetailSchema = comparisonSchema.extend({
  /** How many cells each model has in each bin. */
  counts: z.array(z.object({ bin: binSchema, name: z.string(), first: z.int(), second: z.int() })),
  /** Cells by both answers; null: that model found no cell there. */
  agreement: z.array(
    z.object({ first: binSchema.nullable(), second: binSchema.nullable(), count: z.int() }),
  ),
  /** Cells that both found. */
  matched: z.int(),
  /** Of those, with the same cell class. */
  agreeing: z.int(),
  /** Cohen's kappa of the cell classes over the matched cells; null without any, or where chance alone agrees. */
  kappa: z.number().nullable(),
  /** Cells that people have seen and given a class: how often each model had said the same. */
  reviewed: z.object({ cells: z.int(), first: z.int(), second: z.int() }),
  cells: z.array(comparedCellSchema),
});

/** One comparison. */
export type Comparison = z.infer<typeof comparisonSchema>;
/** One comparison with its result. */
export type ComparisonDetail = z.infer<typeof comparisonDetailSchema>;
/** A cell as two models see it. */
export type ComparedCell = z.infer<typeof comparedCellSchema>;
/** One model's answer for one cell. */
export type ComparedAnswer = z.infer<typeof comparedAnswerSchema>;
