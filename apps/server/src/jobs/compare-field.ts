/**
 * @file The end of a job that belongs to a comparison: the other model's answers are stored beside the
 * case, once; the field, its cells and the case's history are left alone.
 */
import type { ComparedAnswer } from '@leukoscope/contract';
import { eq } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { comparisonFields, fields, jobs } from '../db/schema.ts';
import { announceComparison, type ComparisonJob } from '../services/job-events.ts';
import { getSite } from '../services/site.ts';
import type { Attempt } from './job-queue.ts';
import { toSha256 } from '../models/model-shelf.ts';
import type { AnalysisResult, FindingJson } from '../models/analysis-protocol.ts';
import { binOf } from '../models/bin-of-finding.ts';

/** Store the answers and complete the attempt in one transaction. */
export async function finishComparison(
  context: Context,
  attempt: Attempt,
  job: ComparisonJob,
  found: AnalysisResult,
): Promise<void> {
  await context.db.transaction(async (tx) => {
    await context.queue.complete(tx, attempt);
    const [field] = await tx.select().from(fields).where(eq(fields.id, job.fieldId));
    const now = context.clock();
    if (!field!.isRemoved) {
      const { scoreThreshold } = await getSite(tx);
      await tx.insert(comparisonFields).values({
        comparisonId: job.comparisonId,
        fieldId: job.fieldId,
        modelSha256: toSha256(found.modelHash),
        answers: found.findings.map((finding) => toAnswer(finding, scoreThreshold)),
        finishedAt: now,
      });
    }
    await tx
      .update(jobs)
      .set({ state: 'completed', progress: 1, stage: null, failure: null, finishedAt: now })
      .where(eq(jobs.id, job.id));
    await announceComparison(tx, job);
  });
}

/** Give a field of a comparison up. */
export async function failComparison(
  context: Context,
  job: ComparisonJob,
  why: string,
  complete: (tx: Sql) => Promise<void>,
): Promise<void> {
  await context.db.transaction(async (tx) => {
    await complete(tx);
    await tx
      .update(jobs)
      .set({ state: 'failed', stage: null, failure: why, finishedAt: context.clock() })
      .where(eq(jobs.id, job.id));
    await announceComparison(tx, job);
  });
}

function toAnswer(finding: FindingJson, scoreThreshold: number): ComparedAnswer {
  const { cellClass, score, box } = finding;
  return { cellClass, bin: binOf(finding, scoreThreshold), score, box };
}
