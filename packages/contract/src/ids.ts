/** @file Identifiers, times and revisions: the small schemas every resource is made of. */
import { z } from 'zod';

/** A UUID; ids of the server are version 7, so that they sort by the time they were made. */
export const idSchema = z.uuid({ error: 'must be an id as lists and addresses give it' });

/** ISO 8601 with time zone, as the server writes it: UTC with milliseconds. Years 1900 to 9999. */
export const timeSchema = z.iso.datetime({ offset: true }).refine((text) => {
  const year = new Date(text).getUTCFullYear();
  return year >= 1900 && year <= 9999;
}, 'must be a time of the years 1900 to 9999');

/** The largest whole number of the database's counters: revisions, sequences, versions. */
export const mostCount = 2_147_483_647;

/**
 * Counts the changes of a row. A change names the revision it was based on; the server refuses it
 * (`409 REVISION_STALE`) when somebody else was faster.
 */
export const revisionSchema = z.int().min(0).max(mostCount);

/** Counts the entries of a case's history: 1, 2, 3, ...; 0 before the first. */
export const sequenceSchema = z.int().min(0).max(mostCount);

/** Lower-case SHA-256 in hexadecimal digits. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** Make the schema of a text that people write: trimmed, not empty, at most `length` characters. */
export function lineSchema(length: number) {
  return z.string().trim().min(1).max(length);
}

/** Who did something, with the name as it was at that time. */
export const actorSchema = z.object({
  kind: z.enum(['user', 'key', 'system']),
  /** Null for the system. */
  id: idSchema.nullable(),
  name: z.string(),
});

/** Who did something. */
export type Actor = z.infer<typeof actorSchema>;
