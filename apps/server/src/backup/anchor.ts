/**
 * @file An anchor: how far every strand of the ledger goes, to be kept elsewhere. A whole data folder that is put back
 * to an earlier day is whole in itself; only what is written down outside tells that it once went further.
 */
import { timeSchema } from '@leukoscope/contract';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { and, asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { ledger, ledgerHeads, trail } from '../db/schema.ts';
import { trailStrand } from '../ledger/trail.ts';

const anchorSchema = z.object({
  format: z.literal('leukoscope-anchor-1'),
  at: timeSchema,
  strands: z
    .array(z.object({ strand: z.int().min(0), sequence: z.int().min(0), hash: z.string() }))
    .min(1),
});

/** How far every strand went at one time. */
export type Anchor = z.infer<typeof anchorSchema>;

/** Write down how far every strand goes. Nothing in it is a secret, and nothing of a patient. */
export async function takeAnchor({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<Anchor> {
  const { strand, sequence, hash } = ledgerHeads;
  const strands = await db.sql
    .select({ strand, sequence, hash })
    .from(ledgerHeads)
    .orderBy(asc(strand));
  return { format: 'leukoscope-anchor-1', at: clock().toISOString(), strands };
}

/** Return what an anchor holds and the database does not; none when it goes as far, or on from there. */
export async function compareWithAnchor(
  { db }: Pick<Context, 'db'>,
  { at, strands }: Anchor,
): Promise<string[]> {
  const findings: string[] = [];
  for (const { strand, sequence, hash } of strands) {
    if (sequence === 0) continue;
    const isTrail = strand === trailStrand;
    const [line] = isTrail
      ? await db.sql.select({ hash: trail.hash }).from(trail).where(eq(trail.sequence, sequence))
      : await db.sql
          .select({ hash: ledger.hash })
          .from(ledger)
          .where(and(eq(ledger.strand, strand), eq(ledger.sequence, sequence)));
    if (line?.hash === hash) continue;
    const name = isTrail
      ? `trail: entry ${sequence}`
      : `ledger: line ${sequence} of strand ${strand}`;
    findings.push(
      `${name}, which the anchor of ${at} holds, is ${line === undefined ? 'not there' : 'another'}: an earlier day was put back, a backup restored, or everything sealed anew.`,
    );
  }
  return findings;
}

/** Read an anchor from the text of its file. */
export function parseAnchor(text: string, file: string): Anchor {
  try {
    return anchorSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LeukoscopeError(
      'ANCHOR',
      `anchor must be a file that verify-data has written. Received ${file}: ${messageOf(cause).slice(0, 200)}. Name the right file, or one that does not exist to begin anew.`,
      { cause },
    );
  }
}
