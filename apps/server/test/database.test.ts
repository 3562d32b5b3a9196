import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cpSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cases } from '../src/db/schema.ts';
import { lockFolder } from '../src/db/folder-lock.ts';
import { openPglite } from '../src/db/open-pglite.ts';
import { databaseTemplate } from './database-template.ts';

let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-db-'));
  cpSync(await databaseTemplate(), folder, { recursive: true });
}, 60_000);

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('every commit reaches the disk before it is answered', async () => {
  const flushCount = { flushes: 0 };
  const db = await openPglite(folder, { flushCount });
  try {
    await db.sql.execute(sql`create table t (n int)`);
    const before = flushCount.flushes;
    for (let n = 0; n < 10; n++) await db.sql.execute(sql`insert into t values (${n})`);
    expect(flushCount.flushes - before).toBeGreaterThanOrEqual(10);
  } finally {
    await db.close();
  }
});

test('a query outside of the transaction it is made in is found instead of hanging', async () => {
  const db = await openPglite(folder);
  try {
    await expect(db.transaction(async () => db.sql.select().from(cases))).rejects.toMatchObject({
      code: 'DATABASE_NESTED',
    });
    await expect(db.transaction(async () => db.transaction(async () => 1))).rejects.toMatchObject({
      code: 'DATABASE_NESTED',
    });
    expect(await db.sql.select().from(cases)).toEqual([]);
  } finally {
    await db.close();
  }
});

test('a second process on one folder is refused by name, and takes over after a kill', async () => {
  const script = new URL('./hold-folder.ts', import.meta.url);
  const child = spawn(process.execPath, [...process.execArgv, script.pathname, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await expect(openPglite(folder)).rejects.toMatchObject({
    code: 'FOLDER_LOCKED',
    message: expect.stringContaining(`process ${child.pid}`),
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  const lock = await lockFolder(folder);
  await lock.release();
});

test('a folder of another PostgreSQL is refused with the cure', async () => {
  const file = path.join(folder, 'postgres', 'PG_VERSION');
  expect(readFileSync(file, 'utf8').trim()).toBe('18');
  writeFileSync(file, '17\n');
  await expect(openPglite(folder)).rejects.toMatchObject({ code: 'DATABASE_VERSION' });
});

test('tables of a newer program are refused, untouched', async () => {
  const db = await openPglite(folder);
  await db.sql.execute(
    sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 9999999999999)`,
  );
  await db.close();
  await expect(openPglite(folder)).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
});
