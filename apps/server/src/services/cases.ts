/** @file Cases: list, make, change, discard, restore, with the counts of the worklist. */
import {
  type Actor,
  binsWithoutReview,
  type Case,
  type caseChangeSchema,
  type caseQuerySchema,
  type newCaseSchema,
  type Role,
  roles,
  type Site,
} from '@leukoscope/contract';
import { cellClasses, isCellClass, lineageOf } from '@leukoscope/core';
import { and, desc, eq, ilike, inArray, lt, ne, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { announce, type Sql } from '../db/database.ts';
import { cases, cells, fields } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import { collectRows } from '../ledger/row-digests.ts';
import { sealEntry } from '../ledger/strands.ts';
import { newId } from '../new-id.ts';
import type { Caller } from './actor.ts';
import { type CaseRow, changeCase, checkOpen, checkRevision, factsOf } from './case-change.ts';
import { readCursor, toPage } from './page-cursor.ts';
import { getSite } from './site.ts';

const leukocyteClasses = Object.keys(cellClasses).filter(
  (name) => isCellClass(name) && lineageOf(name).includes('leukocyte'),
);

/** List cases, newest first. */
export async function listCases(
  context: Context,
  query: z.output<typeof caseQuerySchema>,
): Promise<{ items: Case[]; next: string | null }> {
  const conditions = [];
  if (query.state !== undefined) conditions.push(eq(cases.state, query.state));
  if (query.search !== undefined && query.search !== '') {
    const part = `%${query.search.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    conditions.push(or(ilike(cases.number, part), ilike(cases.patientReference, part)));
  }
  if (query.cursor !== undefined) {
    conditions.push(lt(cases.id, readCursor(query.cursor, z.tuple([z.uuid()]))[0]));
  }
  const rows = await context.db.sql
    .select()
    .from(cases)
    .where(and(...conditions))
    .orderBy(desc(cases.id))
    .limit(query.limit + 1);
  const counts = await countOf(
    context.db.sql,
    rows.map((row) => row.id),
  );
  return toPage(
    rows,
    query.limit,
    (row) => toCase(row, counts),
    (row) => [row.id],
  );
}

/** Get one case. */
export async function getCase(context: Context, id: string): Promise<Case> {
  const [row] = await context.db.sql.select().from(cases).where(eq(cases.id, id));
  if (row === undefined) throw missing('case', id);
  return withCounts(context, row);
}

/** Add the counts to a case's row. */
export async function withCounts(context: Context, row: CaseRow): Promise<Case> {
  return toCase(row, await countOf(context.db.sql, [row.id]));
}

/** Make a case. */
export async function createCase(
  context: Context,
  { actor, role }: Pick<Caller, 'actor' | 'role'>,
  given: z.output<typeof newCaseSchema>,
): Promise<Case> {
  const row = await context.db.transaction(async (tx) => {
    const site = await getSite(tx);
    checkSigners(role, site.signersNeeded, given);
    if (given.isNewNumber) await checkNewNumber(tx, given.number);
    const now = context.clock();
    const id = newId(now);
    const specimen = given.specimen ?? 'peripheral-blood';
    const facts = {
      number: given.number,
      patientReference: given.patientReference ?? '',
      specimen,
      expectation: given.expectation === undefined ? expectedAt(site, specimen) : given.expectation,
      collectedAt: given.collectedAt ?? null,
      leukocytesE9PerLitre: given.leukocytesE9PerLitre ?? null,
      targetCells: given.targetCells ?? site.targetCells,
      signersNeeded: given.signersNeeded ?? site.signersNeeded,
    };
    const unsealed = {
      ...facts,
      id,
      collectedAt: facts.collectedAt === null ? null : new Date(facts.collectedAt),
      conclusion: '',
      state: 'open' as const,
      revision: 0,
      sequence: 1,
      version: 1,
      createdAt: now,
      createdBy: actor,
      changedAt: now,
    };
    const written = collectRows();
    written.add('cases', [unsealed]);
    const change = {
      action: 'case.created' as const,
      changes: [{ subject: 'case' as const, id, before: null, after: facts }],
      reason: given.reason,
    };
    const first = factsOf(id, 1, now, actor, change, written);
    const { entry, write } = await sealEntry(tx, context.keys, '', first);
    const [made] = await tx
      .insert(cases)
      .values({ ...unsealed, historyHash: entry.hash })
      .returning();
    await write();
    await announce(tx, JSON.stringify({ type: 'case.changed', caseId: id, sequence: 1 }));
    return made!;
  });
  return withCounts(context, row);
}

/** The site speaks of blood: of marrow and fluids nothing is expected. */
function expectedAt({ expectation }: Site, specimen: Case['specimen']): Case['expectation'] {
  return specimen === 'peripheral-blood' ? expectation : null;
}

/** Throw when a case has the number. Who makes the same one at the same moment waits for the end of this transaction. */
async function checkNewNumber(tx: Sql, number: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('case-number'), hashtext(${number}))`);
  const [known] = await tx
    .select({ id: cases.id, state: cases.state })
    .from(cases)
    .where(and(eq(cases.number, number), ne(cases.state, 'discarded')))
    .orderBy(desc(cases.id))
    .limit(1);
  if (known === undefined) return;
  throw new HttpError(
    409,
    'CASE_NUMBER_EXISTS',
    `case number must be new. Received ${number}, which a case has already. Open that case, or write another number.`,
    { details: { caseId: known.id, state: known.state } },
  );
}

/** Change a case's own facts. */
export async function changeCaseFacts(
  context: Context,
  { actor, role }: Caller,
  id: string,
  change: z.output<typeof caseChangeSchema>,
): Promise<Case> {
  const { revision, reason, ...facts } = change;
  const { row } = await changeCase(context, actor, id, async ({ row }) => {
    checkOpen(row);
    checkRevision(row, revision);
    checkSigners(role, row.signersNeeded, change);
    const before: Record<string, unknown> = {};
    const after: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(facts)) {
      const old = toFacts(row)[key];
      if (value === undefined || old === value) continue;
      before[key] = old;
      after[key] = value;
    }
    if (Object.keys(after).length === 0) return undefined;
    const { collectedAt, ...rest } = facts;
    const set: Partial<CaseRow> = { revision: row.revision + 1 };
    for (const [key, value] of Object.entries(rest)) {
      if (value !== undefined) Object.assign(set, { [key]: value });
    }
    if (collectedAt !== undefined) {
      set.collectedAt = collectedAt === null ? null : new Date(collectedAt);
    }
    return {
      action: 'case.changed',
      changes: [{ subject: 'case', id, before, after }],
      reason,
      set,
    };
  });
  return withCounts(context, row);
}

/** Whoever may not sign must not decide that one signature is enough. */
function checkSigners(
  role: Role,
  before: number,
  given: { signersNeeded?: number | undefined; reason?: string | undefined },
): void {
  const { signersNeeded = before, reason } = given;
  if (signersNeeded >= before) return;
  const change = `Received ${signersNeeded} instead of ${before}`;
  if (roles.indexOf(role) < roles.indexOf('signer')) {
    throw new HttpError(
      403,
      'SIGNERS_ROLE',
      `signatures needed must be lowered by a signer. ${change} from a ${role}. Ask one who may sign.`,
    );
  }
  if (reason !== undefined) return;
  throw new HttpError(
    422,
    'SIGNERS_REASON',
    `signatures needed must be lowered with a reason. ${change} without one. Give it.`,
  );
}

/** Put a case away, or take it back. */
export async function setDiscarded(
  context: Context,
  actor: Actor,
  id: string,
  isDiscarded: boolean,
  given: { revision: number; reason?: string | undefined },
): Promise<Case> {
  const { row } = await changeCase(context, actor, id, async ({ row }) => {
    if (isDiscarded) checkOpen(row);
    else if (row.state !== 'discarded') {
      throw new HttpError(
        409,
        'CASE_NOT_DISCARDED',
        `case must be discarded to be restored. Received ${row.number}, which is ${row.state}.`,
      );
    }
    checkRevision(row, given.revision);
    if (isDiscarded && row.version > 1) {
      throw new HttpError(
        409,
        'CASE_WAS_SIGNED',
        `case must never have been signed to be discarded. Received ${row.number} with ${row.version - 1} signed version(s). Sign the amendment instead.`,
      );
    }
    const state = isDiscarded ? 'discarded' : 'open';
    return {
      action: isDiscarded ? 'case.discarded' : 'case.restored',
      changes: [{ subject: 'case', id, before: { state: row.state }, after: { state } }],
      reason: given.reason,
      set: { state, revision: row.revision + 1 },
    };
  });
  return withCounts(context, row);
}

type Counts = Map<string, Case['counts']>;

/** Count fields and cells of cases. */
export async function countOf(handle: Sql, ids: readonly string[]): Promise<Counts> {
  const counts: Counts = new Map(
    ids.map((id) => [
      id,
      {
        fields: 0,
        fieldsAnalysed: 0,
        fieldsFailed: 0,
        cells: 0,
        leukocytes: 0,
        unidentified: 0,
        unseen: 0,
      },
    ]),
  );
  if (ids.length === 0) return counts;
  const count = (condition: ReturnType<typeof sql>) =>
    sql<number>`count(*) filter (where ${condition})`.mapWith(Number);
  const ofFields = await handle
    .select({
      caseId: fields.caseId,
      fields: count(sql`true`),
      fieldsAnalysed: count(sql`${fields.state} = 'analysed'`),
      fieldsFailed: count(sql`${fields.state} = 'failed'`),
    })
    .from(fields)
    .where(and(inArray(fields.caseId, [...ids]), eq(fields.isRemoved, false)))
    .groupBy(fields.caseId);
  const ofCells = await handle
    .select({
      caseId: cells.caseId,
      cells: count(sql`true`),
      leukocytes: count(sql`${inArray(cells.bin, leukocyteClasses.filter(isCellClass))}`),
      unidentified: count(sql`${cells.bin} = 'unidentified'`),
      unseen: count(
        sql`${cells.seenAt} is null and not ${inArray(cells.bin, [...binsWithoutReview])}`,
      ),
    })
    .from(cells)
    .where(and(inArray(cells.caseId, [...ids]), eq(cells.isDeleted, false)))
    .groupBy(cells.caseId);
  for (const { caseId, ...rest } of [...ofFields, ...ofCells]) {
    Object.assign(counts.get(caseId)!, rest);
  }
  return counts;
}

function toCase(row: CaseRow, counts: Counts): Case {
  const { historyHash: _, amendmentReason: __, ...rest } = row;
  return {
    ...rest,
    collectedAt: row.collectedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
    counts: counts.get(row.id)!,
  };
}

function toFacts(row: CaseRow): Record<string, unknown> {
  return { ...row, collectedAt: row.collectedAt?.toISOString() ?? null };
}
