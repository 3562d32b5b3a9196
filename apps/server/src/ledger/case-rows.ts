/** @file Every row of a case that its history must answer for. */
import { eq } from 'drizzle-orm';
import type { Sql } from '../db/database.ts';
import { cells, comments, fields, signatures, versions } from '../db/schema.ts';
import { collectRows, type RowDigests } from './row-digests.ts';

/** Hash the rows of a case as they are now, without that of the case itself. */
export async function digestCaseRows(handle: Sql, caseId: string): Promise<RowDigests> {
  const found = collectRows();
  for (const [name, table] of Object.entries(tables)) {
    const rows = await handle.select().from(table).where(eq(table.caseId, caseId));
    found.add(parseTable(name), rows);
  }
  return found.digests();
}

const tables = { fields, cells, comments, signatures, versions };

function parseTable(name: string): keyof typeof tables {
  return name as keyof typeof tables;
}
