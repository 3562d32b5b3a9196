/** @file Jobs: entries of the work queue, each the analysis of one field, for its case or for a comparison. */
import { z } from 'zod';
import { idSchema, timeSchema } from './ids.ts';
import { pageQuerySchema } from './page.ts';

/** Where a job stands. `failed`: given up after its last try. */
export const jobStateSchema = z.enum(['queued', 'active', 'completed', 'failed', 'cancelled']);

/** One job. */
export const jobSchema = z.object({
  id: idSchema,
  kind: z.enum(['analyse-field', 'compare-field']),
  caseId: idSchema,
  fieldId: idSchema,
  /** The comparison that asks, for `compare-field`. */
  comparisonId: idSchema.nullable(),
  modelId: z.string(),
  state: jobStateSchema,
  /** 0..1. */
  progress: z.number().min(0).max(1),
  /** What is being done now, for people. */
  stage: z.string().nullable(),
  /** Tries begun. */
  tries: z.int(),
  failure: z.string().nullable(),
  createdAt: timeSchema,
  startedAt: timeSchema.nullable(),
  finishedAt: timeSchema.nullable(),
});

/** Query of the jobs. */
export const jobQuerySchema = pageQuerySchema.extend({
  caseId: idSchema.optional(),
  state: jobStateSchema.optional(),
});

/** One job. */
export type Job = z.infer<typeof jobSchema>;
