/**
 * @file `npm run build`: compiles every package's src to dist (JavaScript and declarations) for publishing.
 *
 * Development never needs it: the `@leukoscope/source` condition resolves packages to their TypeScript.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled, findNode, root } from './runtime.mjs';
import { ensureWebBuilt } from './web-build.mjs';

ensureInstalled();
for (const group of ['packages', 'apps']) {
  for (const name of readdirSync(path.join(root, group)).sort()) {
    const folder = path.join(root, group, name);
    // The web application is a page, not a package: a bundler makes it.
    const isPage = existsSync(path.join(folder, 'index.html'));
    if (existsSync(path.join(folder, 'src')) && !isPage) buildPackage(folder);
  }
}
ensureWebBuilt();

function buildPackage(folder) {
  rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
  const temporary = mkdtempSync(path.join(folder, '.build-'));
  try {
    const config = path.join(temporary, 'tsconfig.json');
    writeFileSync(
      config,
      JSON.stringify({
        extends: path.join(root, 'tsconfig.base.json'),
        compilerOptions: {
          noEmit: false,
          declaration: true,
          rootDir: path.join(folder, 'src'),
          outDir: path.join(folder, 'dist'),
        },
        include: [path.join(folder, 'src')],
        exclude: [path.join(folder, 'src/**/*.test.ts')],
      }),
    );
    const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const result = spawnSync(findNode(), [compiler, '-p', config], { stdio: 'inherit' });
    if (result.status !== 0) process.exit(1);
    pointAtCompiledScripts(path.join(folder, 'dist'));
    console.log(`built ${path.relative(root, folder)}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * The compiler rewrites `./x.ts` in imports only. Scripts of workers are named by URL, in the literal
 * form that bundlers look for, so those names are rewritten here.
 */
function pointAtCompiledScripts(dist) {
  for (const entry of readdirSync(dist, { recursive: true })) {
    if (!entry.endsWith('.js')) continue;
    const file = path.join(dist, entry);
    const text = readFileSync(file, 'utf8');
    const compiled = text.replace(
      /new URL\('(\.[^']+)\.ts', import\.meta\.url\)/g,
      "new URL('$1.js', import.meta.url)",
    );
    if (compiled !== text) writeFileSync(file, compiled);
  }
}
