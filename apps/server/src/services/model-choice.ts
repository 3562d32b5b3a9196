/**
 * @file Which model new fields are analysed with: the one that an administrator chose, or else the folder's default. What
 * was analysed stays as it is, open cases too.
 */
import type { Actor, Model } from '@leukoscope/contract';
import { eq } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { modelChoice } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import { type Doer, recordInTrail } from '../ledger/trail.ts';
import type { ModelFile } from '../models/model-folder.ts';
import type { ShelfList } from '../models/model-shelf.ts';

/** The model that new fields are analysed with. */
export async function modelInUse(
  sql: Sql,
  { models }: Pick<Context, 'models'>,
): Promise<ModelFile> {
  const chosen = await chosenId(sql);
  if (chosen === undefined) return models.default();
  const file = models.find(chosen);
  if (file !== undefined) return file;
  throw new HttpError(
    503,
    'MODEL_NONE',
    `model that was chosen for new fields must be on the shelf. Received ${chosen}, which is not there. Put it back, or choose another on the Models page.`,
  );
}

/** The id of the model that somebody chose; undefined: nobody has. */
export async function chosenId(sql: Sql): Promise<string | undefined> {
  const [row] = await sql.select().from(modelChoice).where(eq(modelChoice.id, 1));
  return row?.modelId;
}

/** List the shelf, with the mark of the model in use. */
export async function listModels(context: Context): Promise<ShelfList> {
  const [list, chosen] = await Promise.all([context.models.list(), chosenId(context.db.sql)]);
  return { ...list, items: list.items.map((model) => withMark(model, chosen)) };
}

/** Describe a model, with the mark of the model in use. */
export async function describeModel(context: Context, id: string): Promise<Model> {
  return withMark(await context.models.describe(id), await chosenId(context.db.sql));
}

function withMark(model: Model, chosen: string | undefined): Model {
  return chosen === undefined ? model : { ...model, isDefault: model.id === chosen };
}

/** Choose the model for new fields. */
export async function chooseModel(
  context: Context,
  doer: Doer,
  id: string,
  note: string,
): Promise<Model> {
  if (context.models.find(id) === undefined) throw missing('model', id);
  await context.db.transaction((tx) => chooseModelIn(tx, context, doer, id, note));
  return describeModel(context, id);
}

/** Choose inside a transaction that does more. */
export async function chooseModelIn(
  tx: Sql,
  context: Context,
  doer: Doer,
  id: string,
  note: string,
): Promise<void> {
  const before = await idBefore(tx, context);
  const row: { modelId: string; chosenAt: Date; chosenBy: Actor } = {
    modelId: id,
    chosenAt: context.clock(),
    chosenBy: doer.actor,
  };
  await tx
    .insert(modelChoice)
    .values({ id: 1, ...row })
    .onConflictDoUpdate({ target: modelChoice.id, set: row });
  await recordInTrail(tx, context, doer, {
    action: 'model.chosen',
    subject: 'model',
    subjectId: id,
    before: { modelId: before },
    after: { modelId: id, note },
  });
}

async function idBefore(tx: Sql, { models }: Context): Promise<string | null> {
  const chosen = await chosenId(tx);
  if (chosen !== undefined) return chosen;
  return models.hasAny() ? models.default().id : null;
}
