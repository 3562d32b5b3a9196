/**
 * @file Resumable uploads. A chunk is answered when its bytes are flushed to disk and its end is in the
 * database; what a broken chunk left behind is cut off before the next one. A file that is refused for itself
 * ends its upload, and nothing of it stays.
 */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Actor, Field, newUploadSchema, Upload } from '@leukoscope/contract';
import { LeukoscopeError } from '@leukoscope/core';
import { and, count, eq, isNull, lt, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { cases, fields, uploads } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import { newId } from '../new-id.ts';
import { privateFile, privateFolder } from '../private-files.ts';
import { writeWhole } from '../storage/write-whole.ts';
import { changeCase, checkOpen } from './case-change.ts';
import { getField, queueAnalysis } from './fields.ts';
import { modelInUse } from './model-choice.ts';
import { checkQueue } from './jobs.ts';
import { toUpload } from './rows.ts';

type UploadRow = typeof uploads.$inferSelect;

const partEnding = '.part';

/** Chunks of one upload, one after the other: two at once would mix their bytes. */
const chains = new Map<string, Promise<unknown>>();

/** Announce a file. */
export async function createUpload(
  context: Context,
  actor: Actor,
  caseId: string,
  given: z.output<typeof newUploadSchema>,
): Promise<Upload> {
  if (given.sizeBytes > context.limits.uploadBytes) {
    throw new HttpError(
      413,
      'UPLOAD_TOO_LARGE',
      `file must have at most ${context.limits.uploadBytes} bytes. Received ${given.sizeBytes}. Raise LEUKOSCOPE_MAX_UPLOAD_MB or cut the image.`,
    );
  }
  const [row] = await context.db.sql.select().from(cases).where(eq(cases.id, caseId));
  if (row === undefined) throw missing('case', caseId);
  checkOpen(row);
  // Before the file is sent: its analysis would be refused.
  await checkQueue(context.db.sql, context);
  await checkOpenUploads(context, actor, given.sizeBytes);
  const now = context.clock();
  const [made] = await context.db.sql
    .insert(uploads)
    .values({
      id: newId(now),
      caseId,
      fileName: baseName(given.fileName),
      sizeBytes: given.sizeBytes,
      sha256: given.sha256 ?? null,
      pixelSizeUm: given.pixelSizeUm ?? null,
      offset: 0,
      createdBy: actor,
      createdAt: now,
      changedAt: now,
    })
    .returning();
  return toUpload(made!);
}

/** Get an upload: where it goes on. */
export async function getUpload(context: Context, actor: Actor, id: string): Promise<Upload> {
  return toUpload(await getRow(context, actor, id));
}

/** Take bytes. */
export function sendChunk(
  context: Context,
  actor: Actor,
  id: string,
  offset: number,
  bytes: Uint8Array,
): Promise<Upload> {
  return inTurn(id, async () => {
    const row = await getRow(context, actor, id);
    if (offset !== row.offset || row.fieldId !== null) {
      throw new HttpError(
        409,
        'UPLOAD_OFFSET',
        `chunk must begin at byte ${row.offset}. Received one for byte ${offset}. Go on from there.`,
        { details: { offset: row.offset } },
      );
    }
    const end = offset + bytes.length;
    if (end > row.sizeBytes) {
      throw new HttpError(
        413,
        'UPLOAD_TOO_LONG',
        `file must have the ${row.sizeBytes} bytes that were announced. Received ${end}. Announce it again.`,
      );
    }
    await mkdir(context.uploadsFolder, { recursive: true, mode: privateFolder });
    const file = await open(partOf(context, id), constants.O_RDWR | constants.O_CREAT, privateFile);
    try {
      // After a power cut the file may be longer than what was acknowledged, with zeros at its end.
      await file.truncate(offset);
      await writeWhole(file, bytes, offset);
      await file.sync();
    } finally {
      await file.close();
    }
    const [saved] = await context.db.sql
      .update(uploads)
      .set({ offset: end, changedAt: context.clock() })
      .where(eq(uploads.id, id))
      .returning();
    return toUpload(saved!);
  });
}

/** Check the whole file, make it a field, queue its analysis. Sent twice it is done once. */
export function finishUpload(context: Context, actor: Actor, id: string): Promise<Field> {
  return inTurn(id, async () => {
    const row = await getRow(context, actor, id);
    if (row.fieldId !== null) return getField(context, row.fieldId);
    if (row.offset !== row.sizeBytes) {
      throw new HttpError(
        409,
        'UPLOAD_UNFINISHED',
        `file must be there whole. Received ${row.offset} of ${row.sizeBytes} bytes. Send the rest first.`,
        { details: { offset: row.offset } },
      );
    }
    try {
      const fieldId = await makeField(context, actor, row);
      await rm(partOf(context, id), { force: true });
      return await getField(context, fieldId);
    } catch (error) {
      // Asked again it would be refused again. A case that is signed, or a queue that is full, may change.
      if (isOfFile(error)) await forget(context, id);
      throw error;
    }
  });
}

/** Give an upload up. */
export function cancelUpload(context: Context, actor: Actor, id: string): Promise<void> {
  return inTurn(id, async () => {
    const row = await getRow(context, actor, id);
    if (row.fieldId !== null) {
      throw new HttpError(
        409,
        'UPLOAD_DONE',
        `upload must not be finished to be given up. Received ${id}. Remove its field instead.`,
      );
    }
    await forget(context, id);
  });
}

/** Forget uploads that nobody went on with, and files that no upload is left of; returns how many files went. */
export async function forgetOldUploads(context: Context, olderThan: Date): Promise<number> {
  // Listed first: what is announced after this is no part of the list.
  const names = await readdir(context.uploadsFolder).catch(() => []);
  await context.db.sql
    .delete(uploads)
    .where(and(isNull(uploads.fieldId), lt(uploads.changedAt, olderThan)));
  const open = await context.db.sql
    .select({ id: uploads.id })
    .from(uploads)
    .where(isNull(uploads.fieldId));
  const kept = new Set(open.map(({ id }) => `${id}${partEnding}`));
  const left = names.filter((name) => name.endsWith(partEnding) && !kept.has(name));
  for (const name of left) await rm(path.join(context.uploadsFolder, name), { force: true });
  return left.length;
}

async function forget(context: Context, id: string): Promise<void> {
  await context.db.sql.delete(uploads).where(eq(uploads.id, id));
  await rm(partOf(context, id), { force: true });
}

/** Damaged, no image, another file than announced, or in the case already. */
function isOfFile(error: unknown): boolean {
  return error instanceof HttpError && (error.status === 422 || error.code === 'FIELD_TWICE');
}

async function makeField(context: Context, actor: Actor, upload: UploadRow): Promise<string> {
  const file = partOf(context, upload.id);
  const sha256 = await hashOf(file);
  if (upload.sha256 !== null && upload.sha256 !== sha256) {
    throw new HttpError(
      422,
      'UPLOAD_HASH',
      `file must have the hash that was announced. Received ${sha256}. It was damaged on its way: upload it again.`,
    );
  }
  // Before anything is stored: without a model the analysis could never run.
  await modelInUse(context.db.sql, context);
  const [caseRow] = await context.db.sql.select().from(cases).where(eq(cases.id, upload.caseId));
  checkOpen(caseRow!);
  await checkTwin(context.db.sql, upload, sha256);
  const image = await inspect(context, file);
  const stored = await context.store.put({ file });
  const display = image.display === null ? stored : await context.store.put(image.display);
  const thumbnail = await context.store.put(image.thumbnail);
  const fieldId = newId(context.clock());
  await changeCase(context, actor, upload.caseId, async ({ tx, row, now, written }) => {
    checkOpen(row);
    await checkTwin(tx, upload, sha256);
    const [total] = await tx.select({ n: count() }).from(fields).where(eq(fields.caseId, row.id));
    const facts = {
      position: total!.n + 1,
      fileName: upload.fileName,
      sha256,
      mediaType: image.mediaType,
      sizeBytes: upload.sizeBytes,
      width: image.width,
      height: image.height,
      pixelSizeUm: upload.pixelSizeUm,
    };
    const made = await tx
      .insert(fields)
      .values({
        ...facts,
        id: fieldId,
        caseId: row.id,
        displaySha256: display.sha256,
        displayMediaType: image.display === null ? image.mediaType : 'image/png',
        thumbnailSha256: thumbnail.sha256,
        revision: 0,
        state: 'queued',
        flags: [],
        isRemoved: false,
        createdAt: now,
      })
      .returning();
    written.add('fields', made);
    await tx.update(uploads).set({ fieldId, changedAt: now }).where(eq(uploads.id, upload.id));
    await queueAnalysis(tx, context, { id: fieldId, caseId: row.id });
    return {
      action: 'field.added',
      changes: [{ subject: 'field', id: fieldId, before: null, after: facts }],
    };
  });
  return fieldId;
}

/** Throw when the case has the file already. */
async function checkTwin(handle: Sql, upload: UploadRow, sha256: string): Promise<void> {
  const same = and(
    eq(fields.caseId, upload.caseId),
    eq(fields.sha256, sha256),
    eq(fields.isRemoved, false),
  );
  const [twin] = await handle.select().from(fields).where(same);
  if (twin === undefined) return;
  throw new HttpError(
    409,
    'FIELD_TWICE',
    `image must be new to the case. Received ${upload.fileName}, which is the same file as field ${twin.position} (${twin.fileName}). Its cells would count twice.`,
    { details: { fieldId: twin.id } },
  );
}

async function inspect(context: Context, file: string) {
  try {
    return await context.images.inspect(file);
  } catch (error) {
    if (!(error instanceof LeukoscopeError) || error.code === 'HOST_CLOSED') throw error;
    // The decoder's cure is one for programmers.
    const message = error.message.replace(
      'Raise maxPixels, or read it in regions.',
      'Cut it into parts, or have LEUKOSCOPE_MAX_MEGAPIXELS raised.',
    );
    throw new HttpError(422, error.code, message, { cause: error });
  }
}

/** An upload is there for who announced it; those of older servers, which do not say who, for all. */
async function getRow(context: Context, actor: Actor, id: string): Promise<UploadRow> {
  const [row] = await context.db.sql.select().from(uploads).where(eq(uploads.id, id));
  const isOfOthers = row?.createdBy != null && row.createdBy.id !== actor.id;
  if (row === undefined || isOfOthers) throw missing('upload', id);
  return row;
}

async function checkOpenUploads(context: Context, actor: Actor, sizeBytes: number): Promise<void> {
  const own = sql`${uploads.createdBy} ->> 'id' = ${actor.id}`;
  const [row] = await context.db.sql
    .select({ n: count(), bytes: sql`coalesce(sum(${uploads.sizeBytes}), 0)`.mapWith(Number) })
    .from(uploads)
    .where(and(isNull(uploads.fieldId), own));
  const { openUploads, openUploadBytes } = context.limits;
  const isMany = row!.n >= openUploads;
  if (!isMany && row!.bytes + sizeBytes <= openUploadBytes) return;
  const most = isMany ? `${openUploads}` : `${openUploadBytes} bytes`;
  throw new HttpError(
    429,
    'UPLOADS_OPEN',
    `files on their way must be at most ${most} for one person. Received one more. Finish others, or give them up.`,
  );
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

async function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
  const before = chains.get(id) ?? Promise.resolve();
  const own = before.then(work, work);
  const settled = own.catch(() => {});
  chains.set(id, settled);
  try {
    return await own;
  } finally {
    if (chains.get(id) === settled) chains.delete(id);
  }
}

/** Names come from people and other systems: keep the last part, without anything a terminal obeys. */
function baseName(name: string): string {
  const last = name.split(/[/\\]/).at(-1)!;
  const clean = [...last].filter((sign) => sign >= ' ' && sign !== '\u007f').join('');
  return clean === '' || clean === '.' || clean === '..' ? 'image' : clean;
}

function partOf(context: Context, id: string): string {
  return path.join(context.uploadsFolder, `${id}${partEnding}`);
}
