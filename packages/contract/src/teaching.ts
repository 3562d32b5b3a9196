/**
 * @file Teaching: cells of signed cases whose answer is hidden. A person types them; what was signed says how many were
 * right. A round keeps what was signed when it began, so that a later amendment changes no score.
 */
import { z } from 'zod';
import { binSchema, cellClassSchema } from './cell.ts';
import { boxSchema } from './geometry.ts';
import { actorSchema, idSchema, timeSchema } from './ids.ts';

/** Begins a round. */
export const newTeachingRoundSchema = z.object({
  /** How many cells are asked; fewer where fewer are signed. */
  cells: z.int().min(10).max(200),
});

const teachingCellSchema = z.object({
  cellId: idSchema,
  /** For its picture. */
  box: boxSchema,
  answer: cellClassSchema.nullable(),
  /** What was signed; null until all are answered. */
  signed: binSchema.nullable(),
});

/** How well a round went. */
export const teachingResultSchema = z.object({
  cells: z.int(),
  same: z.int(),
  /** Exact (Clopper-Pearson) 95 % limits of the share that is the same. */
  low: z.number(),
  high: z.number(),
  /** Cohen's kappa against the signers; null where chance alone agrees. */
  kappa: z.number().nullable(),
  types: z.array(
    z.object({
      cellClass: cellClassSchema,
      name: z.string(),
      signed: z.int(),
      answered: z.int(),
      same: z.int(),
    }),
  ),
});

/** A round in a list. */
export const teachingSummarySchema = z.object({
  id: idSchema,
  by: actorSchema,
  startedAt: timeSchema,
  /** Null while cells are open. */
  finishedAt: timeSchema.nullable(),
  cells: z.int(),
  answered: z.int(),
  /** Null until all are answered. */
  result: teachingResultSchema.nullable(),
});

/** A round with its cells in the order in which they are asked. */
export const teachingRoundSchema = teachingSummarySchema.omit({ cells: true }).extend({
  cells: z.array(teachingCellSchema),
  /** Types that can be answered, with their keys. */
  choices: z.array(z.object({ cellClass: cellClassSchema, key: z.string().nullable() })),
});

/** Answers of some cells; an answer that was given before is replaced. */
export const teachingAnswersSchema = z.object({
  answers: z
    .array(z.object({ cellId: idSchema, cellClass: cellClassSchema }))
    .min(1)
    .max(200),
});

/** How well a round went. */
export type TeachingResult = z.infer<typeof teachingResultSchema>;
/** A round in a list. */
export type TeachingSummary = z.infer<typeof teachingSummarySchema>;
/** A round with its cells. */
export type TeachingRound = z.infer<typeof teachingRoundSchema>;
/** Answers of some cells. */
export type TeachingAnswers = z.infer<typeof teachingAnswersSchema>;
