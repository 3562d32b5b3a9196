import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { longFeed, longModel } from '../../test/harness/long-model.ts';
import { openRuntime } from './open-runtime-node.ts';

const entry = path.join(import.meta.dirname, '../runtime-node-entry.ts');

/** Run a program and give its exit code and output; kills it after ten seconds. */
function runProgram(text: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(
    process.execPath,
    ['--conditions=@leukoscope/source', '--input-type=module-typescript', '--eval', text],
    { stdio: ['ignore', 'pipe', 'inherit'], timeout: 10_000 },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += String(chunk);
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, output })));
}

for (const host of ['thread', 'process'] as const) {
  test(`does not keep the program alive when a runtime of kind ${host} is forgotten`, async () => {
    const { code, output } = await runProgram(`
      import { openRuntime } from ${JSON.stringify(entry)};
      const runtime = openRuntime({ host: '${host}' });
      console.log((await runtime.providers()).includes('cpu'));
    `);
    expect({ code, output: output.trim() }).toEqual({ code: 0, output: 'true' });
  });

  test(`keeps the program alive while a call to a runtime of kind ${host} waits`, async () => {
    const { code, output } = await runProgram(`
      import { openRuntime } from ${JSON.stringify(entry)};
      openRuntime({ host: '${host}' }).providers().then((names) => console.log(names.length > 0));
    `);
    expect({ code, output: output.trim() }).toEqual({ code: 0, output: 'true' });
  });
}

test('ends the child process when its parent is killed', async () => {
  const { output } = await runProgram(`
    import { openRuntime } from ${JSON.stringify(entry)};
    import { execFileSync } from 'node:child_process';
    const runtime = openRuntime({ host: 'process' });
    await runtime.providers();
    console.log(execFileSync('ps', ['-o', 'pid=', '--ppid', String(process.pid)], { encoding: 'utf8' }));
    process.kill(process.pid, 'SIGKILL');
  `);
  const children = output.trim().split(/\s+/).map(Number);
  expect(children.length).toBeGreaterThan(0);
  const isAlive = (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  await expect.poll(() => children.filter(isAlive), { timeout: 5000 }).toEqual([]);
});

for (const host of ['thread', 'process'] as const) {
  test(`lets the caller's timers tick while a ${host} works`, async () => {
    const runtime = openRuntime({ host, threads: 1 });
    const session = await runtime.load(longModel(12));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const startMs = performance.now();
    await session.run({ x: longFeed() });
    const elapsedMs = performance.now() - startMs;
    clearInterval(timer);
    await runtime.close();
    // A caller that is blocked sees none; a loaded machine may drop many, but never nearly all.
    expect(ticks).toBeGreaterThan(elapsedMs / 5 / 10);
  });
}
