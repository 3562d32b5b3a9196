import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { descendantsOf, isRunning } from './process-tree.ts';
import type { ProcessTask } from './serve-blobs.ts';
import { startBlobs } from './start-blobs.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const task: ProcessTask = {
  role: 'server',
  dataFolder: folder,
  modelsFolder: folder,
  database: 'embedded',
  workers: 0,
};

test('a start that waits for ever is told, with what the process has said', async () => {
  const script = write('wait', `console.error('open the door'); setInterval(() => {}, 100);`);
  await expect(startBlobs('start 3', task, { idleMs: 1500 }, script)).rejects.toThrow(
    /^start 3 must become ready\. Received after \d+\.\d s: nothing done for \d+\.\d s \(.*\)\. It had printed: open the door\n$/,
  );
});

test.runIf(process.platform === 'linux')('a start that computes for ever is told', async () => {
  const script = write('spin', 'for (;;) {}');
  await expect(
    startBlobs('start 4', task, { coreMs: 1000, idleMs: 3_600_000 }, script),
  ).rejects.toThrow(/: no end of work \(.*\)\. It had printed: nothing$/);
});

test('a start that ends is told, with its last words', async () => {
  const script = write('end', `console.error('no room'); process.exit(3);`);
  await expect(startBlobs('start 5', task, {}, script)).rejects.toThrow(
    /: an end by 3\. It had printed: no room\n$/,
  );
});

test('a start that is slow, but works all the time, is waited for', async () => {
  const script = write(
    'slow',
    `const until = performance.now() + 3000;
     while (performance.now() < until);
     console.log('ready');
     setInterval(() => {}, 1000);`,
  );
  const started = await startBlobs('start 6', task, { idleMs: 2000 }, script);
  started.child.kill('SIGKILL');
  expect(started.address).toBe('ready');
});

test.runIf(process.platform === 'linux')(
  'processes below one are found, and known when they have ended',
  async () => {
    const child = spawn('sh', ['-c', 'sleep 600 & echo started; wait'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    // Until it becomes `sleep` the child is another shell.
    await expect
      .poll(() => descendantsOf(child.pid!).map(({ command }) => command))
      .toEqual(['600']);
    const [sleep] = descendantsOf(child.pid!);
    expect(isRunning(sleep!)).toBe(true);
    // The same number, given to a process that began at another time.
    expect(isRunning({ ...sleep!, beganAt: '1' })).toBe(false);
    process.kill(sleep!.pid);
    await once(child, 'exit');
    expect(isRunning(sleep!)).toBe(false);
  },
);

function write(name: string, text: string): URL {
  const file = path.join(folder, `${name}.mjs`);
  writeFileSync(file, text);
  return pathToFileURL(file);
}
