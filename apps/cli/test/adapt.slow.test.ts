import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const json = (file: string) => JSON.parse(readFileSync(folder.at(file), 'utf8'));
const cli = (...argv: string[]) => runCli([...argv, '--json']);

/** Drawn cells under names of our own: a laboratory whose stain shows each type as the parent knows another. */
beforeAll(async () => {
  const cells = ['--cells', 'lymphocyte,eosinophil'];
  await cli('dataset', 'synthesise', '--count', '30', ...cells, '--out', folder.at('drawn'));
  const names = ['--map', 'lymphocyte=monocyte', '--map', 'eosinophil=basophil'];
  const out = ['--out', folder.at('named'), '--copy', 'images'];
  const { code, err } = await cli(
    'dataset',
    'convert',
    folder.at('drawn'),
    ...names,
    '--to',
    'coco',
    ...out,
  );
  if (code !== 0) throw new Error(err);
}, 120_000);

test('learns names from cells, writes a model that says them, and tells where it comes from', async () => {
  const run = await cli(
    'adapt',
    '--data',
    folder.at('named'),
    '--out',
    folder.at('site'),
    '--name',
    'our stain',
  );
  expect(run.err).toBe('');
  expect(run.code).toBe(0);
  const { isOffered, candidate, byType, parent } = JSON.parse(run.out);
  expect(isOffered).toBe(true);
  expect(byType).toEqual([
    { label: 'basophil', cells: expect.any(Number) },
    { label: 'monocyte', cells: expect.any(Number) },
  ]);
  expect(candidate.here.candidate.share).toBeGreaterThan(candidate.here.parent.share + 0.3);
  const description = json('site/model.json');
  expect(description).toMatchObject({ name: 'our stain', parent });
  // The parent's sign of unlike cases is of the parent's own answers; what a specimen may hold stays.
  expect(description).not.toHaveProperty('familiar');
  expect(description.priors).toHaveProperty('ordinary-blood');
  expect(readFileSync(folder.at('site/model.md'), 'utf8')).toContain(`(${parent.hash})`);
  await cli(
    'predict',
    folder.at('site'),
    folder.at('named'),
    '--types',
    'five',
    '--out',
    folder.at('found'),
  );
  const { annotations, categories } = json('found/detections.json');
  const named = new Map(categories.map((c: { id: number; name: string }) => [c.id, c.name]));
  const types = annotations.map((a: { category_id: number }) => named.get(a.category_id));
  const own = types.filter((type: string) => type === 'monocyte' || type === 'basophil');
  expect(own.length).toBeGreaterThan(0.8 * types.length);
  // It is a parent itself.
  const again = await cli(
    'adapt',
    '--data',
    folder.at('named'),
    '--parent',
    folder.at('site'),
    '--out',
    folder.at('again'),
  );
  expect(again.code).toBe(2);
  expect(JSON.parse(again.out).refusals.map(({ kind }: { kind: string }) => kind)).toEqual([
    'not-better-here',
  ]);
  expect(existsSync(folder.at('again/model.json'))).toBe(false);
}, 600_000);

test('too few cells: no model, the reasons, and exit code 2', async () => {
  await cli(
    'dataset',
    'synthesise',
    '--count',
    '3',
    '--cells',
    'lymphocyte',
    '--out',
    folder.at('few'),
  );
  const run = await runCli(['adapt', '--data', folder.at('few'), '--out', folder.at('none')]);
  expect(run.code).toBe(2);
  expect(run.out).toContain('refused, no model was written');
  expect(run.out).toContain('At least 20 cells must be named');
  expect(existsSync(folder.at('none/model.json'))).toBe(false);
  const kinds = json('none/adaptation.json').refusals.map(({ kind }: { kind: string }) => kind);
  expect(kinds).toEqual(['few-cells', 'one-type']);
}, 120_000);

test('models that cannot be adapted are refused by name', async () => {
  const adapt = (parent: string) =>
    cli('adapt', '--data', folder.at('named'), '--parent', parent, '--out', folder.at('no'));
  const codeOf = async (parent: string) => JSON.parse((await adapt(parent)).out).error.code;
  expect(await codeOf('watershed')).toBe('ADAPT_PARENT');
  expect(await codeOf('compact-float')).toBe('ADAPT_MEMORY');
});

test('command lines that cannot mean anything are usage errors', async () => {
  expect((await cli('adapt', '--out', folder.at('no'))).code).toBe(1);
  const data = ['--data', folder.at('named'), '--out', folder.at('no')];
  expect((await cli('adapt', ...data, '--together', '(')).code).toBe(1);
  const unmatched = await cli('adapt', ...data, '--together', 'no such name ([0-9])');
  expect(unmatched.code).toBe(1);
  expect(JSON.parse(unmatched.out).error.message).toContain('which does not match');
});

test('Ctrl-C leaves nothing behind', async () => {
  const controller = new AbortController();
  controller.abort(new DOMException('Ctrl-C', 'AbortError'));
  const out = folder.at('broken-off');
  const { signal } = controller;
  const run = await runCli(['adapt', '--data', folder.at('named'), '--out', out], { signal });
  expect(run.code).toBe(130);
  expect(existsSync(out)).toBe(false);
});
