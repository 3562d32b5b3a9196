/**
 * @file The history of a case: append-only, one entry per change: who, when, what, before and after.
 *
 * Each entry holds a keyed hash of itself and the entry before it, so that a row changed behind the
 * server's back is found by `leukoscope verify-data`.
 */
import { z } from 'zod';
import {
  actorSchema,
  idSchema,
  mostCount,
  sequenceSchema,
  sha256Schema,
  timeSchema,
} from './ids.ts';

/** What happened. */
export const historyActionSchema = z.enum([
  'case.created',
  'case.changed',
  'case.discarded',
  'case.restored',
  'case.amended',
  'case.signed',
  'case.signature-withdrawn',
  /** What was there before histories were sealed with a key, or what a lost key had sealed, was sealed. */
  'case.sealed',
  'field.added',
  'field.analysed',
  'field.failed',
  'field.removed',
  'field.requeued',
  'cells.seen',
  'cells.reclassified',
  'cells.redrawn',
  'cells.deleted',
  'cells.added',
  'cells.undone',
  'comment.added',
  'comment.withdrawn',
]);

/** One thing before and after; null where it did not exist. Holds only what changed. */
export const historyChangeSchema = z.object({
  subject: z.enum(['case', 'field', 'cell', 'comment', 'signature']),
  id: idSchema,
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
});

/** One entry. */
export const historyEntrySchema = z.object({
  id: idSchema,
  caseId: idSchema,
  sequence: sequenceSchema,
  at: timeSchema,
  by: actorSchema,
  action: historyActionSchema,
  changes: z.array(historyChangeSchema),
  reason: z.string().nullable(),
  /** For `cells.undone`: the entry that was undone. */
  undoes: idSchema.nullable(),
  /** The undo that took this entry back; null while it stands. */
  undoneBy: idSchema.nullable(),
  hash: sha256Schema,
});

/** Query of a case's history: entries after a sequence, oldest first. */
export const historyQuerySchema = z.object({
  after: z.coerce.number().int().min(0).max(mostCount).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});

/** What happened. */
export type HistoryAction = z.infer<typeof historyActionSchema>;
/** One thing before and after. */
export type HistoryChange = z.infer<typeof historyChangeSchema>;
/** One entry. */
export type HistoryEntry = z.infer<typeof historyEntrySchema>;
