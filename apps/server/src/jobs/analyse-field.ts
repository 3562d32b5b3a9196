/**
 * @file One job: read a field's image, find its cells in a child process, store them exactly once.
 */
import type { Actor } from '@leukoscope/contract';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { eq } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { announce, type Sql } from '../db/database.ts';
import { cases, cells, fields, jobs } from '../db/schema.ts';
import { faultWords } from '../fault-words.ts';
import { newId } from '../new-id.ts';
import { changeCaseIn } from '../services/case-change.ts';
import { announceJob, isComparisonJob, type JobRow } from '../services/job-events.ts';
import type { CellRow } from '../services/rows.ts';
import { getSite } from '../services/site.ts';
import { binOf } from '../models/bin-of-finding.ts';
import { failComparison, finishComparison } from './compare-field.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { isLasting } from './lasting-faults.ts';
import type { Attempt, JobHandlers } from './job-queue.ts';
import {
  type AnalysisResult,
  analysisProgressSchema,
  analysisResultSchema,
  type FindingJson,
} from '../models/analysis-protocol.ts';
import { toSha256 } from '../models/model-shelf.ts';

const system: Actor = { kind: 'system', id: null, name: 'analysis' };
const progressMs = 300;
const cellsPerInsert = 200;

/** Make the handlers of jobs. */
export function createJobHandlers(context: Context, pool: HostPool): JobHandlers {
  return {
    work: async (attempt) => {
      const job = await begin(context, attempt);
      if (job === undefined) return;
      try {
        const found = await analyse(context, pool, job);
        if (isComparisonJob(job)) await finishComparison(context, attempt, job, found);
        else await finish(context, attempt, job, found);
      } catch (error) {
        if (isLasting(error))
          return await fail(context, job, messageOf(error), (tx) =>
            context.queue.complete(tx, attempt),
          );
        await note(context, job, faultWords(error));
        throw error;
      }
    },
    giveUp: async (attempt, deadId) => {
      const [job] = await context.db.sql.select().from(jobs).where(eq(jobs.id, attempt.jobId));
      if (job === undefined) return;
      const why = job.failure ?? 'The analysis process ended again and again without saying why.';
      await fail(context, job, why, (tx) => context.queue.completeDead(tx, deadId));
    },
  };
}

/** Mark the job as running, or put it away when its field is gone. */
async function begin(context: Context, attempt: Attempt): Promise<JobRow | undefined> {
  return context.db.transaction(async (tx) => {
    const [job] = await tx.select().from(jobs).where(eq(jobs.id, attempt.jobId)).for('update');
    const [field] =
      job === undefined ? [] : await tx.select().from(fields).where(eq(fields.id, job.fieldId));
    if (job === undefined || field === undefined || field.isRemoved || job.state === 'cancelled') {
      await context.queue.complete(tx, attempt);
      return undefined;
    }
    const [active] = await tx
      .update(jobs)
      .set({ state: 'active', tries: attempt.retries + 1, progress: 0, startedAt: context.clock() })
      .where(eq(jobs.id, job.id))
      .returning();
    await announceJob(tx, active!);
    if (!isComparisonJob(job)) {
      await tx.update(fields).set({ state: 'analysing' }).where(eq(fields.id, field.id));
      await announceField(tx, active!, 'analysing');
    }
    return active!;
  });
}

async function analyse(context: Context, pool: HostPool, job: JobRow): Promise<AnalysisResult> {
  const [field] = await context.db.sql.select().from(fields).where(eq(fields.id, job.fieldId));
  const [facts] = await context.db.sql
    .select({ expectation: cases.expectation })
    .from(cases)
    .where(eq(cases.id, job.caseId));
  const model = context.models.find(job.modelId);
  if (model === undefined) {
    throw new LeukoscopeError(
      'MODEL_GONE',
      `model must be on this worker. Received ${job.modelId}, which is not in its models folder. Copy it there, restart the worker and analyse again.`,
    );
  }
  const image = await context.store.read(field!.sha256);
  let saidAt = 0;
  const result = await pool.run(
    {
      kind: 'analyse',
      modelFile: model.file,
      image,
      expectation: facts!.expectation,
      maxPixels: context.limits.pixels,
    },
    {
      onProgress: (raw) => {
        const { progress, stage } = analysisProgressSchema.parse(raw);
        const now = performance.now();
        if (now - saidAt < progressMs) return;
        saidAt = now;
        // Progress is a courtesy: a fault in telling it must not fail the job.
        say(context, job, progress, stage).catch(() => {});
      },
    },
  );
  return analysisResultSchema.parse(result);
}

/** Store the cells and complete the attempt in one transaction. */
async function finish(
  context: Context,
  attempt: Attempt,
  job: JobRow,
  found: AnalysisResult,
): Promise<void> {
  await context.db.transaction(async (tx) => {
    await context.queue.complete(tx, attempt);
    const { scoreThreshold } = await getSite(tx);
    await changeCaseIn(tx, context, system, job.caseId, async ({ sequence, now, written }) => {
      const [field] = await tx.select().from(fields).where(eq(fields.id, job.fieldId));
      if (field!.isRemoved) return undefined;
      const rows = found.findings.map((finding, i) =>
        toRow(finding, { id: newId(now), job, ordinal: i, sequence, scoreThreshold }),
      );
      for (let i = 0; i < rows.length; i += cellsPerInsert) {
        await tx.insert(cells).values(rows.slice(i, i + cellsPerInsert));
      }
      written.add('cells', rows);
      const analysis = {
        modelId: job.modelId,
        modelSha256: toSha256(found.modelHash),
        finishedAt: now.toISOString(),
        ...(found.expectation === null ? {} : { expectation: found.expectation }),
        ...(found.familiarity === undefined ? {} : { familiarity: found.familiarity }),
      };
      const saved = await tx
        .update(fields)
        .set({
          state: 'analysed',
          failure: null,
          analysis,
          flags: found.flags,
          revision: field!.revision + 1,
        })
        .where(eq(fields.id, job.fieldId))
        .returning();
      written.add('fields', saved);
      const after = { state: 'analysed', analysis, cells: rows.length };
      return {
        action: 'field.analysed',
        changes: [{ subject: 'field', id: job.fieldId, before: { state: 'queued' }, after }],
      };
    });
    const [done] = await tx
      .update(jobs)
      .set({
        state: 'completed',
        progress: 1,
        stage: null,
        failure: null,
        finishedAt: context.clock(),
      })
      .where(eq(jobs.id, job.id))
      .returning();
    await announceJob(tx, done!);
    await announceField(tx, done!, 'analysed');
  });
}

async function fail(
  context: Context,
  job: JobRow,
  why: string,
  complete: (tx: Sql) => Promise<void>,
): Promise<void> {
  if (isComparisonJob(job)) return failComparison(context, job, why, complete);
  await context.db.transaction(async (tx) => {
    await complete(tx);
    await changeCaseIn(tx, context, system, job.caseId, async ({ written }) => {
      const [field] = await tx.select().from(fields).where(eq(fields.id, job.fieldId));
      if (field!.isRemoved || field!.state === 'analysed') return undefined;
      const saved = await tx
        .update(fields)
        .set({ state: 'failed', failure: why, revision: field!.revision + 1 })
        .where(eq(fields.id, job.fieldId))
        .returning();
      written.add('fields', saved);
      const after = { state: 'failed', failure: why };
      return {
        action: 'field.failed',
        changes: [{ subject: 'field', id: job.fieldId, before: { state: 'queued' }, after }],
      };
    });
    const [failed] = await tx
      .update(jobs)
      .set({ state: 'failed', stage: null, failure: why, finishedAt: context.clock() })
      .where(eq(jobs.id, job.id))
      .returning();
    await announceJob(tx, failed!);
    await announceField(tx, failed!, 'failed');
  });
}

/** Say why a try failed that will be repeated. */
async function note(context: Context, job: JobRow, failure: string): Promise<void> {
  await context.db.transaction(async (tx) => {
    const [queued] = await tx
      .update(jobs)
      .set({ state: 'queued', failure, stage: null })
      .where(eq(jobs.id, job.id))
      .returning();
    await announceJob(tx, queued!);
  });
}

async function say(context: Context, job: JobRow, progress: number, stage: string): Promise<void> {
  await context.db.transaction(async (tx) => {
    const [row] = await tx
      .update(jobs)
      .set({ progress, stage })
      .where(eq(jobs.id, job.id))
      .returning();
    if (row?.state === 'active' && !isComparisonJob(row)) await announceJob(tx, row);
  });
}

async function announceField(tx: Sql, job: JobRow, state: string): Promise<void> {
  const { caseId, fieldId } = job;
  await announce(tx, JSON.stringify({ type: 'field.changed', caseId, fieldId, state }));
}

interface RowPlace {
  readonly id: string;
  readonly job: JobRow;
  readonly ordinal: number;
  readonly sequence: number;
  readonly scoreThreshold: number;
}

function toRow(finding: FindingJson, place: RowPlace): CellRow {
  const { cellClass, box, score, probabilities, unexpected, nucleus, attributes } = finding;
  const bin = binOf(finding, place.scoreThreshold);
  return {
    id: place.id,
    caseId: place.job.caseId,
    fieldId: place.job.fieldId,
    modelOrdinal: place.ordinal,
    revision: 0,
    changedIn: place.sequence,
    ...box,
    mask: finding.mask,
    bin,
    model: {
      modelId: place.job.modelId,
      cellClass,
      bin,
      score,
      probabilities,
      // What the specimen was not expected to hold comes before any other doubt.
      runnerUp: unexpected ?? probabilities.find((p) => p.cellClass !== cellClass) ?? null,
      ...(unexpected === undefined ? {} : { unexpected }),
      ...(nucleus === undefined ? {} : { nucleus }),
      ...(attributes === undefined ? {} : { attributes }),
    },
    isIncomplete: finding.isIncomplete,
    isUnsure: finding.isUnsure,
    seenBy: null,
    seenAt: null,
    isDeleted: false,
  };
}
