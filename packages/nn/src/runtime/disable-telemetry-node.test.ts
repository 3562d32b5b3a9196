import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const entry = path.join(import.meta.dirname, '../runtime-node-entry.ts');

/**
 * Run a program in a process whose environment says nothing, or what is given, of the variable. Its
 * `inThread` asks for a runtime in a worker thread and resolves with what came of it.
 */
function runProgram(text: string, value?: string): string[] {
  const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
  const inThread = `
    import { SHARE_ENV, Worker } from 'node:worker_threads';
    import { openRuntime } from ${JSON.stringify(entry)};
    const execArgv = ['--conditions=@leukoscope/source', '--input-type=module'];
    const inThread = (host, options = {}) => new Promise((resolve) => {
      const program = \`
        import { parentPort } from 'node:worker_threads';
        import { openRuntime } from ${JSON.stringify(entry)};
        try {
          const runtime = openRuntime({ host: '\${host}' });
          parentPort.postMessage(String((await runtime.providers()).includes('cpu')));
          await runtime.close();
        } catch (error) {
          parentPort.postMessage(error.code + ' ' + error.message);
        }\`;
      new Worker(program, { eval: true, execArgv, ...options }).on('message', resolve);
    });`;
  const result = spawnSync(
    process.execPath,
    [
      '--conditions=@leukoscope/source',
      '--input-type=module-typescript',
      '--eval',
      inThread + text,
    ],
    {
      encoding: 'utf8',
      env: { ...env, ...(value === undefined ? {} : { ORT_DISABLE_TELEMETRY: value }) },
      timeout: 80_000,
    },
  );
  return `${result.stdout}${result.stderr}`.trim().split('\n');
}

test('a thread loads nothing in a process that may report, but a process of its own does', {
  timeout: 90_000,
}, () => {
  const lines = runProgram(`
    console.log(await inThread('inline'));
    console.log(await inThread('thread'));
    // What a thread is given for itself is no proof: native code reads the environment of the process.
    console.log(await inThread('inline', { env: { ORT_DISABLE_TELEMETRY: '1' } }));
    console.log(await inThread('process'));
    console.log(await inThread('inline', { env: SHARE_ENV }));
    console.log(await inThread('thread'));`);
  const refusal = expect.stringMatching(
    /^NN_TELEMETRY ORT_DISABLE_TELEMETRY must be 1 in the environment of the process/,
  );
  expect(lines).toEqual([refusal, refusal, refusal, 'true', 'true', 'true']);
});

test('a thread works where who started the program has set it', () => {
  expect(runProgram("console.log(await inThread('inline'));", '1')).toEqual(['true']);
});

test.each(['inline', 'thread'])('host %s turns it off whatever was set', (host) => {
  const lines = runProgram(
    `
    process.report.excludeEnv = true;
    process.report.excludeNetwork = false;
    const runtime = openRuntime({ host: '${host}' });
    await runtime.providers();
    await runtime.close();
    console.log(process.report.excludeEnv, process.report.excludeNetwork);
    process.report.excludeEnv = false;
    console.log(process.report.getReport().environmentVariables.ORT_DISABLE_TELEMETRY);`,
    '0',
  );
  expect(lines).toEqual(['true false', '1']);
});
