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
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { sha256Hex } from '../canonical-json.ts';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { flushPath } from '../db/durable-file-system.ts';
import { parseRows } from '../db/migrate-database.ts';
import { fields, jobs } from '../db/schema.ts';
import { backedUpTables } from './tables.ts';

const rowsPerQuery = 500;

/** How much was written or read. */
export interface BackupCount {
  readonly rows: number;
  readonly files: number;
}

const manifestSchema = z.object({
  format: z.literal('leukoscope-backup-1'),
  tables: z.record(z.string(), z.object({ rows: z.int(), sha256: z.string() })),
  files: z.array(z.string()),
});

/** Write everything into a new folder. Others may go on working; it holds one moment. */
export async function backUp(context: Context, folder: string): Promise<BackupCount> {
  if (existsSync(folder) && (await readdir(folder)).length > 0) {
    throw new LeukoscopeError(
      'BACKUP_FOLDER',
      `backup folder must be new or empty. Received ${folder}. Name another.`,
    );
  }
  await mkdir(path.join(folder, 'files'), { recursive: true });
  const manifest: z.infer<typeof manifestSchema> = {
    format: 'leukoscope-backup-1',
    tables: {},
    files: [],
  };
  let rows = 0;
  const wanted = new Set<string>();
  await context.db.transaction(async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read`);
    for (const table of backedUpTables) {
      const lines = await readTable(tx, table);
      const text = lines.map((line) => `${line}\n`).join('');
      await writeDurably(path.join(folder, `${table}.jsonl`), text);
      manifest.tables[table] = { rows: lines.length, sha256: sha256Hex(text) };
      rows += lines.length;
    }
    for (const field of await tx.select().from(fields)) {
      for (const hash of [field.sha256, field.displaySha256, field.thumbnailSha256])
        wanted.add(hash);
    }
  });
  // Files never change and are never deleted, so they need not lie in the transaction.
  for (const hash of wanted) {
    await writeDurably(path.join(folder, 'files', hash), await context.store.read(hash));
    manifest.files.push(hash);
  }
  // Last: a folder without it is no backup.
  await writeDurably(path.join(folder, 'manifest.json'), JSON.stringify(manifest, null, 1));
  flushPath(folder);
  return { rows, files: wanted.size };
}

/** Fill an empty database and store from a backup; analyses that were waiting are queued again. */
export async function restore(context: Context, folder: string): Promise<BackupCount> {
  const manifest = await readManifest(folder);
  // Before anything is copied: files that are stored stay.
  await refuseFull(context.db.sql);
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
  const rows = await context.db.transaction(async (tx) => {
    await refuseFull(tx);
    let count = 0;
    for (const table of backedUpTables) {
      // A backup of an earlier version has not all of today's tables.
      if (manifest.tables[table] === undefined) continue;
      count += await fillTable(tx, table, path.join(folder, `${table}.jsonl`));
    }
    const waiting = await tx
      .select()
      .from(jobs)
      .where(inArray(jobs.state, ['queued', 'active']));
    for (const job of waiting) {
      await tx.update(jobs).set({ state: 'queued', progress: 0 }).where(eq(jobs.id, job.id));
      await context.queue.send(tx, job.id, { isPatient: job.comparisonId !== null });
    }
    return count;
  });
  return { rows, files: manifest.files.length };
}

/** Accounts count too: those of the backup would stand beside them, or have the same name. */
async function refuseFull(handle: Sql): Promise<void> {
  for (const table of backedUpTables) {
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

async function readManifest(folder: string): Promise<z.infer<typeof manifestSchema>> {
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
  await writeFile(file, data);
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
