/**
 * @file What the server says by itself, as server-sent events on `/api/events`.
 *
 * Events say what changed, not how: a client that gets `case.changed` with sequence 12 and knows 10
 * asks for `/api/cases/ID/cells?since=10` and `/api/cases/ID/history?after=10`. So a lost event loses
 * nothing, and after a broken connection the client asks the same way. `hello` opens every stream.
 */
import { z } from 'zod';
import { fieldStateSchema } from './field.ts';
import { idSchema, sequenceSchema } from './ids.ts';
import { jobStateSchema } from './job.ts';
import { learningStateSchema } from './learning.ts';

/** One event. The SSE field `event` is its type, `data` the JSON of the whole. */
export const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.string() }),
  z.object({ type: z.literal('case.changed'), caseId: idSchema, sequence: sequenceSchema }),
  z.object({
    type: z.literal('field.changed'),
    caseId: idSchema,
    fieldId: idSchema,
    state: fieldStateSchema,
  }),
  z.object({
    type: z.literal('job.changed'),
    jobId: idSchema,
    caseId: idSchema,
    fieldId: idSchema,
    state: jobStateSchema,
    progress: z.number(),
    stage: z.string().nullable(),
  }),
  z.object({
    type: z.literal('comparison.changed'),
    caseId: idSchema,
    comparisonId: idSchema,
  }),
  z.object({
    type: z.literal('learning.changed'),
    learningId: idSchema,
    state: learningStateSchema,
    progress: z.number(),
  }),
  z.object({ type: z.literal('site.changed') }),
]);

/** Query of the stream: events of all cases, or of one. */
export const eventQuerySchema = z.object({ caseId: idSchema.optional() });

/** One event. */
export type ServerEvent = z.infer<typeof eventSchema>;
