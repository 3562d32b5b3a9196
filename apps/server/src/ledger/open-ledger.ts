/**
 * @file Opens the ledger of a database: reads its keys, or begins it, once, over what is there.
 *
 * A database from before the ledger is sealed as it is found: each case gets an entry with the hashes of all its
 * rows. It happens in one transaction, because a case that came later must never be sealed that way.
 */
import { existsSync } from 'node:fs';
import { LeukoscopeError } from '@leukoscope/core';
import { asc, eq, isNotNull, sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Database, Sql } from '../db/database.ts';
import {
  apiKeys,
  cases,
  history,
  ledger,
  ledgerHeads,
  secondFactors,
  sessions,
  site,
  trail,
  users,
} from '../db/schema.ts';
import { newId } from '../new-id.ts';
import { digestCaseRows } from './case-rows.ts';
import { type KeyRing, makeKeys, readKeys, unknownKey } from './key-ring.ts';
import { collectRows, rowDigest } from './row-digests.ts';
import { sealHead, strandCount } from './seals.ts';
import { sealEntry, secretFor } from './strands.ts';
import { ledgerActor, recordInTrail } from './trail.ts';

/** Any constant serves, as long as every process takes the same. */
const beginLock = 7_301_605;

/** Settings of `openLedger`. */
export interface OpenLedgerOptions {
  readonly clock: () => Date;
  /** Open it although it is not as it must be, to look at it. @default false */
  readonly isInspection?: boolean;
  /** Go on without keys that the file lacks, and mark them there as lost. @default false */
  readonly acceptsLostKeys?: boolean;
}

/** Open the ledger of a database with the keys of a file. */
export async function openLedger(
  db: Database,
  file: string,
  options: OpenLedgerOptions,
): Promise<KeyRing> {
  const { clock, isInspection = false, acceptsLostKeys = false } = options;
  const [head] = await db.sql.select().from(ledgerHeads).orderBy(asc(ledgerHeads.strand)).limit(1);
  if (head !== undefined) {
    if (!existsSync(file)) {
      if (!acceptsLostKeys) throw unknownKey(head.keyId, file);
      makeKeys(file, clock());
    }
    const keys = readKeys(file);
    if (acceptsLostKeys) keys.addLost(await keysNamedIn(db.sql), clock());
    keys.secretOf(head.keyId);
    // The process that began it was stopped before it could say so.
    if (keys.ledger() === undefined) {
      const [first] = await db.sql.select().from(trail).where(eq(trail.sequence, 1));
      if (typeof first?.subjectId === 'string') keys.markBegun(first.subjectId);
    }
    return keys;
  }
  if (existsSync(file) && readKeys(file).ledger() !== undefined) {
    if (isInspection) return readKeys(file);
    throw ledgerGone(file);
  }
  makeKeys(file, clock());
  const keys = readKeys(file);
  const begun = await db.transaction((tx) => begin(tx, keys, clock));
  keys.markBegun(begun);
  return keys;
}

async function begin(tx: Sql, keys: KeyRing, clock: () => Date): Promise<string> {
  await tx.execute(sql`select pg_advisory_xact_lock(${beginLock})`);
  const [head] = await tx.select().from(ledgerHeads).orderBy(asc(ledgerHeads.strand)).limit(1);
  if (head !== undefined) {
    // Another process was faster.
    keys.secretOf(head.keyId);
    const [first] = await tx.select().from(trail).where(eq(trail.sequence, 1));
    return String(first?.subjectId);
  }
  // Never over what was sealed before: it would make what somebody has changed since look honest.
  if (await wasSealed(tx)) throw ledgerGone(keys.file);
  const id = newId(clock());
  await layHeads(tx, keys);
  await sealAll(tx, { keys, clock }, id);
  return id;
}

/** Lay the heads of an empty ledger. */
async function layHeads(tx: Sql, keys: KeyRing): Promise<void> {
  const keyId = keys.newest();
  const secret = secretFor(keys, keyId);
  for (let strand = 0; strand <= strandCount; strand++) {
    const head = { strand, sequence: 0, hash: '', keyId };
    await tx.insert(ledgerHeads).values({ ...head, seal: sealHead(secret, head) });
  }
}

/** Seal everything as it is: when a ledger begins, and what a backup from before the ledger has brought. */
export async function sealAll(
  tx: Sql,
  context: Pick<Context, 'keys' | 'clock'>,
  id: string | undefined,
): Promise<void> {
  const { keys, clock } = context;
  const all = await tx.select({ id: cases.id }).from(cases).orderBy(asc(cases.id));
  for (const one of all) await sealCase(tx, keys, one.id, clock());
  await recordInTrail(
    tx,
    context,
    { actor: ledgerActor, address: null },
    {
      action: 'ledger.began',
      subject: 'ledger',
      subjectId: id ?? null,
      after: { cases: all.length, keyId: keys.newest() },
      rows: await digestSiteRows(tx),
    },
  );
}

/** Seal a case as it is: an entry with the hashes of all its rows. */
export async function sealCase(tx: Sql, keys: KeyRing, caseId: string, now: Date): Promise<void> {
  const [row] = await tx.select().from(cases).where(eq(cases.id, caseId)).for('update');
  const sequence = row!.sequence + 1;
  const digests = await digestCaseRows(tx, caseId);
  // What was not sealed, or with a key that is lost, is bound by the hashes of its entries.
  const entries = collectRows();
  entries.add('history', await tx.select().from(history).where(eq(history.caseId, caseId)));
  const { entry, write } = await sealEntry(tx, keys, row!.historyHash, {
    id: newId(now),
    caseId,
    sequence,
    at: now,
    by: ledgerActor,
    action: 'case.sealed',
    changes: [],
    reason: null,
    undoes: null,
    requestSha256: null,
    rows: {
      ...digests,
      ...entries.digests(),
      cases: { [caseId]: rowDigest('cases', { ...row, sequence }) },
    },
  });
  await write();
  await tx.update(cases).set({ sequence, historyHash: entry.hash }).where(eq(cases.id, caseId));
}

/** Hash the rows that the trail answers for, as they are now. */
export async function digestSiteRows(tx: Sql) {
  const found = collectRows();
  found.add('users', await tx.select().from(users));
  found.add('apiKeys', await tx.select().from(apiKeys));
  found.add('site', await tx.select().from(site));
  found.add('sessions', await tx.select().from(sessions));
  found.add('secondFactors', await tx.select().from(secondFactors));
  return found.digests();
}

/** List the keys that a database names. */
async function keysNamedIn(handle: Sql): Promise<string[]> {
  const found = new Set<string>();
  for (const table of [trail, ledger, ledgerHeads, history]) {
    for (const { id } of await handle.selectDistinct({ id: table.keyId }).from(table)) {
      if (id !== null) found.add(id);
    }
  }
  return [...found];
}

/** Whether anything was ever sealed in a database. */
export async function wasSealed(handle: Sql): Promise<boolean> {
  const [line] = await handle.select({ n: ledger.sequence }).from(ledger).limit(1);
  const [entry] = await handle.select({ n: trail.sequence }).from(trail).limit(1);
  const [sealed] = await handle
    .select({ id: history.id })
    .from(history)
    .where(isNotNull(history.keyId))
    .limit(1);
  return line !== undefined || entry !== undefined || sealed !== undefined;
}

function ledgerGone(file: string): LeukoscopeError {
  return new LeukoscopeError(
    'LEDGER_GONE',
    `database must have the ledger that was begun for it. Received one without, or without its heads, with the key file ${file}. Somebody has emptied or exchanged it: run leukoscope verify-data and restore a backup; a new database needs a new key file (LEUKOSCOPE_KEY_FILE).`,
  );
}
