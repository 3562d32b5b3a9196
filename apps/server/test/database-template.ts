/**
 * @file A data folder with fresh tables, made once and copied for each test server: making one anew
 * takes seconds. It lies in the temporary folder under a name made of everything that shapes it.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { sha256Hex } from '../src/canonical-json.ts';
import { migrationsFolder } from '../src/db/migrate-database.ts';
import { openPglite } from '../src/db/open-pglite.ts';
import { openJobQueue } from '../src/jobs/job-queue.ts';
import { defaultWork } from '../src/settings.ts';

/** Return the folder of the template, making it when there is none. */
export async function databaseTemplate(): Promise<string> {
  const folder = path.join(os.tmpdir(), `leukoscope-template-${shapeOf()}`);
  if (existsSync(folder)) return folder;
  const making = mkdtempSync(`${folder}-`);
  const db = await openPglite(making);
  const queue = await openJobQueue(db, { ...defaultWork, retryDelaySeconds: 0 }, () => {});
  await queue.stop();
  await db.close();
  try {
    renameSync(making, folder);
  } catch {
    // Another test process was faster.
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

function shapeOf(): string {
  const require = createRequire(import.meta.url);
  const versions = ['@electric-sql/pglite', 'pg-boss'].map((name) => {
    const main = fileURLToPath(import.meta.resolve(name));
    const [root] = main.split(`${path.sep}dist${path.sep}`);
    return z.object({ version: z.string() }).parse(require(`${root}/package.json`)).version;
  });
  const migrations = readdirSync(migrationsFolder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => readFileSync(path.join(migrationsFolder, name), 'utf8'));
  return sha256Hex([...versions, ...migrations].join('\n')).slice(0, 16);
}
