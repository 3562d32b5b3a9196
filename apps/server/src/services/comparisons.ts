/**
 * @file Comparisons of two models on one case: queued like analyses, stored beside the case.
 *
 * How far a comparison has come follows from its jobs; nothing is stored twice.
 */
import type { Actor, Comparison, ComparisonDetail } from '@leukoscope/contract';
import { and, asc, desc, eq, inArray } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { cases, cells, comparisonFields, comparisons, fields, jobs } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import { announceComparison } from './job-events.ts';
import { newId } from '../new-id.ts';
import { checkCase } from './cells.ts';
import { compareModels } from './compare-models.ts';
import type { FieldRow } from './rows.ts';
import { checkQueue } from './jobs.ts';

type ComparisonRow = typeof comparisons.$inferSelect;

/** Queue the analysis of a case's fields by another model. */
export async function createComparison(
  context: Context,
  actor: Actor,
  caseId: string,
  modelId: string,
): Promise<Comparison> {
  if (context.models.find(modelId) === undefined) throw missing('model', modelId);
  const id = await context.db.transaction(async (tx) => {
    // The lock makes two requests at once one after the other.
    const [row] = await tx.select().from(cases).where(eq(cases.id, caseId)).for('update');
    if (row === undefined) throw missing('case', caseId);
    const analysed = await tx
      .select()
      .from(fields)
      .where(
        and(eq(fields.caseId, caseId), eq(fields.isRemoved, false), eq(fields.state, 'analysed')),
      )
      .orderBy(asc(fields.position));
    checkFields(analysed, modelId);
    await checkQueue(tx, context);
    await checkNoneRuns(tx, caseId, modelId);
    const now = context.clock();
    const comparison = { id: newId(now), caseId, modelId, createdAt: now, createdBy: actor };
    await tx.insert(comparisons).values(comparison);
    for (const field of analysed) {
      const job = {
        id: newId(now),
        caseId,
        fieldId: field.id,
        comparisonId: comparison.id,
        modelId,
        state: 'queued' as const,
        progress: 0,
        tries: 0,
        createdAt: now,
      };
      await tx.insert(jobs).values(job);
      // Cases that wait for their first cells go before.
      await context.queue.send(tx, job.id, { isPatient: true });
    }
    await announceComparison(tx, { caseId, comparisonId: comparison.id });
    return comparison.id;
  });
  const [row] = await context.db.sql.select().from(comparisons).where(eq(comparisons.id, id));
  return (await withProgress(context.db.sql, [row!]))[0]!;
}

/** List a case's comparisons, newest first. */
export async function listComparisons(context: Context, caseId: string): Promise<Comparison[]> {
  await checkCase(context, caseId);
  const rows = await context.db.sql
    .select()
    .from(comparisons)
    .where(eq(comparisons.caseId, caseId))
    .orderBy(desc(comparisons.id));
  return withProgress(context.db.sql, rows);
}

/** Get a comparison with its result so far. */
export async function getComparison(context: Context, id: string): Promise<ComparisonDetail> {
  const handle = context.db.sql;
  const [row] = await handle.select().from(comparisons).where(eq(comparisons.id, id));
  if (row === undefined) throw missing('comparison', id);
  const [comparison] = await withProgress(handle, [row]);
  const done = await handle
    .select({ field: fields, answers: comparisonFields.answers })
    .from(comparisonFields)
    .innerJoin(fields, eq(fields.id, comparisonFields.fieldId))
    .where(and(eq(comparisonFields.comparisonId, id), eq(fields.isRemoved, false)))
    .orderBy(asc(fields.position));
  const ids = done.map(({ field }) => field.id);
  const rows =
    ids.length === 0
      ? []
      : await handle
          .select()
          .from(cells)
          .where(inArray(cells.fieldId, ids))
          .orderBy(asc(cells.modelOrdinal), asc(cells.id));
  const compared = compareModels(
    done.map(({ field, answers }) => ({
      field,
      answers,
      cells: rows.filter((cell) => cell.fieldId === field.id),
    })),
  );
  return { ...comparison!, ...compared };
}

function checkFields(analysed: readonly FieldRow[], modelId: string): void {
  if (analysed.length === 0) {
    throw new HttpError(
      409,
      'COMPARISON_NOTHING',
      'case must have an analysed field to compare models on. Received one without. Wait for its analysis, or upload a field.',
    );
  }
  if (analysed.every((field) => field.analysis?.modelId === modelId)) {
    throw new HttpError(
      409,
      'COMPARISON_SAME',
      `model must be another than the one that the case's cells are from. Received ${modelId} for both. Choose another model.`,
    );
  }
}

async function checkNoneRuns(tx: Sql, caseId: string, modelId: string): Promise<void> {
  const rows = await tx
    .select()
    .from(comparisons)
    .where(and(eq(comparisons.caseId, caseId), eq(comparisons.modelId, modelId)));
  const running = (await withProgress(tx, rows)).find(({ state }) => state === 'running');
  if (running === undefined) return;
  throw new HttpError(
    409,
    'COMPARISON_RUNS',
    `comparison must be over before the same model is compared again. Received ${modelId}, whose comparison runs. Wait for it.`,
    { details: { comparisonId: running.id } },
  );
}

/** Add to comparisons how far their jobs are. */
async function withProgress(handle: Sql, rows: readonly ComparisonRow[]): Promise<Comparison[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const theirs = await handle.select().from(jobs).where(inArray(jobs.comparisonId, ids));
  const hashes = await handle
    .select({ id: comparisonFields.comparisonId, sha256: comparisonFields.modelSha256 })
    .from(comparisonFields)
    .where(inArray(comparisonFields.comparisonId, ids));
  return rows.map((row) => {
    // A job is cancelled when its field is removed from the case: nobody waits for it.
    const own = theirs.filter((job) => job.comparisonId === row.id && job.state !== 'cancelled');
    const done = own.filter((job) => job.state === 'completed').length;
    const failed = own.filter((job) => job.state === 'failed');
    const isRunning = done + failed.length < own.length;
    const ends = own.flatMap((job) => (job.finishedAt === null ? [] : [job.finishedAt.getTime()]));
    return {
      id: row.id,
      caseId: row.caseId,
      modelId: row.modelId,
      modelSha256: hashes.find(({ id }) => id === row.id)?.sha256 ?? null,
      state: isRunning ? 'running' : done === 0 && failed.length > 0 ? 'failed' : 'completed',
      fields: { all: own.length, done, failed: failed.length },
      failure: failed.at(-1)?.failure ?? null,
      createdAt: row.createdAt.toISOString(),
      createdBy: row.createdBy,
      finishedAt: isRunning || ends.length === 0 ? null : new Date(Math.max(...ends)).toISOString(),
    };
  });
}
