/**
 * @file Builds the web application when its sources have changed since its last build.
 *
 * Sources are told by their content, not by their times: a fresh clone and a changed branch give files
 * times that mean nothing.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './runtime.mjs';

const web = path.join(root, 'apps', 'web');
const stampFile = path.join(web, 'dist', '.sources');
/** What ends up in the application: its own sources and those of the packages it is made of. */
export const sources = [
  'apps/web',
  'packages/analysis',
  'packages/client',
  'packages/contract',
  'packages/core',
  'packages/image',
];
const leftOut = new Set(['node_modules', 'dist', 'test']);

/** Build if needed; without sources say so, since the server works without them. */
export function ensureWebBuilt() {
  if (!existsSync(path.join(web, 'index.html'))) {
    console.log('There is no web application in apps/web; the server starts without it.');
    return;
  }
  const wanted = hashOfSources();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  console.log('Building the web application (once per change) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // npm puts node_modules/.bin in front, so that `node` is the project's own.
  const result = spawnSync(
    npm,
    ['run', '--silent', 'build', '-w', 'apps/web', '--', '--logLevel', 'warn'],
    {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    },
  );
  if (result.status !== 0) {
    console.error('The web application could not be built, see above.');
    process.exit(1);
  }
  writeFileSync(stampFile, wanted);
}

function hashOfSources() {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')));
  for (const folder of sources) {
    for (const file of walk(path.join(root, folder))) {
      hash
        .update(`${path.relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

function* walk(folder) {
  for (const name of readdirSync(folder).sort()) {
    if (leftOut.has(name) || name.startsWith('.')) continue;
    const full = path.join(folder, name);
    if (statSync(full).isDirectory()) yield* walk(full);
    else if (!/\.test\.tsx?$/.test(name)) yield full;
  }
}
