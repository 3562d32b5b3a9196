import { expect, test } from 'vitest';
import { compareVariants, gatherMeasures } from './compare-variants.ts';
import { mergeFields, parseExperiment } from './experiment.ts';
import { reportExperiment } from './experiment-report.ts';
import type { RunResult } from './experiment-results-node.ts';

const written = {
  title: 'Sizes',
  recipe: { model: { family: 'resnet' }, data: [{ name: 'a' }, { name: 'b' }], steps: 5, seed: 3 },
  variants: { small: {}, large: { model: { preset: 'paper' }, steps: null, epochs: 2 } },
};

test('a change is laid over field by field, and null takes away', () => {
  expect(
    mergeFields({ a: { x: 1, y: 2 }, b: [1], c: 3 }, { a: { y: null, z: 4 }, b: [2], c: null }),
  ).toEqual({
    a: { x: 1, z: 4 },
    b: [2],
  });
});

test('variants times folds times seeds, each a recipe of its own', () => {
  const { runs } = parseExperiment({ ...written, folds: 2, seeds: [7, 8] }, 'test');
  expect(runs.map(({ id }) => id)).toEqual([
    ...['small/fold-1/seed-7', 'small/fold-1/seed-8', 'small/fold-2/seed-7', 'small/fold-2/seed-8'],
    ...['large/fold-1/seed-7', 'large/fold-1/seed-8', 'large/fold-2/seed-7', 'large/fold-2/seed-8'],
  ]);
  const { recipe } = runs[7]!;
  expect([recipe.seed, recipe.steps, recipe.epochs, recipe.model.preset]).toEqual([
    8,
    undefined,
    2,
    'paper',
  ]);
  for (const { split } of recipe.data)
    expect(split).toMatchObject({ by: 'folds', folds: 2, fold: 2 });
  expect(parseExperiment(written, 'test').runs.map(({ id }) => id)).toEqual(['small', 'large']);
});

test('folds keep what a set says of its own', () => {
  const data = [{ name: 'a', split: { by: 'folds', folds: 9, fold: 1, together: 'slide' } }];
  const { runs } = parseExperiment(
    { ...written, recipe: { ...written.recipe, data }, folds: 3 },
    'test',
  );
  expect(runs[2]!.recipe.data[0]!.split).toMatchObject({ folds: 3, fold: 3, together: 'slide' });
});

test('names that are no variants, and recipes that do not fit, are refused with their place', () => {
  const paper = { source: 'x', values: { medium: { AP: 1 } } };
  expect(() => parseExperiment({ ...written, paper }, 'e.json')).toThrow(
    'only its variants small, large',
  );
  const variants = { small: { steps: -1 } };
  expect(() => parseExperiment({ ...written, variants }, 'e.json')).toThrow(
    'e.json, variant small',
  );
});

const { experiment, runs } = parseExperiment(
  { ...written, folds: 5, paper: { source: 'P', values: { large: { AP: 0.5 } } } },
  'test',
);
const results = (differences: readonly number[]): RunResult[] =>
  runs.map((run) => ({
    run,
    recipeHash: 'abc',
    isKept: false,
    state: 'done',
    step: 5,
    steps: 5,
    measures: {
      AP: 0.5 + run.fold! / 100 + (run.variant === 'large' ? differences[run.fold! - 1]! : 0),
    },
    tested: undefined,
    lines: [],
    counts: undefined,
  }));

test('variants are compared fold by fold', () => {
  const [one] = compareVariants(
    results([0.1, 0.1, 0.11, 0.1, 0.1]),
    ['small', 'large'],
    ['AP'],
    'small',
  );
  expect(one!.pairs).toBe(5);
  expect(one!.difference).toBeCloseTo(0.102, 9);
  // All five on one side: 2 / 2^5.
  expect(one!.wilcoxonP).toBeCloseTo(0.0625, 9);
  expect(one!.pairedTP).toBeLessThan(1e-4);
});

test('variants are compared picture by picture where each was tested, whatever the number of runs', () => {
  const tested = results([0, 0, 0, 0, 0])
    .filter(({ run }) => run.fold === 1)
    .map((result) => ({
      ...result,
      tested: {
        format: 1 as const,
        step: 5,
        examples: 12,
        groups: 6,
        measures: { AP: 0.9 },
        limits: { AP: { low: 0.8, high: 0.95 } },
        resamples: 500,
        // Two cells of each picture: they are one pair.
        pictures: Array.from({ length: 12 }, (_, i) => ({
          set: 'cells',
          file: `${i % 6}.png`,
          values: { AP: 0.5 + (i % 6) / 100 + (result.run.variant === 'large' ? 0.1 : 0) },
        })),
      },
    }));
  const [one] = compareVariants(tested, ['small', 'large'], ['AP'], 'small');
  expect(one).toMatchObject({ unit: 'pictures', pairs: 6 });
  expect(one!.difference).toBeCloseTo(0.1, 9);
  expect(one!.wilcoxonP).toBeCloseTo(2 / 2 ** 6, 9);
  const { readme, figures } = reportExperiment('cells', experiment, tested);
  expect(readme).toContain('(0.8000 to 0.9500)');
  expect(readme).toContain('12 (6) examples');
  expect(readme).toContain('cells/5.png 0.6500, cells/4.png 0.6400, cells/3.png 0.6300');
  expect(figures.map(({ name }) => name)).toEqual(['pictures-AP']);
});

test('unfinished runs count nowhere, and too few pairs say nothing', () => {
  const some = results([0, 0, 0, 0, 0]).map((result, i) =>
    i % 5 < 3 ? { ...result, state: 'begun' as const } : result,
  );
  expect(compareVariants(some, ['small', 'large'], ['AP'], 'small')).toEqual([]);
  expect(gatherMeasures(some, ['small'], ['AP'])[0]!.values).toHaveLength(2);
  const { readme } = reportExperiment('cells', experiment, some);
  expect(readme).toContain('Not all runs are finished: small/fold-1 (step 5 of 5)');
  expect(readme).toContain('cannot be told');
});

test('the command names the sets of boxes too', () => {
  const centred = results([0, 0, 0, 0, 0]).map((result) => {
    const [set, ...sets] = result.run.recipe.data;
    const data = [{ ...set!, centred: { boxes: 'found' } }, ...sets];
    return { ...result, run: { ...result.run, recipe: { ...result.run.recipe, data } } };
  });
  const { readme } = reportExperiment('cells', experiment, centred);
  expect(readme).toContain('--data found=DIR');
});

test('the minutes of a run are those of all times that it went on', () => {
  const line = (kind: 'start' | 'steps', seconds: number) => ({
    kind,
    step: 1,
    seconds,
    values: {},
  });
  const lines = [line('start', 0), line('steps', 300), line('start', 0), line('steps', 420)];
  const again = results([0, 0, 0, 0, 0]).map((result) => ({ ...result, lines }));
  const { readme } = reportExperiment('cells', experiment, again);
  expect(readme).toContain('| small | 5 | 12 |');
});

test('the paper’s number stands beside ours', () => {
  const { readme, figures } = reportExperiment('cells', experiment, results([0, 0, 0, 0, 0]));
  expect(readme).toContain('| variant | runs | minutes | AP | AP, paper |');
  expect(readme).toContain('| small | 5 | – | 0.5300 ± 0.0158 | – |');
  expect(readme).toContain('| large | 5 | – | 0.5300 ± 0.0158 | 0.5 |');
  expect(figures.map(({ name }) => name)).toEqual(['measures']);
});
