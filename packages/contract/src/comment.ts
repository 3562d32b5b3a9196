/** @file Comments on a case or on one of its cells. Withdrawn comments stay in the history. */
import { z } from 'zod';
import { actorSchema, idSchema, timeSchema } from './ids.ts';

/** One comment. */
export const commentSchema = z.object({
  id: idSchema,
  caseId: idSchema,
  /** Null: about the whole case. */
  cellId: idSchema.nullable(),
  text: z.string(),
  /** Stands in reports. Comments of older servers, which printed all, lack it: true. */
  isPrinted: z.boolean().default(true),
  by: actorSchema,
  at: timeSchema,
});

/** A new comment. */
export const newCommentSchema = z.object({
  text: z.string().trim().min(1).max(4000),
  cellId: idSchema.nullable().default(null),
  /** Stands in reports; without it people who review the case read it alone. */
  isPrinted: z.boolean().default(false),
});

/** One comment. */
export type Comment = z.infer<typeof commentSchema>;
