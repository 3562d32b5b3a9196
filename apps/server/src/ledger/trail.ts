/**
 * @file The trail of the site: what happened to accounts, keys, settings and sessions, in one chain that is
 * sealed like the histories of cases.
 */
import type { Actor, TrailAction, TrailEntry, TrailSubject } from '@leukoscope/contract';
import { desc, lt } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { trail } from '../db/schema.ts';
import type { RowDigests } from './row-digests.ts';
import { sealTrail } from './seals.ts';
import { lockStrand, moveHead } from './strands.ts';

/** The strand that the trail is. */
export const trailStrand = 0;

/** What the server does by itself. */
export const ledgerActor: Actor = { kind: 'system', id: null, name: 'ledger' };

/** Who acts, and from where. */
export interface Doer {
  readonly actor: Actor;
  /** Null: the server by itself, or a command on its machine. */
  readonly address: string | null;
}

/** What happened. Never holds a password, a hash of one, or a secret. */
export interface TrailFacts {
  readonly action: TrailAction;
  readonly subject: TrailSubject;
  readonly subjectId?: string | null;
  readonly before?: Record<string, unknown> | null;
  readonly after?: Record<string, unknown> | null;
  /** Hashes of the rows that were written. */
  readonly rows?: RowDigests;
}

/** Add an entry to the trail: the last thing that a transaction does. */
export async function recordInTrail(
  tx: Sql,
  context: Pick<Context, 'keys' | 'clock'>,
  { actor, address }: Doer,
  facts: TrailFacts,
): Promise<void> {
  const { head, secret } = await lockStrand(tx, context.keys, trailStrand);
  const entry = {
    sequence: head.sequence + 1,
    at: context.clock(),
    by: actor,
    address,
    action: facts.action,
    subject: facts.subject,
    subjectId: facts.subjectId ?? null,
    before: facts.before ?? null,
    after: facts.after ?? null,
    rows: facts.rows ?? {},
    keyId: head.keyId,
  };
  const hash = sealTrail(secret, head.hash, entry);
  await tx.insert(trail).values({ ...entry, hash });
  const { strand, keyId } = head;
  await moveHead(tx, secret, { strand, keyId, sequence: entry.sequence, hash });
}

/** List entries, newest first. */
export async function listTrail(
  context: Context,
  query: { readonly before?: number | undefined; readonly limit: number },
): Promise<TrailEntry[]> {
  const { before, limit } = query;
  const rows = await context.db.sql
    .select()
    .from(trail)
    .where(before === undefined ? undefined : lt(trail.sequence, before))
    .orderBy(desc(trail.sequence))
    .limit(limit);
  return rows.map(({ rows: _, keyId: __, ...row }) => ({ ...row, at: row.at.toISOString() }));
}
