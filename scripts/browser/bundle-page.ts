/** @file Bundles a test page as an application would: by package names and export conditions only. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

/** Bundle one script into `folder/site`; returns that folder. Assets lie in its `assets`. */
export async function bundlePage(folder: string, script: string): Promise<string> {
  const entry = path.join(folder, 'index.html');
  const site = path.join(folder, 'site');
  writeFileSync(entry, `<!doctype html><script type="module" src="${script}"></script>`);
  await build({
    configFile: false,
    logLevel: 'error',
    root: folder,
    resolve: { conditions: ['@leukoscope/source', 'browser', 'module', 'import', 'default'] },
    worker: {
      format: 'es',
      rolldownOptions: { output: { assetFileNames: 'assets/[name][extname]' } },
    },
    build: {
      outDir: site,
      minify: false,
      target: 'es2022',
      assetsInlineLimit: 0,
      reportCompressedSize: false,
    },
  });
  return site;
}
