/** @file Reading cells and the history of a case. */
import type { cellQuerySchema, HistoryEntry, historyQuerySchema } from '@leukoscope/contract';
import { and, asc, eq, getTableColumns, gt, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { cases, cells, history } from '../db/schema.ts';
import { missing } from '../http-error.ts';
import { JsonText } from '../json-text.ts';
import { readCursor, writeCursor } from './page-cursor.ts';
import { readInSlices } from './read-in-slices.ts';
import { type CellRow, toCell, toHistoryEntry } from './rows.ts';

/** Cells that people added come after the model's. */
const lastPlace = 2 ** 31 - 1;
const place = sql`coalesce(${cells.modelOrdinal}, ${sql.raw(String(lastPlace))})`;

/** List cells in the order they were made: by field, then the model's order. As text, made in slices. */
export async function listCells(
  context: Context,
  caseId: string,
  query: z.output<typeof cellQuerySchema>,
): Promise<JsonText> {
  await checkCase(context, caseId);
  const { fieldId, since, bin, cursor, limit } = query;
  // A live view must hear of deletions too.
  const { deleted = since === undefined ? 'leave-out' : 'include' } = query;
  const conditions = [eq(cells.caseId, caseId)];
  if (deleted !== 'include') conditions.push(eq(cells.isDeleted, deleted === 'only'));
  if (fieldId !== undefined) conditions.push(eq(cells.fieldId, fieldId));
  if (since !== undefined) conditions.push(gt(cells.changedIn, since));
  if (bin !== undefined) conditions.push(eq(cells.bin, bin));
  const placeOf = (row: CellRow) => [row.fieldId, row.modelOrdinal ?? lastPlace, row.id] as const;
  const start =
    cursor === undefined ? undefined : readCursor(cursor, z.tuple([z.uuid(), z.int32(), z.uuid()]));
  let last: CellRow | undefined;
  let count = 0;
  const pieces: string[] = [];
  await readInSlices<CellRow>(
    (after, most) => {
      const from = after === undefined ? start : placeOf(after);
      return context.db.sql
        .select()
        .from(cells)
        .where(and(...conditions, from === undefined ? undefined : isBehind(from)))
        .orderBy(asc(cells.fieldId), place, asc(cells.id))
        .limit(most);
    },
    (rows) => {
      const fitting = rows.slice(0, limit - count);
      count += rows.length;
      last = fitting.at(-1) ?? last;
      if (fitting.length > 0) pieces.push(JSON.stringify(fitting.map(toCell)).slice(1, -1));
    },
    limit + 1,
  );
  const next = count > limit && last !== undefined ? writeCursor(placeOf(last)) : null;
  return new JsonText(`{"items":[${pieces.join(',')}],"next":${JSON.stringify(next)}}`);
}

function isBehind([field, ordinal, id]: readonly [string, number, string]) {
  return sql`(${cells.fieldId}, ${place}, ${cells.id}) > (${field}::uuid, ${ordinal}::int, ${id}::uuid)`;
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
