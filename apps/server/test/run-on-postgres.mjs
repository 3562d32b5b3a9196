/**
 * @file `node apps/server/test/run-on-postgres.mjs [vitest arguments]`: the server's tests on a PostgreSQL of
 * their own, in a temporary folder, by the binaries of Debian's package `postgresql`. It ends with them.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const binaries = findBinaries();
const folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-postgres-'));
const data = path.join(folder, 'data');
const port = await freePort();

// PostgreSQL refuses to run as root.
const postgres = process.getuid?.() === 0 ? userOf('postgres') : undefined;
if (postgres !== undefined) chownSync(folder, postgres.uid, postgres.gid);

run('initdb', ['-D', data, '-U', 'leukoscope', '--auth=trust', '--encoding=UTF8']);
run('pg_ctl', [
  '-D',
  data,
  '-w',
  '-l',
  path.join(folder, 'log'),
  '-o',
  `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c max_connections=200`,
  'start',
]);
try {
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const url = `postgres://leukoscope@127.0.0.1:${port}/postgres`;
  const result = spawnSync(
    process.execPath,
    [vitest, 'run', 'apps/server', ...process.argv.slice(2)],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, LEUKOSCOPE_TEST_POSTGRES: url },
    },
  );
  process.exitCode = result.status ?? 1;
} finally {
  run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
  rmSync(folder, { recursive: true, force: true });
}

function run(name, args) {
  const owner = postgres === undefined ? {} : { uid: postgres.uid, gid: postgres.gid };
  const result = spawnSync(path.join(binaries, name), args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    ...owner,
  });
  if (result.status !== 0) throw new Error(`${name} failed with ${result.status}`);
}

function findBinaries() {
  const home = '/usr/lib/postgresql';
  const versions = existsSync(home) ? readdirSync(home).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions
    .map((version) => path.join(home, version, 'bin'))
    .find((bin) => existsSync(path.join(bin, 'pg_ctl')));
  if (found === undefined)
    throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  return found;
}

function userOf(name) {
  const id = (flag) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
}
