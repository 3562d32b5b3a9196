/**
 * @file Models that were learnt here and accepted -> folders on the shelf. The database says what was accepted; whatever is
 * missing on this machine is put there at each start, so that an acceptance is whole or has not been.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { and, eq } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { flushPath } from '../db/durable-file-system.ts';
import { learnings } from '../db/schema.ts';
import { writePrivate } from '../private-files.ts';
import type { LearningRow } from './learning-rows.ts';

/** The card of a model in a folder. */
const cardName = 'model.md';

/** Put every accepted model that is missing on the shelf. */
export async function placeAcceptedModels(context: Context): Promise<void> {
  const accepted = await context.db.sql
    .select()
    .from(learnings)
    .where(and(eq(learnings.state, 'accepted'), eq(learnings.isRemoved, false)));
  for (const row of accepted) await placeModel(context, row);
}

/** Put one accepted model on the shelf, unless it is there. */
export async function placeModel(context: Context, row: LearningRow): Promise<void> {
  const id = row.decision?.modelId ?? null;
  const { addedFolder } = context.models;
  if (id === null || existsSync(path.join(addedFolder, id))) return;
  const making = path.join(context.learningFolder, `placing-${row.id}`);
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  for (const { name, sha256 } of row.files) {
    writePrivate(path.join(making, name), await context.store.read(sha256));
  }
  if (row.card !== null) writePrivate(path.join(making, cardName), row.card);
  flushPath(making);
  await mkdir(addedFolder, { recursive: true });
  await rename(making, path.join(addedFolder, id));
  flushPath(addedFolder);
  context.models.forget(id);
}
