/** @file Finds the programs of an installed PostgreSQL where Debian puts them. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const home = '/usr/lib/postgresql';

/** Find the newest installed PostgreSQL; undefined when there is none. */
export function findPostgres(): string | undefined {
  const versions = existsSync(home) ? readdirSync(home) : [];
  return versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => path.join(home, version, 'bin'))
    .find((folder) => existsSync(path.join(folder, 'pg_ctl')));
}
