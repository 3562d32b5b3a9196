/**
 * @file The trail of the site: what happened to accounts, API keys, settings, sessions and models, who did it and
 * from where. Append-only and sealed like the history of a case; read by administrators.
 */
import { z } from 'zod';
import { actorSchema, mostCount, sequenceSchema, sha256Schema, timeSchema } from './ids.ts';

/** What happened. */
export const trailActionSchema = z.enum([
  'ledger.began',
  'ledger.restored',
  'key.rotated',
  'key.lost',
  'account.created',
  'account.changed',
  'account.password-changed',
  'api-key.created',
  'api-key.revoked',
  'site.changed',
  'session.began',
  'session.ended',
  'session.refused',
  'password.refused',
  'second-factor.added',
  'second-factor.removed',
  'second-factor.refused',
  'recovery-codes.made',
  'learning.started',
  'learning.cancelled',
  'learning.accepted',
  'learning.discarded',
  'model.chosen',
  'model.removed',
]);

/** To what it happened. */
export const trailSubjectSchema = z.enum([
  'ledger',
  'account',
  'api-key',
  'site',
  'session',
  'learning',
  'model',
]);

/** One entry. */
export const trailEntrySchema = z.object({
  sequence: sequenceSchema,
  at: timeSchema,
  by: actorSchema,
  /** Where the request came from; null for what the server does by itself. */
  address: z.string().nullable(),
  action: trailActionSchema,
  subject: trailSubjectSchema,
  /** An id, or the name that somebody tried to sign in with. */
  subjectId: z.string().nullable(),
  /** What changed; never a password, a hash of one, or a secret. */
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  hash: sha256Schema,
});

/** Query of the trail: entries before a sequence, newest first. */
export const trailQuerySchema = z.object({
  before: z.coerce.number().int().min(1).max(mostCount).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** What happened. */
export type TrailAction = z.infer<typeof trailActionSchema>;
/** To what it happened. */
export type TrailSubject = z.infer<typeof trailSubjectSchema>;
/** One entry. */
export type TrailEntry = z.infer<typeof trailEntrySchema>;
