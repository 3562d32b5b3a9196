/** @file Takes a snapshot: everything a report or export says about a case at one moment. */
import { and, asc, eq, sql } from 'drizzle-orm';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { cases, cells, comments, fields } from '../db/schema.ts';
import { missing } from '../http-error.ts';
import type { CaseRow } from './case-change.ts';
import { differentialIn } from './differential-of-case.ts';
import { toCell, toComment, toField } from './rows.ts';
import { getSite } from './site.ts';
import type { Snapshot } from './snapshot-form.ts';

/** Hash a snapshot: what signatures name, and what a version is checked against. */
export function hashOfSnapshot(snapshot: unknown): string {
  return sha256Hex(canonicalJson(snapshot));
}

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

/** Take a snapshot. */
export async function takeSnapshot(handle: Sql, row: CaseRow): Promise<Snapshot> {
  const fieldRows = await handle
    .select()
    .from(fields)
    .where(and(eq(fields.caseId, row.id), eq(fields.isRemoved, false)))
    .orderBy(asc(fields.position));
  const cellRows = await handle
    .select()
    .from(cells)
    .where(and(eq(cells.caseId, row.id), eq(cells.isDeleted, false)))
    .orderBy(asc(cells.id));
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
    fields: fieldRows.map((field) =>
      toField(field, cellRows.filter((cell) => cell.fieldId === field.id).length),
    ),
    cells: cellRows.map(toCell),
    comments: commentRows.map(toComment),
  };
}
