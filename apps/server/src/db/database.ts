/**
 * @file What the server needs of a database, whichever it is: queries, transactions, messages.
 *
 * Inside a transaction only its own handle may be used: on PGlite any other query would wait for the
 * transaction that waits for it. `outside` finds that mistake at once instead of hanging.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { LeukoscopeError } from '@leukoscope/core';
import { sql } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { ConstructorOptions } from 'pg-boss';
import type * as schema from './schema.ts';

/** A handle for queries: the database's or a transaction's. */
export type Sql = PgDatabase<PgQueryResultHKT, typeof schema>;

/** A database that is open and has the newest tables. */
export interface Database {
  readonly kind: 'pglite' | 'postgres';
  /** The folder with the files of an embedded database. */
  readonly dataFolder?: string;
  /** For queries outside of transactions; throws inside of one. */
  readonly sql: Sql;
  /** Run work in one transaction; everything it wrote is there or nothing is. */
  transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T>;
  /** Hear of messages that transactions sent with `announce`; also those of other processes. */
  listen(hear: (payload: string) => void): Promise<() => Promise<void>>;
  /** How pg-boss reaches the same database. */
  queueOptions(): ConstructorOptions;
  close(): Promise<void>;
}

/** The channel of `announce` and `listen`. */
export const channel = 'leukoscope';

/** Send a message when the transaction commits. PostgreSQL's limit is 8,000 bytes. */
export async function announce(tx: Sql, payload: string): Promise<void> {
  await tx.execute(sql`select pg_notify(${channel}, ${payload})`);
}

const inTransaction = new AsyncLocalStorage<true>();

/** Run work so that `outside` throws in it. */
export function insideTransaction<T>(work: () => Promise<T>): Promise<T> {
  return inTransaction.run(true, work);
}

/** Return the handle, or throw inside a transaction. */
export function outside(handle: Sql): Sql {
  if (inTransaction.getStore() === undefined) return handle;
  throw new LeukoscopeError(
    'DATABASE_NESTED',
    'internal: inside a transaction only its own handle may be used. Pass `tx` on.',
  );
}
