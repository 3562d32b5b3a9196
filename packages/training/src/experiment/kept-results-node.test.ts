import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseExperiment } from './experiment.ts';
import { reportExperiment } from './experiment-report.ts';
import { readResults } from './experiment-results-node.ts';
import { logOf, withKept } from './kept-results-node.ts';

const home = mkdtempSync(path.join(tmpdir(), 'leukoscope-kept-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const written = (steps: number) => ({
  title: 'Sizes',
  recipe: { model: { family: 'resnet' }, data: [{ name: 'a' }], steps, seed: 3 },
  variants: { small: {}, large: { model: { preset: 'paper' } } },
});

test('a result stays reported when its run is gone, as long as its recipe is the same', async () => {
  const { experiment, runs } = parseExperiment(written(5), 'test');
  const missing = await readResults(runs, path.join(home, 'runs'));
  expect(await withKept(missing, home)).toEqual(missing);

  const [small] = missing;
  const tested = { measures: { accuracy: 0.9 }, limits: {}, pictures: [], examples: 7, groups: 7 };
  const kept = { id: 'small', state: 'done', recipe: small!.recipeHash, step: 5, steps: 5 };
  const examples = { train: 10, validation: 2, test: 7 };
  const file = { runs: [{ ...kept, examples, measures: { accuracy: 0.9, AP: null }, tested }] };
  writeFileSync(path.join(home, 'results.json'), JSON.stringify(file));
  mkdirSync(path.join(home, 'logs'));
  writeFileSync(
    path.join(home, logOf({ id: 'small' })),
    '{"kind":"end","step":5,"seconds":120,"values":{}}\n',
  );
  const [again, large] = await withKept(missing, home);
  expect(again).toMatchObject({ state: 'done', isKept: true, step: 5, counts: examples });
  expect(again!.measures).toEqual({ accuracy: 0.9 });
  expect(again!.lines).toHaveLength(1);
  expect(large).toBe(missing[1]);

  const { readme, results } = reportExperiment('sizes', experiment, [again!, large!]);
  expect(readme).toContain('of runs that lie elsewhere: small.');
  expect(readme).toMatch(/\| small \| 1 \| 2 \|/);
  expect(results).toMatchObject({
    runs: [{ id: 'small', recipe: small!.recipeHash }, { id: 'large' }],
  });

  const other = await readResults(
    parseExperiment(written(6), 'test').runs,
    path.join(home, 'runs'),
  );
  expect((await withKept(other, home)).map(({ state }) => state)).toEqual(['missing', 'missing']);
});
