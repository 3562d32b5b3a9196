/** @file Jobs as people see them. */
import type { Job, jobQuerySchema } from '@leukoscope/contract';
import { and, count, desc, eq, lt } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { jobs } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import { readCursor, toPage } from './page-cursor.ts';
import { toJob } from './rows.ts';

/** List jobs, newest first. */
export async function listJobs(
  context: Context,
  query: z.output<typeof jobQuerySchema>,
): Promise<{ items: Job[]; next: string | null }> {
  const conditions = [];
  if (query.caseId !== undefined) conditions.push(eq(jobs.caseId, query.caseId));
  if (query.state !== undefined) conditions.push(eq(jobs.state, query.state));
  if (query.cursor !== undefined) {
    conditions.push(lt(jobs.id, readCursor(query.cursor, z.tuple([z.uuid()]))[0]));
  }
  const rows = await context.db.sql
    .select()
    .from(jobs)
    .where(and(...conditions))
    .orderBy(desc(jobs.id))
    .limit(query.limit + 1);
  return toPage(rows, query.limit, toJob, (row) => [row.id]);
}

/** Get one job. */
export async function getJob(context: Context, id: string): Promise<Job> {
  const [row] = await context.db.sql.select().from(jobs).where(eq(jobs.id, id));
  if (row === undefined) throw missing('job', id);
  return toJob(row);
}

/** Throw when so many analyses wait that one more would not be done in a day. */
export async function checkQueue(handle: Sql, { limits }: Pick<Context, 'limits'>): Promise<void> {
  const [row] = await handle.select({ n: count() }).from(jobs).where(eq(jobs.state, 'queued'));
  if (row!.n < limits.waitingJobs) return;
  throw new HttpError(
    503,
    'QUEUE_FULL',
    `analyses that wait must be at most ${limits.waitingJobs}. Received one more; nothing was stored. Repeat when some are done, or start more workers.`,
  );
}
