/**
 * @file The queues of analyses and of runs that learn on the database, by pg-boss: a job is queued in the transaction that
 * makes its field, and completed in the transaction that stores its cells. So none is lost, and none
 * counts twice: a worker that was given up completes nothing, because its attempt is over.
 */
import { sql } from 'drizzle-orm';
import { type DrizzleTransactionLike, fromDrizzle, PgBoss } from 'pg-boss';
import { z } from 'zod';
import { parseRows } from '../db/migrate-database.ts';
import type { Database, Sql } from '../db/database.ts';
import { HttpError } from '../http-error.ts';
import type { WorkSettings } from '../settings.ts';

const analyses = 'analyse-field';
const learnings = 'learn-from-cells';
/** Looking at the pictures of many cases takes its time; each of them has its own limit. */
const learningSeconds = 4 * 3600;
/** A job that takes longer is given up, and runs again at the next start. */
const stopMs = 1000;
const nobody = '00000000-0000-0000-0000-000000000000';

/** One try of a job. */
export interface Attempt {
  readonly jobId: string;
  /** 0 for the first. */
  readonly retries: number;
}

/** What a process does with jobs. */
export interface JobHandlers {
  /** Do a job; must call `complete` in the transaction that stores its result. */
  work(attempt: Attempt): Promise<void>;
  /** A job has failed for the last time; must call `completeDead` likewise. */
  giveUp(attempt: Attempt, deadId: string): Promise<void>;
}

/** A queue of jobs of one kind. */
export interface WorkQueue {
  /** Queue a job when the transaction commits. Patient ones wait until no other does. */
  send(tx: Sql, jobId: string, options?: { readonly isPatient?: boolean }): Promise<void>;
  /** Complete an attempt with the transaction; throws when the attempt is over. */
  complete(tx: Sql, attempt: Attempt): Promise<void>;
  completeDead(tx: Sql, deadId: string): Promise<void>;
  /** Take jobs in this process. */
  take(handlers: JobHandlers, workers: number): Promise<void>;
}

/** The queue of analyses, and beside it that of runs that learn. */
export interface JobQueue extends WorkQueue {
  readonly learnings: WorkQueue;
  /** Whether the queue answers. */
  check(): Promise<boolean>;
  /** Waiting and running jobs, for metrics. */
  depth(): Promise<{ waiting: number; active: number; dead: number }>;
  stop(): Promise<void>;
}

/** Open the queue on a database. */
export async function openJobQueue(
  db: Database,
  settings: WorkSettings,
  onFault: (error: Error) => void,
): Promise<JobQueue> {
  const boss = new PgBoss({
    ...db.queueOptions(),
    useListenNotify: true,
    schedule: false,
    // Heartbeats that stopped are looked for this often; the default minute is far too slow.
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  });
  boss.on('error', onFault);
  await boss.start();
  const common = {
    retryLimit: settings.retries,
    retryDelay: settings.retryDelaySeconds,
    heartbeatSeconds: settings.heartbeatSeconds,
    // The host pool kills at `jobMs`; this is for a worker that hangs as a whole.
    expireInSeconds: Math.ceil(settings.jobMs / 1000) + 60,
    notify: true,
  };
  const { retries } = settings;
  const own = await openQueue(boss, analyses, common, retries);
  const learning = { ...common, expireInSeconds: learningSeconds };
  return {
    ...own,
    learnings: await openQueue(boss, learnings, learning, retries),
    check: async () => (await boss.isInstalled()) === true,
    depth: async () => {
      const queues = await boss.getQueues([analyses, deadOf(analyses)]);
      const find = (name: string) => queues.find((queue) => queue.name === name);
      return {
        waiting: find(analyses)?.queuedCount ?? 0,
        active: find(analyses)?.activeCount ?? 0,
        dead: find(deadOf(analyses))?.totalCount ?? 0,
      };
    },
    stop: () => boss.stop({ graceful: true, timeout: stopMs, close: true }),
  };
}

function deadOf(name: string): string {
  return `${name}-dead`;
}

interface QueueSettings {
  readonly retryLimit: number;
  readonly retryDelay: number;
  readonly heartbeatSeconds: number;
  readonly expireInSeconds: number;
  readonly notify: boolean;
}

async function openQueue(
  boss: PgBoss,
  queueName: string,
  common: QueueSettings,
  retries: number,
): Promise<WorkQueue> {
  const deadName = deadOf(queueName);
  await boss.createQueue(deadName, { ...common, retryLimit: 1000, retryDelay: 5 });
  await boss.createQueue(queueName, { ...common, deadLetter: deadName });
  await boss.updateQueue(queueName, { ...common, deadLetter: deadName });
  // pg-boss looks a queue up at its first use. Inside a transaction on PGlite that look-up would wait
  // for the transaction, for ever; so use both queues once here.
  for (const name of [queueName, deadName]) await boss.getJobById(name, nobody);
  return {
    send: async (tx, jobId, { isPatient = false } = {}) => {
      const priority = isPatient ? 0 : 1;
      const id = await boss.send(queueName, { jobId }, { id: jobId, priority, db: inside(tx) });
      if (id === null) throw new Error(`internal: job ${jobId} was not queued.`);
    },
    complete: async (tx, { jobId, retries: retryCount }) => {
      const answer = await boss.complete(queueName, { id: jobId, retryCount }, null, {
        db: inside(tx),
      });
      if (affectedOf(answer) !== 1) throw attemptOver(jobId);
    },
    completeDead: async (tx, deadId) => {
      const answer = await boss.complete(deadName, deadId, null, { db: inside(tx) });
      if (affectedOf(answer) !== 1) throw attemptOver(deadId);
    },
    take: async (handlers, workers) => {
      const polling = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 5 } as const;
      const options = { ...polling, batchSize: 1, includeMetadata: true } as const;
      for (let i = 0; i < workers; i++) {
        let id: string | undefined;
        id = await boss.work<{ jobId: string }>(queueName, options, async ([job]) => {
          // Others may be waiting: pg-boss would look for them only when the poll's interval is over.
          if (id !== undefined) boss.notifyWorker(id);
          await handlers.work({ jobId: job!.data.jobId, retries: job!.retryCount });
        });
      }
      await boss.work<{ jobId: string }>(deadName, { ...polling, batchSize: 1 }, async ([job]) => {
        await handlers.giveUp({ jobId: job!.data.jobId, retries }, job!.id);
      });
    },
  };
}

/** pg-boss's declarations leave out what its commands answer. */
function affectedOf(answer: unknown): number {
  return z.object({ affected: z.number() }).parse(answer).affected;
}

/** Let pg-boss write inside our transaction. */
function inside(tx: Sql) {
  const like: DrizzleTransactionLike = {
    execute: async (query) => parseRows(await tx.execute(parseQuery(query))),
  };
  return fromDrizzle(like, sql);
}

/** The adapter builds its queries with our own `sql` tag. */
function parseQuery(query: unknown): ReturnType<typeof sql> {
  return query as ReturnType<typeof sql>;
}

function attemptOver(id: string): HttpError {
  return new HttpError(
    409,
    'ATTEMPT_OVER',
    `attempt must still run to be completed. Received job ${id}, which another worker has taken over or finished. Nothing was stored twice.`,
  );
}
