/** @file Takes a snapshot: everything a report or export says about a case at one moment. */
import type { Cell } from '@leukoscope/contract';
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { cases, cells, comments, fields } from '../db/schema.ts';
import { missing } from '../http-error.ts';
import type { CaseRow } from './case-change.ts';
import { differentialIn } from './differential-of-case.ts';
import { readInSlices } from './read-in-slices.ts';
import { type CellRow, toCell, toComment, toField } from './rows.ts';
import { getSite } from './site.ts';
import { canonicalList, hashOfPieces, type Snapshot, type SnapshotHead } from './snapshot-form.ts';

/** How often somebody may change a case meanwhile before all wait for its reader. */
const triesInSlices = 3;

/** Do reading work on a case as it stands at one moment, whatever others write meanwhile. */
export function atOneMoment<T>(
  context: Context,
  id: string,
  work: (tx: Sql, row: CaseRow) => Promise<T>,
): Promise<T> {
  return context.db.transaction(async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read, read only`);
    const [row] = await tx.select().from(cases).where(eq(cases.id, id));
    if (row === undefined) throw missing('case', id);
    return work(tx, row);
  });
}

/**
 * Do reading work in slices on a case as it stands at one moment, without holding anybody up: no transaction is open
 * meanwhile, for which all others would wait on the embedded database. What was changed in between is read again.
 */
export async function inSlicesAtOneMoment<T>(
  context: Context,
  id: string,
  work: (handle: Sql, row: CaseRow) => Promise<T>,
): Promise<T> {
  const handle = context.db.sql;
  const read = async () => {
    const [row] = await handle.select().from(cases).where(eq(cases.id, id));
    if (row === undefined) throw missing('case', id);
    return { row, site: (await getSite(handle)).revision };
  };
  for (let i = 0; i < triesInSlices; i++) {
    const before = await read();
    const result = await work(handle, before.row);
    const after = await read();
    if (after.row.sequence === before.row.sequence && after.site === before.site) return result;
  }
  // People work on it without a pause: they wait for once.
  return atOneMoment(context, id, work);
}

/** Take a snapshot inside a transaction. */
export async function takeSnapshot(handle: Sql, row: CaseRow): Promise<Snapshot> {
  const found: Cell[] = [];
  const head = await takeSnapshotInSlices(handle, row, (slice) => found.push(...slice));
  return { ...head, cells: found };
}

/** Take a snapshot of which the cells are heard slice by slice; returns it without them. */
export async function takeSnapshotInSlices(
  handle: Sql,
  row: CaseRow,
  hear: (slice: readonly Cell[]) => void,
): Promise<SnapshotHead> {
  const counts = new Map<string, number>();
  const own = and(eq(cells.caseId, row.id), eq(cells.isDeleted, false));
  await readInSlices<CellRow>(
    (after, limit) =>
      handle
        .select()
        .from(cells)
        .where(after === undefined ? own : and(own, gt(cells.id, after.id)))
        .orderBy(asc(cells.id))
        .limit(limit),
    (rows) => {
      countFields(counts, rows);
      hear(rows.map(toCell));
    },
  );
  return snapshotHead(handle, row, counts);
}

/** Hash a snapshot that is taken in slices: what a signature of it names. */
export async function hashInSlices(
  handle: Sql,
  row: CaseRow,
): Promise<{ readonly head: SnapshotHead; readonly cells: number; readonly sha256: string }> {
  const pieces: string[] = [];
  let count = 0;
  const head = await takeSnapshotInSlices(handle, row, (slice) => {
    pieces.push(canonicalList(slice));
    count += slice.length;
  });
  return { head, cells: count, sha256: hashOfPieces(head, pieces) };
}

function countFields(counts: Map<string, number>, rows: readonly CellRow[]): void {
  for (const { fieldId } of rows) counts.set(fieldId, (counts.get(fieldId) ?? 0) + 1);
}

async function snapshotHead(
  handle: Sql,
  row: CaseRow,
  counts: ReadonlyMap<string, number>,
): Promise<SnapshotHead> {
  const fieldRows = await handle
    .select()
    .from(fields)
    .where(and(eq(fields.caseId, row.id), eq(fields.isRemoved, false)))
    .orderBy(asc(fields.position));
  const commentRows = await handle
    .select()
    .from(comments)
    .where(and(eq(comments.caseId, row.id), eq(comments.isWithdrawn, false)))
    .orderBy(asc(comments.id));
  return {
    format: 'leukoscope-case-1',
    case: {
      id: row.id,
      number: row.number,
      patientReference: row.patientReference,
      specimen: row.specimen,
      collectedAt: row.collectedAt?.toISOString() ?? null,
      leukocytesE9PerLitre: row.leukocytesE9PerLitre,
      targetCells: row.targetCells,
      version: row.version,
      conclusion: row.conclusion,
      createdBy: row.createdBy,
    },
    site: await getSite(handle),
    differential: await differentialIn(handle, row),
    fields: fieldRows.map((field) => toField(field, counts.get(field.id) ?? 0)),
    comments: commentRows.map(toComment),
  };
}
