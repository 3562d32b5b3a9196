/** @file Brings the tables up to date; one process at a time, and never for a newer program's tables. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LeukoscopeError } from '@leukoscope/core';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Sql } from './database.ts';

/** The folder of migrations, written by drizzle-kit. */
export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

const journalSchema = z.object({ entries: z.array(z.object({ when: z.number() })) });

/** Throw when a database has no tables of ours: most likely it is another one. */
export async function refuseNoTables(handle: Sql): Promise<void> {
  const { rows } = parseRows(
    await handle.execute(sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`),
  );
  if (rows[0]?.['name'] !== null) return;
  throw new LeukoscopeError(
    'DATABASE_EMPTY',
    'database must have the tables of Leukoscope. Received one without; nothing was made or changed. Check DATABASE_URL.',
  );
}

/** Throw when the tables were made by a newer program than this one. */
export async function refuseNewerTables(handle: Sql): Promise<void> {
  const { rows } = parseRows(
    await handle.execute(sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`),
  );
  if (rows[0]?.['name'] === null) return;
  const last = parseRows(
    await handle.execute(sql`select max(created_at) as at from drizzle.__drizzle_migrations`),
  );
  const text = readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8');
  const newest = Math.max(...journalSchema.parse(JSON.parse(text)).entries.map((e) => e.when));
  if (Number(last.rows[0]?.['at'] ?? 0) <= newest) return;
  throw new LeukoscopeError(
    'DATABASE_NEWER',
    'database must be of this version or older. Received tables of a newer Leukoscope. Start that version, or restore a backup.',
  );
}

const rowsSchema = z.object({ rows: z.array(z.record(z.string(), z.unknown())) });

/** Read the rows of `execute`, whose result differs by driver. */
export function parseRows(result: unknown): { rows: Record<string, unknown>[] } {
  return rowsSchema.parse(result);
}
