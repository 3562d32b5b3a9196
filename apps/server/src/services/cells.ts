/** @file Reading cells and the history of a case. */
import type { Cell, cellQuerySchema, HistoryEntry, historyQuerySchema } from '@leukoscope/contract';
import { and, asc, eq, getTableColumns, gt, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { cases, cells, history } from '../db/schema.ts';
import { missing } from '../http-error.ts';
import { readCursor, toPage } from './page-cursor.ts';
import { toCell, toHistoryEntry } from './rows.ts';

/** Cells that people added come after the model's. */
const lastPlace = 2 ** 31 - 1;
const place = sql`coalesce(${cells.modelOrdinal}, ${sql.raw(String(lastPlace))})`;

/** List cells in the order they were made: by field, then the model's order. */
export async function listCells(
  context: Context,
  caseId: string,
  query: z.output<typeof cellQuerySchema>,
): Promise<{ items: Cell[]; next: string | null }> {
  await checkCase(context, caseId);
  const { fieldId, since, bin, cursor, limit } = query;
  // A live view must hear of deletions too.
  const { deleted = since === undefined ? 'leave-out' : 'include' } = query;
  const conditions = [eq(cells.caseId, caseId)];
  if (deleted !== 'include') conditions.push(eq(cells.isDeleted, deleted === 'only'));
  if (fieldId !== undefined) conditions.push(eq(cells.fieldId, fieldId));
  if (since !== undefined) conditions.push(gt(cells.changedIn, since));
  if (bin !== undefined) conditions.push(eq(cells.bin, bin));
  if (cursor !== undefined) {
    const [field, ordinal, id] = readCursor(cursor, z.tuple([z.uuid(), z.int32(), z.uuid()]));
    conditions.push(
      sql`(${cells.fieldId}, ${place}, ${cells.id}) > (${field}::uuid, ${ordinal}::int, ${id}::uuid)`,
    );
  }
  const rows = await context.db.sql
    .select()
    .from(cells)
    .where(and(...conditions))
    .orderBy(asc(cells.fieldId), place, asc(cells.id))
    .limit(limit + 1);
  return toPage(rows, limit, toCell, (row) => [row.fieldId, row.modelOrdinal ?? lastPlace, row.id]);
}

/** List history entries after a sequence, oldest first. */
export async function listHistory(
  context: Context,
  caseId: string,
  query: z.output<typeof historyQuerySchema>,
): Promise<HistoryEntry[]> {
  await checkCase(context, caseId);
  // Without the hashes of rows, of which an analysis has thousands.
  const { rows: _, ...columns } = getTableColumns(history);
  const rows = await context.db.sql
    .select(columns)
    .from(history)
    .where(and(eq(history.caseId, caseId), gt(history.sequence, query.after)))
    .orderBy(asc(history.sequence))
    .limit(query.limit);
  const ids = rows.map((row) => row.id);
  const undos =
    ids.length === 0
      ? []
      : await context.db.sql
          .select({ id: history.id, undoes: history.undoes })
          .from(history)
          .where(inArray(history.undoes, ids));
  const undoneBy = new Map(undos.map((undo) => [undo.undoes, undo.id]));
  return rows.map((row) => toHistoryEntry(row, undoneBy.get(row.id) ?? null));
}

/** Throw unless a case exists. */
export async function checkCase(context: Context, caseId: string): Promise<void> {
  const found = await context.db.sql
    .select({ id: cases.id })
    .from(cases)
    .where(eq(cases.id, caseId));
  if (found.length === 0) throw missing('case', caseId);
}
