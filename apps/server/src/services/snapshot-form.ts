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
import { createHash } from 'node:crypto';
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

/** A snapshot without its cells. */
export type SnapshotHead = Omit<Snapshot, 'cells'>;

/** Hash a snapshot: what signatures name, and what a version is checked against. */
export function hashOfSnapshot(snapshot: unknown): string {
  return sha256Hex(canonicalJson(snapshot));
}

/** Write a part of a list as canonical JSON, without the brackets. */
export function canonicalList(items: readonly unknown[]): string {
  return canonicalJson(items).slice(1, -1);
}

/** Hash a snapshot in pieces, of which the cells are parts of one list: as hashOfSnapshot does of the whole. */
export function hashOfPieces(head: SnapshotHead, cells: readonly string[]): string {
  const parts = new Map<string, readonly string[]>(
    Object.entries(head).map(([key, value]) => [key, [canonicalJson(value)]]),
  );
  const list = cells.filter((piece) => piece !== '');
  parts.set('cells', ['[', ...list.flatMap((piece, i) => (i === 0 ? [piece] : [',', piece])), ']']);
  const hash = createHash('sha256');
  const keys = [...parts.keys()].sort();
  keys.forEach((key, i) => {
    hash.update(`${i === 0 ? '{' : ','}${JSON.stringify(key)}:`);
    for (const piece of parts.get(key)!) hash.update(piece);
  });
  return hash.update('}').digest('hex');
}
