/** @file Fields: list, analyse again, take out. */
import type { Actor, Field } from '@leukoscope/contract';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { cells, fields, jobs } from '../db/schema.ts';
import { HttpError, missing, stale } from '../http-error.ts';
import { announceJob } from './job-events.ts';
import { newId } from '../new-id.ts';
import { changeCase, checkOpen } from './case-change.ts';
import { checkCase } from './cells.ts';
import { type FieldRow, toField } from './rows.ts';
import { checkQueue } from './jobs.ts';
import { modelInUse } from './model-choice.ts';

/** List a case's fields in order. */
export async function listFields(context: Context, caseId: string): Promise<Field[]> {
  await checkCase(context, caseId);
  const rows = await context.db.sql
    .select()
    .from(fields)
    .where(and(eq(fields.caseId, caseId), eq(fields.isRemoved, false)))
    .orderBy(asc(fields.position));
  const counts = await cellCounts(
    context.db.sql,
    rows.map((row) => row.id),
  );
  return rows.map((row) => toField(row, counts.get(row.id) ?? 0));
}

/** Get one field. */
export async function getField(context: Context, id: string): Promise<Field> {
  const row = await getFieldRow(context, id);
  const counts = await cellCounts(context.db.sql, [id]);
  return toField(row, counts.get(id) ?? 0);
}

/** Get one field's row. */
export async function getFieldRow(context: Context, id: string): Promise<FieldRow> {
  const [row] = await context.db.sql.select().from(fields).where(eq(fields.id, id));
  if (row === undefined || row.isRemoved) throw missing('field', id);
  return row;
}

/** Queue the analysis of a field in the transaction that made it so. */
export async function queueAnalysis(
  tx: Sql,
  context: Context,
  field: Pick<FieldRow, 'id' | 'caseId'>,
): Promise<void> {
  await checkQueue(tx, context);
  const now = context.clock();
  const [job] = await tx
    .insert(jobs)
    .values({
      id: newId(now),
      caseId: field.caseId,
      fieldId: field.id,
      modelId: (await modelInUse(tx, context)).id,
      state: 'queued',
      progress: 0,
      tries: 0,
      createdAt: now,
    })
    .returning();
  await context.queue.send(tx, job!.id);
  await announceJob(tx, job!);
}

/** Analyse a field again that failed. */
export async function requeueField(context: Context, actor: Actor, id: string): Promise<Field> {
  const { caseId } = await getFieldRow(context, id);
  await changeCase(context, actor, caseId, async ({ tx, row, written }) => {
    checkOpen(row);
    const [field] = await tx.select().from(fields).where(eq(fields.id, id));
    if (field!.state !== 'failed') {
      throw new HttpError(
        409,
        'FIELD_NOT_FAILED',
        `field must have failed to be analysed again. Received ${field!.fileName}, which is ${field!.state}.`,
      );
    }
    const saved = await tx
      .update(fields)
      .set({ state: 'queued', failure: null, revision: field!.revision + 1 })
      .where(eq(fields.id, id))
      .returning();
    written.add('fields', saved);
    await queueAnalysis(tx, context, field!);
    const before = { state: 'failed', failure: field!.failure };
    return {
      action: 'field.requeued',
      changes: [{ subject: 'field', id, before, after: { state: 'queued' } }],
    };
  });
  return getField(context, id);
}

/** Take a field and its cells out of an open case; their rows and files stay. */
export async function removeField(
  context: Context,
  actor: Actor,
  id: string,
  given: { revision: number; reason?: string | undefined },
): Promise<void> {
  const { caseId } = await getFieldRow(context, id);
  await changeCase(context, actor, caseId, async ({ tx, row, sequence, written }) => {
    checkOpen(row);
    const [field] = await tx.select().from(fields).where(eq(fields.id, id));
    if (field!.revision !== given.revision) throw stale('field', given.revision, field!.revision);
    const saved = await tx
      .update(fields)
      .set({ isRemoved: true, revision: field!.revision + 1 })
      .where(eq(fields.id, id))
      .returning();
    written.add('fields', saved);
    const removed = await tx
      .update(cells)
      .set({ isDeleted: true, revision: sql`${cells.revision} + 1`, changedIn: sequence })
      .where(and(eq(cells.fieldId, id), eq(cells.isDeleted, false)))
      .returning();
    written.add('cells', removed);
    await tx
      .update(jobs)
      .set({ state: 'cancelled', finishedAt: context.clock() })
      .where(and(eq(jobs.fieldId, id), inArray(jobs.state, ['queued', 'active'])));
    return {
      action: 'field.removed',
      changes: [
        { subject: 'field', id, before: { isRemoved: false }, after: { isRemoved: true } },
        ...removed.map((cell) => ({
          subject: 'cell' as const,
          id: cell.id,
          before: { isDeleted: false },
          after: { isDeleted: true },
        })),
      ],
      reason: given.reason,
    };
  });
}

/** Count the cells of fields that are not deleted. */
async function cellCounts(handle: Sql, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await handle
    .select({ fieldId: cells.fieldId, count: sql<number>`count(*)`.mapWith(Number) })
    .from(cells)
    .where(and(inArray(cells.fieldId, [...ids]), eq(cells.isDeleted, false)))
    .groupBy(cells.fieldId);
  return new Map(rows.map((row) => [row.fieldId, row.count]));
}
