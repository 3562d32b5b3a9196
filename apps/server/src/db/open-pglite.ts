/** @file Opens the embedded database: PGlite in a folder, durable, locked, migrated. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { fromPglite } from 'pg-boss';
import { beginMaking, endMaking, isUnmade } from '../data-folder.ts';
import { privateFolder } from '../private-files.ts';
import { channel, type Database, insideTransaction, outside, type Sql } from './database.ts';
import {
  DurableNodeFS,
  durableStartParams,
  type FlushCount,
  flushTree,
} from './durable-file-system.ts';
import { lockFolder } from './folder-lock.ts';
import { migrationsFolder, refuseNewerTables } from './migrate-database.ts';
import { keepStatements, type StatementClient } from './pglite-statements.ts';
import * as schema from './schema.ts';

/** PGlite 0.5's PostgreSQL; a folder of another major version cannot be read. */
const majorVersion = '18';

/** Settings of `openPglite`. */
export interface OpenPgliteOptions {
  /** Counts flushes to disk. */
  readonly flushCount?: FlushCount;
  /** Make the database when there is none. @default true */
  readonly mayMake?: boolean;
}

/** Open the database in a folder. A damaged one is never made anew over what is left of it. */
export async function openPglite(
  folder: string,
  options: OpenPgliteOptions = {},
): Promise<Database> {
  const { mayMake = true } = options;
  if (mayMake) mkdirSync(folder, { recursive: true, mode: privateFolder });
  const lock = await lockFolder(folder);
  try {
    const data = path.join(folder, 'postgres');
    const isNew = isUnmade(folder);
    if (isNew && !mayMake) throw damaged(data, 'nothing there');
    if (isNew) beginMaking(folder);
    else checkVersion(data);
    const client = await openClient(data, options.flushCount);
    try {
      const handle: Sql = drizzle(client, { schema });
      await refuseNewerTables(handle);
      await migrate(drizzle(client, { schema }), { migrationsFolder });
      if (isNew) {
        flushTree(data);
        endMaking(folder);
      }
    } catch (error) {
      await client.close();
      throw error;
    }
    return toDatabase(client, data, lock.release);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function toDatabase(client: PGlite, data: string, release: () => Promise<void>): Database {
  const handle = drizzle(parseClient(keepStatements(client)), { schema });
  const general: Sql = handle;
  return {
    kind: 'pglite',
    dataFolder: data,
    get sql() {
      return outside(general);
    },
    transaction: (work) => {
      outside(general);
      return handle.transaction((tx) => insideTransaction(() => work(tx)));
    },
    listen: (hear) => client.listen(channel, hear),
    queueOptions: () => ({ db: fromPglite(client), backend: 'pglite' }),
    close: async () => {
      await client.close();
      await release();
    },
  };
}

/** Drizzle declares a whole PGlite but calls these two methods of it. */
function parseClient(client: StatementClient): PGlite {
  return client as PGlite;
}

async function openClient(data: string, count?: FlushCount): Promise<PGlite> {
  try {
    return await PGlite.create({
      fs: new DurableNodeFS(data, count),
      startParams: durableStartParams,
    });
  } catch (error) {
    throw new LeukoscopeError(
      'DATABASE_OPEN',
      `database folder must be readable, whole, and on a disk with free space. Received ${data}: ${messageOf(error)}. ` +
        'Free some space and start again, or restore a backup.',
      { cause: error },
    );
  }
}

function checkVersion(data: string): void {
  const file = path.join(data, 'PG_VERSION');
  if (!existsSync(file)) throw damaged(data, 'no PG_VERSION in it');
  const version = readFileSync(file, 'utf8').trim();
  if (version === majorVersion) return;
  if (!/^\d+$/.test(version)) throw damaged(data, 'a damaged PG_VERSION in it');
  throw new LeukoscopeError(
    'DATABASE_VERSION',
    `database folder must be of PostgreSQL ${majorVersion}. Received ${version} in ${data}. Back it up with the program that made it and restore the backup.`,
  );
}

function damaged(data: string, how: string): LeukoscopeError {
  return new LeukoscopeError(
    'DATABASE_DAMAGED',
    `database folder must be whole. Received ${data} with ${how}; nothing was made or changed. Check the path and the disk, then restore a backup into a new data folder.`,
  );
}
