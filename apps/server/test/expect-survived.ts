/** @file What must hold after a run of kills, on whichever database the tests run. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { amcheck } from '@electric-sql/pglite/contrib/amcheck';
import { and, eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { verifyAll } from '../src/backup/verify.ts';
import { history } from '../src/db/schema.ts';
import { openCore } from '../src/start-server.ts';
import { hangCheck } from './hang-check.ts';
import { type KillRunOptions, killRun } from './kill-run.ts';
import type { KnownProcess } from './process-tree.ts';
import { jobsOver, testSettings } from './test-server.ts';

/** Longest time in which everything must be analysed after the last kill. */
const settleMs = 300_000;

/** Run kills and check that everything that was answered is there, once, in a sound database. */
export async function expectSurvived(
  options: Omit<KillRunOptions, 'place' | 'onProgress'>,
): Promise<void> {
  const settings = await testSettings();
  const { dataFolder, modelsFolder } = settings;
  const database = 'url' in settings.database ? settings.database.url : 'embedded';
  const run = await killRun({
    ...options,
    place: { dataFolder, modelsFolder, database },
    onProgress: (line) => console.log(line),
  });
  try {
    expect(run.kills).toBe(options.kills);
    const { caseId, cellsOf, client } = run;
    expect(cellsOf.size).toBe(options.uploads);
    const jobs = await jobsOver(client, caseId, settleMs);
    expect(jobs.map((job) => job.state)).toEqual(jobs.map(() => 'completed'));
    expect(new Set(jobs.map((job) => job.fieldId)).size).toBe(options.uploads);
    const { items } = await client.listFields({ params: { id: caseId } });
    expect(new Map(items.map((field) => [field.id, field.cells]))).toEqual(cellsOf);
  } finally {
    await run.end();
  }
  await expectEnds(run.orphans);
  const core = await openCore(settings);
  try {
    expect(await verifyAll(core.context)).toEqual([]);
    const analysed = await core.context.db.sql
      .select()
      .from(history)
      .where(and(eq(history.caseId, run.caseId), eq(history.action, 'field.analysed')));
    expect(analysed).toHaveLength(options.uploads);
  } finally {
    await core.close();
  }
  if (database === 'embedded') await expectSoundIndexes(path.join(dataFolder, 'postgres'));
  console.log(
    `${run.kills} kills, ${options.uploads} uploads, starts took at most ${Math.max(...run.startMs).toFixed(0)} ms`,
  );
  rmSync(settings.folder, { recursive: true, force: true });
}

/** Wait until nothing runs that killed processes had started: it hears of their end when it has done its step. */
async function expectEnds(orphans: () => readonly KnownProcess[]): Promise<void> {
  const checks = new Map(orphans().map(({ pid }) => [pid, hangCheck(pid)]));
  for (let left = orphans(); left.length > 0; left = orphans()) {
    for (const { pid, command } of left) {
      const hang = checks.get(pid)?.();
      if (hang === undefined) continue;
      throw new Error(
        `child of a killed process must end by itself. Received one that goes on: ${hang}; ${command}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Compare every b-tree with its table. */
async function expectSoundIndexes(dataDir: string): Promise<void> {
  const client = await PGlite.create({ dataDir, extensions: { amcheck } });
  try {
    await client.exec('create extension if not exists amcheck');
    const { rows } = await client.query(
      `select bt_index_check(c.oid, true) from pg_class c join pg_am a on a.oid = c.relam
       where a.amname = 'btree' and c.relkind = 'i' and c.relpersistence = 'p'`,
    );
    expect(rows.length).toBeGreaterThan(100);
  } finally {
    await client.close();
  }
}
