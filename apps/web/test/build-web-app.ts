/**
 * @file Builds the web application into the temporary folder, once for each state of its sources: the
 * name of the folder is made of everything that goes in.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const web = fileURLToPath(new URL('..', import.meta.url));
const root = path.resolve(web, '../..');
const sources = [
  'apps/web/src',
  'apps/web/public',
  'apps/web/index.html',
  'apps/web/vite.config.ts',
  'apps/web/test/build-web-app.ts',
  'packages/analysis/src',
  'packages/client/src',
  'packages/contract/src',
  'packages/core/src',
  'packages/image/src',
  'package-lock.json',
];

/** Return the folder of the built application. */
export async function buildWebApp(): Promise<string> {
  const folder = path.join(os.tmpdir(), `leukoscope-web-${stateOf().slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  const making = mkdtempSync(`${folder}-`);
  await buildInto(making);
  try {
    renameSync(making, folder);
  } catch {
    // Another test process was faster.
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

/** Vitest says NODE_ENV=test, which would build React's slow development form, and leave it for benchmarks too. */
async function buildInto(outDir: string): Promise<void> {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      root: web,
      configFile: path.join(web, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir, emptyOutDir: true, sourcemap: false },
    });
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}

function stateOf(): string {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of filesOf(path.join(root, source))) {
      hash.update(path.relative(root, file)).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function filesOf(place: string): string[] {
  const entries = readdirSync(path.dirname(place), { withFileTypes: true });
  const isFolder = entries.find((entry) => entry.name === path.basename(place))?.isDirectory();
  if (isFolder !== true) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
