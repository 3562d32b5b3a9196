/** @file What kind a job is, and what everybody hears of it. */
import type { Job } from '@leukoscope/contract';
import { announce, type Sql } from '../db/database.ts';
import type { jobs } from '../db/schema.ts';

/** A row of the table of jobs. */
export type JobRow = typeof jobs.$inferSelect;
/** A job of a comparison. */
export type ComparisonJob = JobRow & { readonly comparisonId: string };

/** Tell whether a job belongs to a comparison. */
export function isComparisonJob(job: JobRow): job is ComparisonJob {
  return job.comparisonId !== null;
}

/** Return the kind of a job. */
export function kindOfJob(job: JobRow): Job['kind'] {
  return isComparisonJob(job) ? 'compare-field' : 'analyse-field';
}

/** Tell everybody where a job stands, when the transaction commits. */
export async function announceJob(tx: Sql, job: JobRow): Promise<void> {
  if (isComparisonJob(job)) return announceComparison(tx, job);
  const { id: jobId, caseId, fieldId, state, progress, stage } = job;
  const event = { type: 'job.changed', jobId, caseId, fieldId, state, progress, stage };
  await announce(tx, JSON.stringify(event));
}

/** Tell everybody that a comparison has come further, when the transaction commits. */
export async function announceComparison(
  tx: Sql,
  { caseId, comparisonId }: { readonly caseId: string; readonly comparisonId: string },
): Promise<void> {
  await announce(tx, JSON.stringify({ type: 'comparison.changed', caseId, comparisonId }));
}
