/**
 * @file One run that learns: look at the pictures of the chosen cells, fit a candidate in a child process, and keep what came
 * out, exactly once. Nothing of it is a model; that takes somebody's decision.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { eq } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { learnings } from '../db/schema.ts';
import { faultWords } from '../fault-words.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import {
  type Fitted,
  fitProgressSchema,
  fittedSchema,
  type TaughtCell,
} from '../models/learning-protocol.ts';
import { findLearnable, type LearnableCell } from '../services/learnable-cells.ts';
import { announceLearning, type LearningRow } from '../services/learning-rows.ts';
import { seenFileOf } from '../services/seen-cells.ts';
import type { Attempt, JobHandlers } from './job-queue.ts';
import { isLasting } from './lasting-faults.ts';

/** Looking is most of the work: the bar ends here when the fit begins. */
const lookingShare = 0.8;
/** Every word goes to everybody who looks at the server, and costs a transaction. */
const saidEveryMs = 500;
const running: ReadonlySet<string> = new Set(['queued', 'running']);

/** Make the handlers of runs. */
export function createLearningHandlers(context: Context, learners: HostPool): JobHandlers {
  return {
    work: async (attempt) => {
      const row = await begin(context, attempt);
      if (row === undefined) return;
      const folder = path.join(context.learningFolder, `candidate-${row.id}`);
      try {
        const fitted = await learn(context, learners, row, folder);
        if (fitted === undefined) return await dropCancelled(context, attempt);
        await finish(context, attempt, row, fitted, folder);
      } catch (error) {
        if (isLasting(error)) {
          return await fail(context, row.id, messageOf(error), (tx) =>
            context.queue.learnings.complete(tx, attempt),
          );
        }
        await say(context, row.id, { failure: faultWords(error), stage: null });
        throw error;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    giveUp: async (attempt, deadId) => {
      const row = await rowOf(context.db.sql, attempt.jobId);
      const why = row?.failure ?? 'The learning process ended again and again without saying why.';
      await fail(context, attempt.jobId, why, (tx) =>
        context.queue.learnings.completeDead(tx, deadId),
      );
    },
  };
}

async function begin(context: Context, attempt: Attempt): Promise<LearningRow | undefined> {
  return context.db.transaction(async (tx) => {
    const row = await rowOf(tx, attempt.jobId);
    if (row === undefined || !running.has(row.state)) {
      await context.queue.learnings.complete(tx, attempt);
      return undefined;
    }
    return save(tx, row.id, { state: 'running', progress: 0, failure: null });
  });
}

/** Returns nothing when somebody has broken the run off. */
async function learn(
  context: Context,
  learners: HostPool,
  row: LearningRow,
  folder: string,
): Promise<Fitted | undefined> {
  const parent = context.models.find(row.parentId);
  if (parent === undefined) {
    throw new LeukoscopeError(
      'MODEL_GONE',
      `model that learns must be on this worker. Received ${row.parentId}, which is not in its models folder. Copy it there and learn again.`,
    );
  }
  const { sha256: modelSha256 } = await context.models.describe(row.parentId);
  const found = await findLearnable(context.db.sql, row.choice);
  const pictures = [...new Set(found.map(({ sha256 }) => sha256))].sort();
  await mkdir(context.learningFolder, { recursive: true });
  const unseen = pictures
    .map((sha256) => ({ sha256, seenFile: seenFileOf(context, modelSha256, sha256) }))
    .filter(({ seenFile }) => !existsSync(seenFile));
  for (const [i, { sha256, seenFile }] of unseen.entries()) {
    const stage = `picture ${i + 1} of ${unseen.length}`;
    const progress = (lookingShare * i) / unseen.length;
    if (!(await say(context, row.id, { progress, stage }))) return undefined;
    await learners.run({
      kind: 'see',
      modelFile: parent.file,
      image: await context.store.read(sha256),
      maxPixels: context.limits.pixels,
      seenFile,
    });
  }
  if (!(await say(context, row.id, { progress: lookingShare, stage: 'fitting' }))) return undefined;
  await rm(folder, { recursive: true, force: true });
  let saidAt = performance.now();
  const answer = await learners.run(
    {
      kind: 'fit',
      modelFile: parent.file,
      pictures,
      cells: taught(found, (sha256) => seenFileOf(context, modelSha256, sha256)),
      folder,
    },
    {
      onProgress: (raw) => {
        const { done, total } = fitProgressSchema.parse(raw);
        if (performance.now() - saidAt < saidEveryMs) return;
        saidAt = performance.now();
        const progress = lookingShare + ((1 - lookingShare) * done) / total;
        // Progress is a courtesy: a fault in telling it must not fail the run.
        say(context, row.id, { progress, stage: `fit ${done} of ${total}` }).catch(() => {});
      },
    },
  );
  return fittedSchema.parse(answer);
}

/** Two people of one name are told apart. */
function taught(
  found: readonly LearnableCell[],
  seenFile: (sha256: string) => string,
): TaughtCell[] {
  const ids = new Map<string, Set<string | null>>();
  for (const { by } of found) ids.set(by.name, (ids.get(by.name) ?? new Set()).add(by.id));
  return found.map(({ id, caseId, fieldId, sha256, box, label, by, group }) => ({
    cellId: id,
    caseId,
    fieldId,
    label,
    author: ids.get(by.name)!.size > 1 ? `${by.name} (${String(by.id).slice(-4)})` : by.name,
    seenFile: seenFile(sha256),
    box,
    group,
  }));
}

/** Keep the candidate's files in the store, then everything else with the end of the attempt. */
async function finish(
  context: Context,
  attempt: Attempt,
  { id }: LearningRow,
  { result, card, files: names }: Fitted,
  folder: string,
): Promise<void> {
  const files: LearningRow['files'] = [];
  for (const name of names) {
    const { sha256 } = await context.store.put({ file: path.join(folder, name) });
    files.push({ name, sha256 });
  }
  await context.db.transaction(async (tx) => {
    await context.queue.learnings.complete(tx, attempt);
    const [row] = await tx.select().from(learnings).where(eq(learnings.id, id)).for('update');
    if (row?.state !== 'running') return;
    await save(tx, id, {
      state: 'completed',
      progress: 1,
      stage: null,
      failure: null,
      result,
      card,
      files,
      finishedAt: context.clock(),
    });
  });
}

async function dropCancelled(context: Context, attempt: Attempt): Promise<void> {
  await context.db.transaction((tx) => context.queue.learnings.complete(tx, attempt));
}

async function fail(
  context: Context,
  id: string,
  failure: string,
  complete: (tx: Sql) => Promise<void>,
): Promise<void> {
  await context.db.transaction(async (tx) => {
    await complete(tx);
    const row = await rowOf(tx, id);
    if (row === undefined || !running.has(row.state)) return;
    await save(tx, id, { state: 'failed', stage: null, failure, finishedAt: context.clock() });
  });
}

/** Tell how far a run is; returns whether it is still wanted. */
async function say(context: Context, id: string, set: Partial<LearningRow>): Promise<boolean> {
  return context.db.transaction(async (tx) => {
    const [row] = await tx.select().from(learnings).where(eq(learnings.id, id)).for('update');
    if (row?.state !== 'running') return false;
    await save(tx, id, set);
    return true;
  });
}

async function save(tx: Sql, id: string, set: Partial<LearningRow>): Promise<LearningRow> {
  const [row] = await tx.update(learnings).set(set).where(eq(learnings.id, id)).returning();
  await announceLearning(tx, row!);
  return row!;
}

async function rowOf(handle: Sql, id: string): Promise<LearningRow | undefined> {
  const [row] = await handle.select().from(learnings).where(eq(learnings.id, id));
  return row;
}
