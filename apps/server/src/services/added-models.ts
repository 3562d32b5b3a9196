/**
 * @file Models that administrators put on the shelf: one ONNX file that holds its description, sent in chunks, checked,
 * tried in a child process, then moved to its place.
 */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Model, newModelSchema } from '@leukoscope/contract';
import { LeukoscopeError } from '@leukoscope/core';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { jobs, learnings } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import { type Doer, recordInTrail } from '../ledger/trail.ts';
import { partialEnding } from '../models/model-folder.ts';
import { writeWhole } from '../storage/write-whole.ts';
import { chosenId } from './model-choice.ts';

/** Take bytes of a model's file; from 0 the file begins anew. */
export async function sendModelChunk(
  context: Context,
  id: string,
  offset: number,
  bytes: Uint8Array,
): Promise<{ offset: number }> {
  checkFree(context, id);
  const end = offset + bytes.length;
  if (end > context.limits.uploadBytes) {
    throw new HttpError(
      413,
      'UPLOAD_TOO_LARGE',
      `file must have at most ${context.limits.uploadBytes} bytes. Received ${end}. Raise LEUKOSCOPE_MAX_UPLOAD_MB, or put the model into the server's folder of models.`,
    );
  }
  await mkdir(context.models.addedFolder, { recursive: true });
  const flags = constants.O_RDWR | constants.O_CREAT | (offset === 0 ? constants.O_TRUNC : 0);
  const file = await open(partOf(context, id), flags);
  try {
    const { size } = await file.stat();
    if (offset !== size) {
      throw new HttpError(
        409,
        'UPLOAD_OFFSET',
        `chunk must begin at byte ${size}. Received one for byte ${offset}. Go on from there.`,
        { details: { offset: size } },
      );
    }
    await writeWhole(file, bytes, offset);
  } finally {
    await file.close();
  }
  return { offset: end };
}

/** Check the file that was sent and put it on the shelf. */
export async function addModel(
  context: Context,
  id: string,
  { sizeBytes, sha256, card }: z.output<typeof newModelSchema>,
): Promise<Model> {
  checkFree(context, id);
  const { addedFolder } = context.models;
  const part = partOf(context, id);
  const size = await stat(part).then(
    (found) => found.size,
    () => 0,
  );
  if (size !== sizeBytes) {
    throw new HttpError(
      409,
      'UPLOAD_UNFINISHED',
      `file must be there whole. Received ${size} of ${sizeBytes} bytes. Send the rest first.`,
      { details: { offset: size } },
    );
  }
  try {
    await checkSum(part, sha256);
    await refusing(() => context.models.check(part));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  if (card !== undefined) await writeFile(path.join(addedFolder, `${id}.md`), card);
  await rename(part, path.join(addedFolder, `${id}.onnx`));
  context.models.forget(id);
  return context.models.describe(id);
}

/** Take a model off the shelf. Cases keep its name and hash beside what it answered. */
export async function removeModel(context: Context, doer: Doer, id: string): Promise<void> {
  if (context.models.find(id) === undefined) throw missing('model', id);
  if (!context.models.isAdded(id)) {
    throw new HttpError(
      409,
      'MODEL_NOT_ADDED',
      `model must have been added by an administrator to be removed here. Received ${id}, which lies in the server's folder of models. Take it out of that folder.`,
    );
  }
  if ((await chosenId(context.db.sql)) === id) {
    throw new HttpError(
      409,
      'MODEL_IN_USE',
      `model must not be the one that new fields are analysed with. Received ${id}. Choose another for new fields first.`,
    );
  }
  const waiting = await context.db.sql
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.modelId, id), inArray(jobs.state, ['queued', 'active'])))
    .limit(1);
  if (waiting.length > 0) {
    throw new HttpError(
      409,
      'MODEL_IN_USE',
      `model must have no fields to analyse. Received ${id}, for which some wait. Remove it when they are done.`,
    );
  }
  // First the database: a model that was learnt is put back on the shelf as long as it stands there.
  await context.db.transaction(async (tx) => {
    await tx
      .update(learnings)
      .set({ isRemoved: true })
      .where(
        and(eq(learnings.state, 'accepted'), sql`${learnings.decision} ->> 'modelId' = ${id}`),
      );
    await recordInTrail(tx, context, doer, {
      action: 'model.removed',
      subject: 'model',
      subjectId: id,
    });
  });
  for (const name of [`${id}.onnx`, `${id}.md`, id])
    await rm(path.join(context.models.addedFolder, name), { force: true, recursive: true });
  context.models.forget(id);
}

function partOf(context: Context, id: string): string {
  return path.join(context.models.addedFolder, `${id}${partialEnding}`);
}

/** Throw when a model has an id. */
export function checkFree(context: Context, id: string): void {
  if (context.models.find(id) === undefined) return;
  throw new HttpError(
    409,
    'MODEL_EXISTS',
    `model must have an id that no other has. Received ${id}. Choose another, or remove that model first.`,
  );
}

async function checkSum(file: string, expected: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  const found = hash.digest('hex');
  if (found === expected) return;
  throw new HttpError(
    422,
    'UPLOAD_HASH',
    `file must have SHA-256 ${expected}. Received ${found}. Send it again.`,
  );
}

/** What is wrong with the file is said to who sent it; what is wrong with us stays a fault. */
async function refusing(check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (cause) {
    if (!(cause instanceof LeukoscopeError)) throw cause;
    throw new HttpError(
      422,
      'MODEL_REFUSED',
      `file must be a model that runs here: an ONNX file that holds its description. ${cause.message}`,
      { cause },
    );
  }
}
