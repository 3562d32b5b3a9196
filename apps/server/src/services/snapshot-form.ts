/** @file The form of a snapshot: everything a report or export says about a case; what signers sign. */
import {
  actorSchema,
  cellSchema,
  commentSchema,
  differentialSchema,
  fieldSchema,
  siteSchema,
  timeSchema,
} from '@leukoscope/contract';
import { z } from 'zod';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';

/** A case at one moment. */
export const snapshotSchema = z.object({
  format: z.literal('leukoscope-case-1'),
  case: z.object({
    id: z.uuid(),
    number: z.string(),
    patientReference: z.string(),
    specimen: z.enum(['peripheral-blood', 'bone-marrow', 'body-fluid', 'other']),
    collectedAt: timeSchema.nullable(),
    leukocytesE9PerLitre: z.number().nullable(),
    targetCells: z.number(),
    version: z.number(),
    conclusion: z.string(),
    createdBy: actorSchema,
  }),
  site: siteSchema,
  differential: differentialSchema,
  fields: z.array(fieldSchema),
  cells: z.array(cellSchema),
  comments: z.array(commentSchema),
});

/** A case at one moment. */
export type Snapshot = z.infer<typeof snapshotSchema>;

/** Hash a snapshot: what signatures name, and what a version is checked against. */
export function hashOfSnapshot(snapshot: unknown): string {
  return sha256Hex(canonicalJson(snapshot));
}
