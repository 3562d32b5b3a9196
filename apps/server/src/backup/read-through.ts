/**
 * @file Reads every table and every b-tree of a database from end to end, so that a page that cannot be read, and
 * a row that one of them has and the other lacks, is found now and not by a question years later.
 */
import { messageOf } from '@leukoscope/core';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database, Sql } from '../db/database.ts';
import { parseRows } from '../db/migrate-database.ts';

const tableSchema = z.object({ oid: z.coerce.number(), name: z.string() });
const indexSchema = z.object({
  name: z.string(),
  /** `a, b desc`: the order that the index has. */
  order: z.string(),
  predicate: z.string().nullable(),
});

/** Return a line for each table and index that cannot be read, or do not agree. */
export async function findUnreadable(db: Database): Promise<string[]> {
  const findings: string[] = [];
  for (const table of await tablesOf(db.sql)) {
    const read = await attempt(db, async (tx) => {
      // All columns, with those that lie in other files because they are long.
      const whole = sql.raw(`select count(*)::int as n, sum(length(t::text)) from ${table.name} t`);
      await tx.execute(sql`set local enable_indexonlyscan = off`);
      parseRows(await tx.execute(whole));
    });
    if (read !== undefined) findings.push(`table ${table.name} cannot be read: ${read}.`);
    for (const index of await indexesOf(db.sql, table.oid)) {
      const fault = await attempt(db, (tx) => compare(tx, table.name, index));
      if (fault !== undefined) findings.push(`index ${index.name} of ${table.name}: ${fault}.`);
    }
  }
  return findings;
}

async function compare(tx: Sql, table: string, index: z.infer<typeof indexSchema>): Promise<void> {
  const where = index.predicate === null ? '' : `where ${index.predicate}`;
  const count = async (from: string) =>
    Number(parseRows(await tx.execute(sql.raw(`select count(*) as n from ${from}`))).rows[0]!['n']);
  await tx.execute(sql`set local enable_indexscan = off`);
  await tx.execute(sql`set local enable_indexonlyscan = off`);
  await tx.execute(sql`set local enable_bitmapscan = off`);
  const inTable = await count(`${table} ${where}`);
  await tx.execute(sql`set local enable_indexscan = on`);
  await tx.execute(sql`set local enable_seqscan = off`);
  await tx.execute(sql`set local enable_sort = off`);
  const inIndex = await count(
    `(select 1 from ${table} ${where} order by ${index.order} offset 0) ordered`,
  );
  if (inTable !== inIndex) throw new Error(`it has ${inIndex} of ${inTable} rows`);
}

/** Ours, those of the queue, and the list of migrations. */
async function tablesOf(handle: Sql): Promise<z.infer<typeof tableSchema>[]> {
  const { rows } = parseRows(
    await handle.execute(sql`
      select c.oid::int8 as oid, format('%I.%I', n.nspname, c.relname) as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname in ('public', 'pgboss', 'drizzle')
      order by 2`),
  );
  return z.array(tableSchema).parse(rows);
}

async function indexesOf(handle: Sql, table: number): Promise<z.infer<typeof indexSchema>[]> {
  const { rows } = parseRows(
    await handle.execute(sql`
      select i.indexrelid::regclass::text as name,
        (select string_agg(pg_get_indexdef(i.indexrelid, k, true)
          || case when pg_index_column_has_property(i.indexrelid, k, 'desc') then ' desc' else '' end
          || case when pg_index_column_has_property(i.indexrelid, k, 'nulls_first')
             then ' nulls first' else ' nulls last' end, ', ' order by k)
         from generate_series(1, i.indnkeyatts) k) as order,
        pg_get_expr(i.indpred, i.indrelid) as predicate
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
      where i.indrelid = ${table} and a.amname = 'btree' and i.indisvalid
      order by 1`),
  );
  return z.array(indexSchema).parse(rows);
}

/** Run work in a transaction of its own, which a fault ends; returns the fault in words. */
async function attempt(
  db: Database,
  work: (tx: Sql) => Promise<void>,
): Promise<string | undefined> {
  try {
    await db.transaction(work);
    return undefined;
  } catch (error) {
    // Drizzle puts its own words around those of the database.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return messageOf(cause).split('\n')[0]!.slice(0, 200);
  }
}
