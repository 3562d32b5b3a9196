/**
 * @file The one way a case changes: lock its row, do the work, add a history entry, tell everybody;
 * all in one transaction. So entries of a case have no gaps, and none is written without its change.
 */
import type { Actor, HistoryAction, HistoryChange } from '@leukoscope/contract';
import { eq } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { announce, type Sql } from '../db/database.ts';
import { cases } from '../db/schema.ts';
import { HttpError, missing, stale } from '../http-error.ts';
import { collectRows, type WrittenRows } from '../ledger/row-digests.ts';
import type { HistoryRow } from '../ledger/seals.ts';
import { sealEntry } from '../ledger/strands.ts';
import { newId } from '../new-id.ts';

/** A row of the table of cases. */
export type CaseRow = typeof cases.$inferSelect;

/** What a change did, for the history. */
export interface Change {
  /** @default a new id */
  readonly id?: string | undefined;
  readonly action: HistoryAction;
  readonly changes: readonly HistoryChange[];
  readonly reason?: string | undefined;
  readonly undoes?: string | undefined;
  /** Of the request, where a client may send it again. */
  readonly requestSha256?: string | undefined;
  /** Columns of the case's own row to set. */
  readonly set?: Partial<CaseRow>;
}

/** What the work of a change gets. `sequence` is the number its history entry will have. */
export interface CaseWork {
  readonly tx: Sql;
  readonly row: CaseRow;
  readonly sequence: number;
  readonly now: Date;
  /** Takes every row that the work writes, whole and as it is now, but the case's own: they are sealed. */
  readonly written: WrittenRows;
}

/** Change a case in one transaction; `undefined` from the work: nothing changed, nothing is written. */
export async function changeCase(
  context: Context,
  actor: Actor,
  caseId: string,
  work: (given: CaseWork) => Promise<Change | undefined>,
): Promise<{ row: CaseRow; entry: HistoryRow | undefined }> {
  return context.db.transaction((tx) => changeCaseIn(tx, context, actor, caseId, work));
}

/** Change a case inside a transaction that does more. */
export async function changeCaseIn(
  tx: Sql,
  context: Pick<Context, 'clock' | 'keys'>,
  actor: Actor,
  caseId: string,
  work: (given: CaseWork) => Promise<Change | undefined>,
): Promise<{ row: CaseRow; entry: HistoryRow | undefined }> {
  const [row] = await tx.select().from(cases).where(eq(cases.id, caseId)).for('update');
  if (row === undefined) throw missing('case', caseId);
  const now = context.clock();
  const sequence = row.sequence + 1;
  const written = collectRows();
  const change = await work({ tx, row, sequence, now, written });
  if (change === undefined) return { row, entry: undefined };
  const next = { ...row, ...change.set, sequence, changedAt: now };
  written.add('cases', [next]);
  const facts = factsOf(caseId, sequence, now, actor, change, written);
  const { entry, write } = await sealEntry(tx, context.keys, row.historyHash, facts);
  await write();
  const [changed] = await tx
    .update(cases)
    .set({ ...change.set, sequence, historyHash: entry.hash, changedAt: now })
    .where(eq(cases.id, caseId))
    .returning();
  await announce(tx, JSON.stringify({ type: 'case.changed', caseId, sequence }));
  return { row: changed!, entry };
}

/** Make what a history entry says, before it is sealed. */
export function factsOf(
  caseId: string,
  sequence: number,
  at: Date,
  by: Actor,
  change: Change,
  written: WrittenRows,
): Omit<HistoryRow, 'hash' | 'keyId'> {
  return {
    id: change.id ?? newId(at),
    caseId,
    sequence,
    at,
    by,
    action: change.action,
    changes: [...change.changes],
    reason: change.reason ?? null,
    undoes: change.undoes ?? null,
    requestSha256: change.requestSha256 ?? null,
    rows: written.digests(),
  };
}

/** Throw unless the case may be changed. */
export function checkOpen(row: CaseRow): void {
  if (row.state === 'open') return;
  const cure = { signed: 'Amend it first', 'half-signed': 'Withdraw the signature first' };
  throw new HttpError(
    409,
    'CASE_NOT_OPEN',
    `case must be open to be changed. Received ${row.number}, which is ${row.state}. ${row.state === 'discarded' ? 'Restore it first' : cure[row.state]}.`,
    { details: { state: row.state } },
  );
}

/** Throw unless a change of the case's own facts was based on its newest revision. */
export function checkRevision(row: CaseRow, revision: number): void {
  if (row.revision !== revision) throw stale('case', revision, row.revision);
}
