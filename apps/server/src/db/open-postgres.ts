/** @file Opens a PostgreSQL database: pool, transactions that survive a restart of the server, messages. */
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client, Pool, type PoolClient } from 'pg';
import { channel, type Database, insideTransaction, outside, type Sql } from './database.ts';
import { migrationsFolder, refuseNewerTables, refuseNoTables } from './migrate-database.ts';
import * as schema from './schema.ts';

/** Any constant serves, as long as every process takes the same. */
const migrationLock = 7_301_604;
const reconnectMs = 1000;

/** Settings of `openPostgres`. */
export interface OpenPostgresOptions {
  /** Connections of this process, beside those of the queue. @default 10 */
  readonly connections?: number;
  /** Hears of broken connections, which are replaced. */
  readonly onFault?: (error: Error) => void;
  /** Make the tables in a database that has none. @default true */
  readonly mayMake?: boolean;
}

/** Open the database at a URL. */
export async function openPostgres(
  url: string,
  options: OpenPostgresOptions = {},
): Promise<Database> {
  const { connections = 10, onFault = () => {}, mayMake = true } = options;
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 10_000,
    application_name: 'leukoscope',
  });
  pool.on('error', onFault);
  // Without a listener an error on a client that is checked out ends the process.
  pool.on('connect', (client) => client.on('error', onFault));
  try {
    await migrateOnce(pool, mayMake);
  } catch (error) {
    await pool.end();
    if (error instanceof LeukoscopeError) throw error;
    throw new LeukoscopeError(
      'DATABASE_OPEN',
      `database must be a PostgreSQL that can be reached and written. Received: ${messageOf(error)}. Check DATABASE_URL.`,
      { cause: error },
    );
  }
  const general: Sql = drizzle(pool, { schema });
  return {
    kind: 'postgres',
    get sql() {
      return outside(general);
    },
    transaction: (work) => {
      outside(general);
      return withClient(pool, (client) =>
        drizzle(client, { schema }).transaction((tx) => insideTransaction(() => work(tx))),
      );
    },
    listen: (hear) => listenForEver(url, hear, onFault),
    queueOptions: () => ({ connectionString: url, max: 4, connectionTimeoutMillis: 10_000 }),
    close: () => pool.end(),
  };
}

/**
 * Drizzle's own transaction takes a client and never gives it back when BEGIN fails, which a restart
 * of PostgreSQL makes it do; after ten such the process hangs. So the client is held here.
 */
async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let fault: Error | undefined;
  try {
    return await work(client);
  } catch (error) {
    // A client whose statement failed for our own reasons is sound; only a broken one is thrown away.
    if (!(error instanceof LeukoscopeError)) fault = new Error(messageOf(error));
    throw error;
  } finally {
    client.release(fault);
  }
}

async function migrateOnce(pool: Pool, mayMake: boolean): Promise<void> {
  await withClient(pool, async (client) => {
    const handle = drizzle(client, { schema });
    await handle.execute(sql`select pg_advisory_lock(${migrationLock})`);
    try {
      if (!mayMake) await refuseNoTables(handle);
      await refuseNewerTables(handle);
      await migrate(handle, { migrationsFolder });
    } finally {
      await handle.execute(sql`select pg_advisory_unlock(${migrationLock})`);
    }
  });
}

/** Keep one connection that listens, and make another when it breaks. */
async function listenForEver(
  url: string,
  hear: (payload: string) => void,
  onFault: (error: Error) => void,
): Promise<() => Promise<void>> {
  let isClosed = false;
  let current: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  const connect = async () => {
    const client = new Client({ connectionString: url, application_name: 'leukoscope-listen' });
    const again = (error?: Error) => {
      if (isClosed || current !== client) return;
      current = undefined;
      if (error !== undefined) onFault(error);
      client.end().catch(() => {});
      timer = setTimeout(() => connect().catch(retry), reconnectMs);
    };
    client.on('error', again);
    client.on('end', () => again());
    client.on('notification', (message) => hear(message.payload ?? ''));
    await client.connect();
    await client.query(`listen ${channel}`);
    current = client;
  };
  const retry = (error: Error) => {
    onFault(error);
    if (!isClosed) timer = setTimeout(() => connect().catch(retry), reconnectMs);
  };
  await connect();
  return async () => {
    isClosed = true;
    clearTimeout(timer);
    await current?.end();
  };
}
