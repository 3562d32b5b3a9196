/** @file Takes a snapshot: everything a report or export says about a case at one moment. */
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
import type { Snapshot } from './snapshot-form.ts';

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

/** Take a snapshot inside a transaction. */
export async function takeSnapshot(handle: Sql, row: CaseRow): Promise<Snapshot> {
  const own = and(eq(cells.caseId, row.id), eq(cells.isDeleted, false));
  const cellRows = await handle.select().from(cells).where(own).orderBy(asc(cells.id));
  const counts = new Map<string, number>();
  countFields(counts, cellRows);
  return { ...(await snapshotHead(handle, row, counts)), cells: cellRows.map(toCell) };
}

/** A snapshot as JSON, cells apart: what a process that makes an export is given. */
export interface SnapshotPieces {
  /** The snapshot without its cells. */
  readonly head: string;
  /** Lists of cells, one after the other. */
  readonly cells: readonly string[];
}

/**
 * Take a snapshot without holding anybody up: no transaction is open meanwhile, for which all others would wait on
 * the embedded database. Undefined when something was changed in between.
 */
export async function takeSnapshotInSlices(
  handle: Sql,
  row: CaseRow,
): Promise<SnapshotPieces | undefined> {
  const counts = new Map<string, number>();
  const pieces: string[] = [];
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
      pieces.push(JSON.stringify(rows.map(toCell)));
    },
  );
  const head = await snapshotHead(handle, row, counts);
  const [now] = await handle.select().from(cases).where(eq(cases.id, row.id));
  const site = await getSite(handle);
  if (now?.sequence !== row.sequence || site.revision !== head.site.revision) return undefined;
  return { head: JSON.stringify(head), cells: pieces };
}

function countFields(counts: Map<string, number>, rows: readonly CellRow[]): void {
  for (const { fieldId } of rows) counts.set(fieldId, (counts.get(fieldId) ?? 0) + 1);
}

async function snapshotHead(
  handle: Sql,
  row: CaseRow,
  counts: ReadonlyMap<string, number>,
): Promise<Omit<Snapshot, 'cells'>> {
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
