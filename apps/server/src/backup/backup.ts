/**
 * @file Backup and restore: tables as lines of JSON, files by their hash, a manifest written last.
 *
 * The same form for both databases, so that a backup of the embedded one restores into PostgreSQL, and
 * independent of the version of PostgreSQL inside. Unfinished uploads are not kept.
 */
import { createReadStream, existsSync } from 'node:fs';
import { access, mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { sha256Schema } from '@leukoscope/contract';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { sha256Hex } from '../canonical-json.ts';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { flushPath } from '../db/durable-file-system.ts';
import { parseRows } from '../db/migrate-database.ts';
import { fields, jobs, learnings, ledgerHeads } from '../db/schema.ts';
import { sealAll } from '../ledger/open-ledger.ts';
import { type HeadRow, sealManifest } from '../ledger/seals.ts';
import { secretFor } from '../ledger/strands.ts';
import { ledgerActor, recordInTrail, trailStrand } from '../ledger/trail.ts';
import { makePrivate, privateFile, privateFolder } from '../private-files.ts';
import { isComparisonJob } from '../services/job-events.ts';
import { backedUpTables, laterTables, type TableName } from './tables.ts';
import { verifyAll, verifyRows } from './verify.ts';

const rowsPerQuery = 500;

/** How much was written or read. */
export interface BackupCount {
  readonly rows: number;
  readonly files: number;
}

const tablesSchema = z.partialRecord(
  z.enum(backedUpTables),
  z.object({ rows: z.int(), sha256: sha256Schema }),
);
const filesSchema = z.array(sha256Schema);
/** A manifest. The first form is that of versions before the ledger, which sealed nothing. */
const manifestSchema = z.discriminatedUnion('format', [
  z.object({
    format: z.literal('leukoscope-backup-2'),
    tables: tablesSchema.refine((tables) =>
      backedUpTables.every((table) => table in tables || laterTables.has(table)),
    ),
    files: filesSchema,
    /** The ledger that the backup is of, and the key of the seal. */
    ledger: z.uuid(),
    keyId: z.string(),
    seal: sha256Schema,
  }),
  z.object({
    format: z.literal('leukoscope-backup-1'),
    tables: tablesSchema,
    files: filesSchema,
  }),
]);
type Manifest = z.infer<typeof manifestSchema>;

/** Write everything into a new folder, unless something is not as it was stored. It holds one moment. */
export async function backUp(context: Context, folder: string): Promise<BackupCount> {
  if (existsSync(folder) && (await readdir(folder)).length > 0) {
    throw new LeukoscopeError(
      'BACKUP_FOLDER',
      `backup folder must be new or empty. Received ${folder}. Name another.`,
    );
  }
  await refuseUnsound(context);
  await mkdir(path.join(folder, 'files'), { recursive: true, mode: privateFolder });
  makePrivate(folder);
  const tables: Partial<Record<TableName, { rows: number; sha256: string }>> = {};
  let rows = 0;
  let head: HeadRow | undefined;
  const wanted = new Set<string>();
  await context.db.transaction(async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read`);
    for (const table of backedUpTables) {
      const lines = await readTable(tx, table);
      const text = lines.map((line) => `${line}\n`).join('');
      await writeDurably(path.join(folder, `${table}.jsonl`), text);
      tables[table] = { rows: lines.length, sha256: sha256Hex(text) };
      rows += lines.length;
    }
    for (const field of await tx.select().from(fields)) {
      for (const hash of hashesOf(field)) wanted.add(hash);
    }
    for (const { files } of await tx.select({ files: learnings.files }).from(learnings)) {
      for (const { sha256 } of files) wanted.add(sha256);
    }
    [head] = await tx.select().from(ledgerHeads).where(eq(ledgerHeads.strand, trailStrand));
  });
  // Files never change and are never deleted, so they need not lie in the transaction.
  for (const hash of wanted) {
    await writeDurably(path.join(folder, 'files', hash), await context.store.read(hash));
  }
  const { keyId } = head!;
  const content = {
    format: 'leukoscope-backup-2' as const,
    tables,
    files: [...wanted],
    ledger: context.keys.ledger(),
    keyId,
  };
  const seal = sealManifest(secretFor(context.keys, keyId), content);
  // Last: a folder without it is no backup.
  await writeDurably(
    path.join(folder, 'manifest.json'),
    JSON.stringify(manifestSchema.parse({ ...content, seal }), null, 1),
  );
  flushPath(folder);
  return { rows, files: wanted.size };
}

/** Settings of `restore`. */
export interface RestoreOptions {
  /** Another file of keys, with the one that sealed the backup. @default the data folder's own */
  readonly keyFile?: string | undefined;
}

/** Fill an empty database and store from a backup; analyses that were waiting are queued again. */
export async function restore(
  context: Context,
  folder: string,
  options: RestoreOptions = {},
): Promise<BackupCount> {
  const { keyFile } = options;
  const manifest = await readManifest(folder);
  // Before anything is copied: files that are stored stay.
  await refuseFull(context.db.sql);
  if (keyFile !== undefined) context.keys.adopt(keyFile);
  checkSeal(context, manifest);
  for (const [table, { sha256 }] of Object.entries(manifest.tables)) {
    const name = `${table}.jsonl`;
    const found = sha256Hex(await readPart(name, readFile(path.join(folder, name))));
    if (found !== sha256) throw damaged(name, 'with another hash');
  }
  for (const hash of manifest.files) {
    const name = `files/${hash}`;
    const file = path.join(folder, 'files', hash);
    await readPart(name, access(file));
    const stored = await context.store.put({ file });
    if (stored.sha256 !== hash) throw damaged(name, 'with another hash');
  }
  const isSealed = manifest.format === 'leukoscope-backup-2';
  const rows = await context.db.transaction(async (tx) => {
    await refuseFull(tx);
    if (isSealed) await emptyLedger(tx);
    let count = 0;
    for (const table of backedUpTables) {
      // A backup of an earlier version has not all of today's tables.
      if (manifest.tables[table] === undefined) continue;
      count += await fillTable(tx, table, path.join(folder, `${table}.jsonl`));
    }
    await refuseMissingFiles(tx, new Set(manifest.files));
    if (isSealed) await refuseUnsoundRows(tx, context);
    else await sealAll(tx, context, context.keys.ledger());
    const doer = { actor: ledgerActor, address: null };
    await recordInTrail(tx, context, doer, {
      action: 'ledger.restored',
      subject: 'ledger',
      after: { rows: count, files: manifest.files.length, format: manifest.format },
    });
    const waiting = await tx
      .select()
      .from(jobs)
      .where(inArray(jobs.state, ['queued', 'active']));
    for (const job of waiting) {
      await tx.update(jobs).set({ state: 'queued', progress: 0 }).where(eq(jobs.id, job.id));
      await context.queue.send(tx, job.id, { isPatient: isComparisonJob(job) });
    }
    const learning = await tx
      .update(learnings)
      .set({ state: 'queued', progress: 0, stage: null })
      .where(inArray(learnings.state, ['queued', 'running']))
      .returning({ id: learnings.id });
    for (const { id } of learning) await context.queue.learnings.send(tx, id);
    return count;
  });
  if (isSealed) context.keys.markBegun(manifest.ledger);
  return { rows, files: manifest.files.length };
}

function hashesOf(field: typeof fields.$inferSelect): string[] {
  return [field.sha256, field.displaySha256, field.thumbnailSha256];
}

async function refuseUnsound(context: Context): Promise<void> {
  refuseFindings('BACKUP_UNSOUND', 'data', await verifyAll(context));
}

/** The tables of a backup may each be as they were written, and yet not belong together. */
async function refuseUnsoundRows(tx: Sql, context: Context): Promise<void> {
  refuseFindings('BACKUP_DAMAGED', 'backup', await verifyRows(tx, context.keys));
}

function refuseFindings(code: string, what: string, findings: readonly string[]): void {
  if (findings.length === 0) return;
  throw new LeukoscopeError(
    code,
    `${what} must be as it was stored. Received ${findings.length} finding(s): ${findings.slice(0, 5).join(' ')} Run leukoscope verify-data for all of them, and restore a backup that is sound.`,
  );
}

async function refuseMissingFiles(tx: Sql, files: ReadonlySet<string>): Promise<void> {
  for (const field of await tx.select().from(fields)) {
    for (const hash of hashesOf(field)) {
      if (!files.has(hash))
        throw damaged(`files/${hash}`, `left out, an image of ${field.fileName}`);
    }
  }
  for (const { id, files: own } of await tx.select().from(learnings)) {
    for (const { name, sha256 } of own) {
      if (!files.has(sha256)) {
        throw damaged(`files/${sha256}`, `left out, ${name} of what was learnt in ${id}`);
      }
    }
  }
}

function checkSeal(context: Context, manifest: Manifest): void {
  if (manifest.format === 'leukoscope-backup-1') return;
  const { seal, ...content } = manifest;
  if (context.keys.placeOf(content.keyId) === -1) {
    throw new LeukoscopeError(
      'KEY_MISSING',
      `key file must hold the key that sealed the backup. Received ${context.keys.file} without ${content.keyId}. Name the key file of the backup's data folder: restore FOLDER --key FILE.`,
    );
  }
  if (sealManifest(secretFor(context.keys, content.keyId), content) === seal) return;
  throw damaged('manifest.json', 'with another seal');
}

/** What was begun for the empty database gives way to what the backup holds. */
async function emptyLedger(tx: Sql): Promise<void> {
  for (const table of ['trail', 'ledger', 'ledger_heads']) {
    const name = sql.identifier(table);
    await tx.execute(sql`alter table ${name} disable trigger user`);
    await tx.execute(sql`delete from ${name}`);
    await tx.execute(sql`alter table ${name} enable trigger user`);
  }
}

/** Accounts count too: those of the backup would stand beside them, or have the same name. */
async function refuseFull(handle: Sql): Promise<void> {
  const kept: readonly string[] = ['trail', 'ledger', 'ledger_heads'];
  for (const table of backedUpTables) {
    // An empty database has begun its own ledger.
    if (kept.includes(table)) continue;
    const { rows } = parseRows(
      await handle.execute(sql`select 1 as one from ${sql.identifier(table)} limit 1`),
    );
    if (rows.length === 0) continue;
    throw new LeukoscopeError(
      'RESTORE_NOT_EMPTY',
      `database must be empty to restore into. Received one with rows in "${table}". Name a new data folder or database.`,
    );
  }
}

async function readPart<T>(name: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    throw damaged(name, `which cannot be read: ${messageOf(cause)}`, cause);
  }
}

async function readTable(tx: Sql, table: string): Promise<string[]> {
  const lines: string[] = [];
  const name = sql.identifier(table);
  for (;;) {
    const { rows } = parseRows(
      await tx.execute(
        sql`select row_to_json(t)::text as line from ${name} t order by t.ctid limit ${rowsPerQuery} offset ${lines.length}`,
      ),
    );
    lines.push(...rows.map((row) => String(row['line'])));
    if (rows.length < rowsPerQuery) return lines;
  }
}

async function fillTable(tx: Sql, table: string, file: string): Promise<number> {
  const name = sql.identifier(table);
  let count = 0;
  let batch: string[] = [];
  const write = async () => {
    if (batch.length === 0) return;
    const json = `[${batch.join(',')}]`;
    await tx.execute(
      sql`insert into ${name} select * from json_populate_recordset(null::${name}, ${json}::json)`,
    );
    count += batch.length;
    batch = [];
  };
  const lines = createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    batch.push(line);
    if (batch.length === rowsPerQuery) await write();
  }
  await write();
  return count;
}

async function readManifest(folder: string): Promise<Manifest> {
  try {
    return manifestSchema.parse(
      JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')),
    );
  } catch (cause) {
    throw new LeukoscopeError(
      'BACKUP_MANIFEST',
      `backup must have its manifest.json. Received ${folder} without a whole one. The backup was broken off: use another.`,
      { cause },
    );
  }
}

async function writeDurably(file: string, data: string | Uint8Array): Promise<void> {
  await writeFile(file, data, { mode: privateFile });
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function damaged(file: string, how: string, cause?: unknown): LeukoscopeError {
  return new LeukoscopeError(
    'BACKUP_DAMAGED',
    `backup must be as it was written. Received ${file} ${how}. Use another backup.`,
    { cause },
  );
}
