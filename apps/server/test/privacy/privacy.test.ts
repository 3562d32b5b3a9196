/** Nothing leaves the machine, and nothing is written but where people said (docs/security.md). */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { databaseTemplate } from '../database-template.ts';
import { expectPrivate, programOf, reason, watchedTest } from './expect-private.ts';
import { watchProgram } from './watch-program.ts';

watchedTest('programs can be watched here', () => {
  expect(reason).toBeUndefined();
});

watchedTest(
  'drawing, analysing, training, serving and exporting tell nobody',
  {
    timeout: 240_000,
  },
  async ({ signal }) => {
    await expectPrivate([], { signal, given: { data: await databaseTemplate() } });
  },
);

watchedTest(
  'files, look-ups and connections are noticed, of children and threads too',
  async () => {
    const { code, findings, leftBehind } = await watchProgram([programOf('tell-tale.ts')]);
    expect(code).toBe(0);
    expect([...leftBehind].sort()).toEqual(['home/by-child', 'home/by-thread', 'tmp/by-process']);
    const of = (kind: string) =>
      findings.filter((f) => f.kind === kind).map((f) => path.basename(f.what));
    expect(of('file').sort()).toEqual(['by-child', 'by-process', 'by-thread']);
    expect(of('connection')).toContain('192.0.2.1 port 80');
    expect(of('look-up')).not.toEqual([]);
  },
);

watchedTest('ONNX Runtime left to itself is noticed, and is silent with the variable', async () => {
  const loud = await watchProgram([programOf('load-onnx-runtime.ts')]);
  expect(new Set(loud.findings.map((f) => f.kind))).toEqual(new Set(['machine id', 'file']));
  expect(loud.leftBehind).toContain('home/.cache/Microsoft/DeveloperTools/.onnxruntime/deviceid');
  const quiet = await watchProgram([programOf('load-onnx-runtime.ts')], {
    environment: { ORT_DISABLE_TELEMETRY: '1' },
  });
  expect(quiet).toMatchObject({ code: 0, findings: [], leftBehind: [] });
});

test('ONNX Runtime is loaded at one place only', () => {
  const root = programOf('../../../..');
  const naming = ['packages', 'apps', 'scripts', 'bench', 'examples', 'experiments']
    .flatMap((group) =>
      readdirSync(path.join(root, group), { recursive: true, encoding: 'utf8' }).map((name) =>
        path.join(group, name),
      ),
    )
    .filter((name) => /\.(ts|tsx|mjs|cjs|js)$/.test(name) && !/\.test\.tsx?$/.test(name))
    .filter((name) => !/(^|\/)(node_modules|dist|test)\//.test(name))
    .filter((name) => /['"]onnxruntime-node/.test(readFileSync(path.join(root, name), 'utf8')));
  expect(naming).toEqual(['packages/nn/src/runtime/ort-platform-node.ts']);
});
