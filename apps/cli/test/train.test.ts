import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { parseData, parseSplit } from '../src/train/ask-recipe.ts';
import { runCli, temporaryFolder } from './run-cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

test.each([
  [['train', 'resnet', '--out', 'x'], '--data must name the folder', 1],
  [['train', 'dragon', '--data', '.', '--out', 'x'], 'model family must be', 2],
  [['train', 'resnet', '--data', '.', '--out', 'x', '--size', '3'], 'WIDTHxHEIGHT', 1],
  [['train', 'resnet', '--data', '.', '--out', 'x', '--split', 'moon'], '--split must be', 1],
])('%j is refused in plain words', async (argv, words, exit) => {
  const { code, err } = await runCli(argv.map((word) => (word === 'x' ? folder.at('x') : word)));
  expect([code, err]).toEqual([exit, expect.stringContaining(words)]);
});

test('data that the recipe does not name, and those whose folder is missing, are told', async () => {
  const recipe = folder.at('recipe.json');
  writeFileSync(recipe, JSON.stringify({ model: { family: 'resnet' }, data: [{ name: 'cells' }] }));
  const argv = ['train', recipe, '--out', folder.at('y')];
  expect((await runCli([...argv, '--data', 'other=.'])).err).toContain(
    'data sets of the recipe (cells)',
  );
  expect((await runCli(argv)).err).toContain('Add --data cells=DIR');
});

test('split rules as typed', () => {
  expect(parseSplit('block:8:0.3')).toEqual({ by: 'block', size: 8, validation: 0.3, test: 0 });
  expect(parseSplit('folds:4:2')).toEqual({ by: 'folds', folds: 4, fold: 2, tests: false });
  expect(parseSplit('folds:4:2:test')).toEqual({ by: 'folds', folds: 4, fold: 2, tests: true });
  const sets = { by: 'sets', train: ['a', 'b'], validation: ['c'] };
  expect(parseSplit('sets:a,b:c')).toEqual({ ...sets, test: [] });
  expect(parseSplit('sets:a,b:c:d')).toEqual({ ...sets, test: ['d'] });
  expect(parseSplit('slide')).toEqual({ by: 'slide', validation: 0.2, test: 0 });
  expect(parseSplit('hash:0.2:0.1')).toEqual({ by: 'hash', validation: 0.2, test: 0.1 });
  for (const text of ['ratio:0.2:0.1:0.1', 'folds:4:2:often', 'none:0.2', 'moon'])
    expect(() => parseSplit(text), text).toThrow('--split must be');
});

test('a folder alone is a data set with the folder’s name', () => {
  expect(parseData('a=/data/b')).toEqual({ name: 'a', root: '/data/b' });
  expect(parseData('/data/My cells/')).toEqual({ name: 'My-cells', root: '/data/My cells' });
});

test('experiments that are none, and none at all, are told', async () => {
  expect((await runCli(['experiment', 'run', 'nowhere'])).err).toContain('Found none');
  mkdirSync(folder.at('empty'));
  expect((await runCli(['experiment', 'list', folder.at('empty')])).out).toContain('No experiment');
  const broken = folder.at('broken.json');
  writeFileSync(broken, '{');
  expect((await runCli(['experiment', 'report', broken])).err).toContain('must be JSON');
  writeFileSync(broken, '{"title": "x", "recipe": {}, "variants": {"a": {}}}');
  expect((await runCli(['experiment', 'report', broken])).err).toContain('variant a must fit');
});
