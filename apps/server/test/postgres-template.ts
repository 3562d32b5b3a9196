/**
 * @file A PostgreSQL database with fresh tables, made once and copied for each test server: making them anew
 * takes seconds. Its PostgreSQL is that of start-postgres.ts, and goes with it.
 */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { openPostgres } from '../src/db/open-postgres.ts';
import { openJobQueue } from '../src/jobs/job-queue.ts';
import { defaultWork } from '../src/settings.ts';

const template = 'leukoscope_template';

/** Make a database of a test's own and return its URL. */
export async function newPostgresDatabase(url: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    // Test processes start at the same moment: one makes the template, the others wait for it.
    await client.query('select pg_advisory_lock(1)');
    const found = await client.query('select from pg_database where datname = $1', [template]);
    if (found.rowCount === 0) await makeTemplate(client, url);
    await client.query(`create database ${name} template ${template}`);
  } finally {
    // The lock goes with the connection.
    await client.end();
  }
  return databaseAt(url, name);
}

async function makeTemplate(client: Client, url: string): Promise<void> {
  const making = `${template}_making`;
  await client.query(`create database ${making}`);
  const db = await openPostgres(databaseAt(url, making));
  const queue = await openJobQueue(db, { ...defaultWork, retryDelaySeconds: 0 }, () => {});
  await queue.stop();
  await db.close();
  await client.query(`alter database ${making} rename to ${template}`);
}

function databaseAt(url: string, name: string): string {
  const place = new URL(url);
  place.pathname = `/${name}`;
  return place.href;
}
