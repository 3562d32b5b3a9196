/**
 * @file Runs that learn: start, look, break off, and decide. A candidate's files lie in the store, where no analysis looks;
 * it becomes a model by an administrator's decision, which is sealed in the trail with everything that it stands on.
 */
import type {
  acceptLearningSchema,
  Learning,
  LearningDetail,
  LearningState,
  Model,
  newLearningSchema,
} from '@leukoscope/contract';
import { and, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { learnings } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import { type Doer, recordInTrail } from '../ledger/trail.ts';
import { newId } from '../new-id.ts';
import { checkFree } from './added-models.ts';
import { sizeOfChoice } from './learnable-cells.ts';
import {
  announceLearning,
  isOffered,
  type LearningRow,
  toLearning,
  toLearningDetail,
} from './learning-rows.ts';
import { chooseModelIn, describeModel, modelInUse } from './model-choice.ts';
import { placeModel } from './place-models.ts';

/** What describes a model in its folder. */
const descriptionName = 'model.json';
const mostListed = 50;

/** Queue a run. */
export async function startLearning(
  context: Context,
  doer: Doer,
  { parentId, ...choice }: z.output<typeof newLearningSchema>,
): Promise<Learning> {
  if (parentId !== undefined && context.models.find(parentId) === undefined) {
    throw missing('model', parentId);
  }
  const size = await sizeOfChoice(context.db.sql, choice);
  if (size === 0) {
    throw new HttpError(
      409,
      'LEARNING_EMPTY',
      'cases must hold cells that a person has seen and given a type. Received none. Correct or confirm cells and sign their cases, or choose open cases.',
    );
  }
  return context.db.transaction(async (tx) => {
    // Two who press the button at once: the second sees what the first has queued.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('learning', 0))`);
    const others = await tx
      .select({ id: learnings.id })
      .from(learnings)
      .where(inArray(learnings.state, ['queued', 'running']));
    if (others.length > 0) {
      throw new HttpError(
        409,
        'LEARNING_RUNS',
        'one run must end before the next begins. Received a request while one waits or runs. Wait for it, or break it off.',
        { details: { learningId: others[0]!.id } },
      );
    }
    const now = context.clock();
    const [row] = await tx
      .insert(learnings)
      .values({
        id: newId(now),
        state: 'queued',
        parentId: parentId ?? (await modelInUse(tx, context)).id,
        choice,
        progress: 0,
        files: [],
        createdAt: now,
        createdBy: doer.actor,
        isRemoved: false,
      })
      .returning();
    await context.queue.learnings.send(tx, row!.id);
    await announceLearning(tx, row!);
    await record(tx, context, doer, row!, 'learning.started', {
      parentId: row!.parentId,
      cells: size,
      choice,
    });
    return toLearning(row!);
  });
}

/** List the last runs, newest first. */
export async function listLearnings(context: Context): Promise<Learning[]> {
  const { card: _, ...columns } = getTableColumns(learnings);
  const rows = await context.db.sql
    .select(columns)
    .from(learnings)
    .orderBy(desc(learnings.id))
    .limit(mostListed);
  return rows.map(toLearning);
}

/** Get one run with its result. */
export async function getLearning(context: Context, id: string): Promise<LearningDetail> {
  return toLearningDetail(await rowOf(context.db.sql, id));
}

/** Break a run off; what it would still find out counts for nothing. */
export async function cancelLearning(context: Context, doer: Doer, id: string): Promise<Learning> {
  return context.db.transaction(async (tx) => {
    await requireState(tx, id, ['queued', 'running']);
    const row = await save(tx, id, {
      state: 'cancelled',
      stage: null,
      finishedAt: context.clock(),
    });
    await record(tx, context, doer, row, 'learning.cancelled', {});
    return toLearning(row);
  });
}

/** Decide that a candidate becomes no model. */
export async function discardLearning(
  context: Context,
  doer: Doer,
  id: string,
  note: string,
): Promise<Learning> {
  return context.db.transaction(async (tx) => {
    await requireState(tx, id, ['completed']);
    const decision = { by: doer.actor, at: context.clock().toISOString(), note, modelId: null };
    const row = await save(tx, id, { state: 'discarded', decision });
    await record(tx, context, doer, row, 'learning.discarded', { note });
    return toLearning(row);
  });
}

/** Make a candidate a model on the shelf; refused as long as anything speaks against it. */
export async function acceptLearning(
  context: Context,
  doer: Doer,
  id: string,
  { modelId, name, note, isChosen }: z.output<typeof acceptLearningSchema>,
): Promise<Model> {
  checkFree(context, modelId);
  const before = await rowOf(context.db.sql, id);
  checkOffered(before);
  const files = await renamed(context, before.files, name);
  const decision = { by: doer.actor, at: context.clock().toISOString(), note, modelId };
  const accepted = await context.db.transaction(async (tx) => {
    // Once more, under its lock: somebody else may have decided meanwhile.
    checkOffered(await requireState(tx, id, ['completed']));
    await checkNotAccepted(tx, modelId);
    const row = await save(tx, id, {
      state: 'accepted',
      decision,
      files,
      card: cardOf(before, name, decision),
    });
    if (isChosen) await chooseModelIn(tx, context, doer, modelId, note);
    await record(tx, context, doer, row, 'learning.accepted', {
      modelId,
      name,
      note,
      parentId: row.parentId,
      files,
      cells: row.result!.cells,
    });
    return row;
  });
  await placeModel(context, accepted);
  return describeModel(context, modelId);
}

function checkOffered(row: LearningRow): void {
  if (isOffered(row) === true) return;
  const reasons = row.result?.refusals.map(({ reason }) => reason).join(' ') ?? '';
  throw new HttpError(
    409,
    'LEARNING_REFUSED',
    `candidate must be better here by more than chance and not worse elsewhere to be accepted. Received one that is refused. ${reasons} Take wrong labels out, or name more cells, and learn again.`,
  );
}

async function checkNotAccepted(tx: Sql, modelId: string): Promise<void> {
  const rows = await tx
    .select({ decision: learnings.decision })
    .from(learnings)
    .where(and(eq(learnings.state, 'accepted'), eq(learnings.isRemoved, false)));
  if (rows.every(({ decision }) => decision?.modelId !== modelId)) return;
  throw new HttpError(
    409,
    'MODEL_EXISTS',
    `model must have an id that no other has. Received ${modelId}. Choose another.`,
  );
}

/** Give the description of a candidate the name that people read. */
async function renamed(
  context: Context,
  files: LearningRow['files'],
  name: string,
): Promise<LearningRow['files']> {
  const description = files.find((file) => file.name === descriptionName)!;
  const text = new TextDecoder().decode(await context.store.read(description.sha256));
  const json = `${JSON.stringify({ ...JSON.parse(text), name }, null, 2)}\n`;
  const stored = await context.store.put(new TextEncoder().encode(json));
  return files.map((file) =>
    file === description ? { name: file.name, sha256: stored.sha256 } : file,
  );
}

/** The card with the model's name, and who accepted it. */
function cardOf(
  { card, parentId }: LearningRow,
  name: string,
  { by, at, note }: NonNullable<LearningRow['decision']>,
): string {
  const text = (card ?? '').replace(/^# .*/, () => `# ${name}`).trimEnd();
  return `${text}\n\n## Accepted\n\nBy ${by.name}, ${at}: ${note}\n\nLearnt on this server from the model ${parentId}.\n`;
}

async function rowOf(handle: Sql, id: string): Promise<LearningRow> {
  const [row] = await handle.select().from(learnings).where(eq(learnings.id, id));
  if (row === undefined) throw missing('learning', id);
  return row;
}

/** Lock a run, which must be in one of some states. */
async function requireState(
  tx: Sql,
  id: string,
  states: readonly LearningState[],
): Promise<LearningRow> {
  const [row] = await tx.select().from(learnings).where(eq(learnings.id, id)).for('update');
  if (row === undefined) throw missing('learning', id);
  if (states.includes(row.state)) return row;
  throw new HttpError(
    409,
    'LEARNING_STATE',
    `run must be ${states.join(' or ')} for this. Received one that is ${row.state}. Look at it again.`,
  );
}

async function save(tx: Sql, id: string, set: Partial<LearningRow>): Promise<LearningRow> {
  const [row] = await tx.update(learnings).set(set).where(eq(learnings.id, id)).returning();
  await announceLearning(tx, row!);
  return row!;
}

async function record(
  tx: Sql,
  context: Context,
  doer: Doer,
  { id }: LearningRow,
  action: 'learning.started' | 'learning.cancelled' | 'learning.accepted' | 'learning.discarded',
  after: Record<string, unknown>,
): Promise<void> {
  await recordInTrail(tx, context, doer, { action, subject: 'learning', subjectId: id, after });
}
