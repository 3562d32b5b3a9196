/** @file Checks everything that is stored: chains of histories, signed versions, files against their hashes. */
import { messageOf } from '@leukoscope/core';
import { asc, eq } from 'drizzle-orm';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import type { Context } from '../context.ts';
import { cases, fields, history, versions } from '../db/schema.ts';
import { hashOfEntry } from '../services/case-change.ts';

/** Return every fault in words; none when everything is as it was stored. */
export async function verifyAll(context: Context): Promise<string[]> {
  const faults: string[] = [];
  for (const row of await context.db.sql.select().from(cases)) {
    faults.push(...(await verifyHistory(context, row)));
  }
  for (const row of await context.db.sql.select().from(versions)) {
    if (sha256Hex(canonicalJson(row.snapshot)) === row.sha256) continue;
    faults.push(`case ${row.caseId}: signed version ${row.version} was changed.`);
  }
  for (const field of await context.db.sql.select().from(fields)) {
    for (const hash of new Set([field.sha256, field.displaySha256, field.thumbnailSha256])) {
      await context.store.read(hash).catch((error: unknown) => {
        faults.push(`field ${field.id} (${field.fileName}): ${messageOf(error)}`);
      });
    }
  }
  return faults;
}

async function verifyHistory(context: Context, row: typeof cases.$inferSelect): Promise<string[]> {
  const entries = await context.db.sql
    .select()
    .from(history)
    .where(eq(history.caseId, row.id))
    .orderBy(asc(history.sequence));
  let before = '';
  for (const [i, { hash, ...entry }] of entries.entries()) {
    if (entry.sequence !== i + 1) return [`case ${row.id}: history entry ${i + 1} is missing.`];
    if (hashOfEntry(before, entry) !== hash) {
      return [`case ${row.id}: history entry ${entry.sequence} was changed.`];
    }
    before = hash;
  }
  const isWhole = entries.length === row.sequence && before === row.historyHash;
  return isWhole ? [] : [`case ${row.id}: the newest history entries are missing.`];
}
