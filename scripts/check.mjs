/** @file `npm run check`: types, lint, format, layers, house rules and fast tests, stopping at the first fault. */
import { spawnSync } from 'node:child_process';
import { ensureInstalled, root } from './runtime.mjs';

ensureInstalled();
const steps = ['check:types', 'check:lint', 'check:format', 'check:layers', 'check:size', 'test'];
for (const step of steps) {
  const startedMs = performance.now();
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['run', '--silent', step], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${result.status === 0 ? 'ok  ' : 'FAIL'} ${step} (${seconds} s)`);
  if (result.status !== 0) process.exit(1);
}
