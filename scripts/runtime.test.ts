import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const runtime = pathToFileURL(path.resolve('scripts/runtime.mjs')).href;

test.runIf(process.platform !== 'win32')(
  'a program that is started through a shell, as npm does, ends when only that shell is killed',
  async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-runtime-'));
    const served = path.join(folder, 'served.mjs');
    const start = path.join(folder, 'start.mjs');
    writeFileSync(
      served,
      `process.on('SIGTERM', () => { console.log('stopped'); process.exit(0); });
       console.log('ready');
       setInterval(() => {}, 1000);`,
    );
    writeFileSync(
      start,
      `import { runNode } from '${runtime}'; process.exitCode = await runNode(['${served}']);`,
    );
    try {
      // With a second command a shell does not become the first one.
      const shell = spawn('sh', ['-c', `"${process.execPath}" "${start}"; true`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      shell.stdout.on('data', (data) => {
        said += String(data);
      });
      await once(shell.stdout, 'data');
      shell.kill('SIGKILL');
      // The pipe ends when the last process that writes to it has ended.
      await once(shell.stdout, 'end');
      expect(said).toBe('ready\nstopped\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
