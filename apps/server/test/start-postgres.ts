/**
 * @file A PostgreSQL of the tests' own, in a folder that goes with it, by the binaries of Debian's package
 * `postgresql`. Set up before the tests of the project `postgres` (vitest.config.ts), ended with them.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { findPostgres } from './find-postgres.ts';
import { testPlace } from './test-place.ts';

/** Start it on the port that the tests were told; returns how to end it. */
export default function startPostgres(project: TestProject): () => void {
  const binaries = findPostgres();
  if (binaries === undefined) throw new Error('PostgreSQL is not installed');
  const url = new URL(String(project.config.env['LEUKOSCOPE_TEST_POSTGRES']));
  const folder = mkdtempSync(path.join(testPlace(), 'leukoscope-postgres-'));
  const data = path.join(folder, 'data');
  // PostgreSQL refuses to run as root.
  const owner = process.getuid?.() === 0 ? userOf('postgres') : undefined;
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const run = (name: string, ...args: string[]) => {
    const result = spawnSync(path.join(binaries, name), args, {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      ...owner,
    });
    if (result.status !== 0) throw new Error(`${name} failed with ${result.status}`);
  };
  run('initdb', '-D', data, '-U', url.username, '--auth=trust', '--encoding=UTF8', '--no-sync');
  const settings = [
    `-p ${url.port}`,
    `-k ${folder}`,
    '-c listen_addresses=127.0.0.1',
    '-c max_connections=200',
    // These tests kill our processes, never PostgreSQL or the machine.
    '-c fsync=off',
  ];
  run(
    'pg_ctl',
    '-D',
    data,
    '-w',
    '-l',
    path.join(folder, 'log'),
    '-o',
    settings.join(' '),
    'start',
  );
  return () => {
    run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
    rmSync(folder, { recursive: true, force: true });
  };
}

function userOf(name: string): { uid: number; gid: number } {
  const id = (flag: string) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}
