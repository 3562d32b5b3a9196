import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRandom, createRgbRaster } from '@leukoscope/core';
import { encodePng } from '@leukoscope/image';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.ts';

const folder = temporaryFolder();
const cells = folder.at('cells');
afterAll(() => folder.remove());
beforeAll(async () => {
  for (const [kind, name] of ['neutrophil', 'lymphocyte'].entries()) {
    mkdirSync(folder.at('cells', name), { recursive: true });
    for (let i = 0; i < 8; i++) {
      const random = createRandom(kind * 100 + i);
      const raster = createRgbRaster({ width: 32, height: 32 });
      for (let p = 0; p < raster.data.length; p++)
        raster.data[p] = (p % 3 === kind ? 60 : 190) + random.integer(0, 60);
      writeFileSync(folder.at('cells', name, `${i}.png`), await encodePng(raster));
    }
  }
});

const recipe = {
  name: 'two-types',
  model: { family: 'resnet', preset: 'tiny', config: { size: { width: 32, height: 32 } } },
  data: [{ name: 'cells', split: { by: 'ratio', validation: 0.25 } }],
  augmentation: 'none',
  steps: 4,
  batchSize: 4,
  validation: { every: 2 },
};
function recipeFile(change: object = {}) {
  const file = folder.at('recipe.json');
  writeFileSync(file, JSON.stringify({ ...recipe, ...change }));
  return file;
}
const fast = ['--workers', '0', '--threads', '1'];

test('trains a recipe, goes on after an interruption with 130, and says what was measured', async () => {
  const out = folder.at('run');
  const argv = ['train', recipeFile(), '--data', `cells=${cells}`, '--out', out, ...fast];
  const stop = new AbortController();
  let time = 0;
  // The clock advances with every look: long enough for lines of progress between steps.
  const first = await runCli(argv, {
    signal: stop.signal,
    elapsedMs: () => {
      if (
        existsSync(`${out}/log.jsonl`) &&
        readFileSync(`${out}/log.jsonl`, 'utf8').includes('"validation"')
      )
        stop.abort();
      time += 4000;
      return time;
    },
  });
  expect(first.code).toBe(130);
  expect(first.out).toContain('The same command goes on');
  expect(first.err).toMatch(/Training: \d of 4 \(\d+ %\), .* left, loss/);
  const second = await runCli(argv);
  expect(second.code).toBe(0);
  expect(second.err).toMatch(/Going on from step [23] of 4/);
  expect(second.out).toContain('Finished after 4 steps.');
  expect(second.out).toMatch(/Last measured: accuracy/);
  expect(existsSync(`${out}/best/model.json`)).toBe(true);
  const other = await runCli(['train', recipeFile({ seed: 9 }), ...argv.slice(2)]);
  expect(other.code).toBe(2);
  expect(other.err).toContain('must go on with the recipe that it began with');
});

test('a family alone says what it chose; --json prints one object', async () => {
  const argv = ['train', 'resnet', '--data', cells, '--preset', 'tiny', '--size', '32x32', ...fast];
  const options = ['--steps', '1', '--batch', '2', '--split', 'none', '--name', 'mine'];
  const { code, out, err } = await runCli([
    ...argv,
    ...options,
    '--out',
    folder.at('family'),
    '--json',
  ]);
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out)).toMatchObject({ end: 'finished', step: 1, steps: 1, best: null });
  const run = JSON.parse(readFileSync(folder.at('family', 'run.json'), 'utf8'));
  expect(run.words.join(' ')).toContain('Classes: neutrophil, lymphocyte');
  expect(run.recipe).toMatchObject({
    name: 'mine',
    batchSize: 2,
    data: [{ split: { by: 'none' } }],
  });
});

test('an experiment trains what is missing, is listed, and reports with the paper beside it', async () => {
  const home = folder.at('experiments', 'rates');
  mkdirSync(home, { recursive: true });
  const { name: _, data: __, ...rest } = recipe;
  const experiment = {
    title: 'Two rates',
    question: 'Which rate learns faster?',
    recipe: { ...rest, data: [{ name: 'cells' }], steps: 2 },
    variants: { slow: { learningRate: 1e-5 }, fast: { learningRate: 0.01 } },
    folds: 3,
    measures: ['accuracy'],
    paper: {
      source: 'Nobody 2026',
      values: { fast: { accuracy: 0.875 } },
      differs: ['The data are drawn.'],
    },
  };
  writeFileSync(`${home}/experiment.json`, JSON.stringify(experiment));
  const run = ['experiment', 'run', home, '--data', `cells=${cells}`, ...fast];
  const { code, out } = await runCli([...run, '--only', 'slow']);
  expect(code).toBe(0);
  expect(out).toContain('3 runs of 3 finished');
  const all = await runCli(run);
  expect(all.out).toContain('6 runs of 6 finished');
  // Nothing is left to do: no line of training.
  expect((await runCli(run)).err).toBe('');
  const list = await runCli(['experiment', 'list', folder.at('experiments'), '--json']);
  expect(JSON.parse(list.out)).toEqual([{ name: 'rates', title: 'Two rates', runs: 6, done: 6 }]);
  expect((await runCli(['experiment', 'report', home])).code).toBe(0);
  const readme = readFileSync(`${home}/README.md`, 'utf8');
  expect(readme).toContain('| variant | runs | accuracy | accuracy, paper |');
  expect(readme).toMatch(/\| fast \| 3 \| [\d.]+ ± [\d.]+ \| 0\.875 \|/);
  expect(readme).toMatch(/\| fast \| accuracy \| 3 \| [+−][\d.]+ \| [\d.]+ \| [\d.]+ \|/);
  expect(readme).toContain('- The data are drawn.');
  expect(readFileSync(`${home}/figures/measures.svg`, 'utf8')).toContain('<svg');
  expect(JSON.parse(readFileSync(`${home}/results.json`, 'utf8')).runs).toHaveLength(6);
  const strange = { ...experiment, reference: 'medium' };
  writeFileSync(`${home}/experiment.json`, JSON.stringify(strange));
  expect((await runCli(['experiment', 'report', home])).err).toContain(
    'only its variants slow, fast',
  );
});
