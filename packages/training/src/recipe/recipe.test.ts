import { readFileSync } from 'node:fs';
import { familyOf, modelFamilies } from '@leukoscope/models';
import { describe, expect, test } from 'vitest';
import { bestMeasures, bestRuleOf, completeRecipe, type RecipeFacts } from './complete-recipe.ts';
import { augmentationOf, optimiserOf, scheduleOf, stagesOf } from './recipe-parts.ts';
import { parseTrainRecipe, type RecipeInput } from './recipe.ts';

const least: RecipeInput = { model: { family: 'resnet' }, data: [{ name: 'cells' }] };
const facts: RecipeFacts = {
  title: 'ResNet',
  task: 'classes',
  defaults: {
    optimiser: 'adamw',
    learningRate: 0.002,
    weightDecay: 0.03,
    batchSize: 32,
    epochs: 20,
    augmentation: 'peripheral',
  },
  config: { classes: ['lymphocyte'] },
  trainingSizes: [{ width: 64, height: 64 }],
  data: [{ name: 'cells', split: { by: 'ratio', validation: 0.2, test: 0, seed: 0 } }],
  crops: undefined,
  trainCount: 640,
  validationCount: 160,
  testCount: 0,
  mostCells: 1,
};
const complete = (change: Partial<RecipeInput> = {}, about: Partial<RecipeFacts> = {}) =>
  completeRecipe(parseTrainRecipe({ ...least, ...change }, 'test'), { ...facts, ...about });

describe('checking', () => {
  const refusal = (change: Record<string, unknown>) => () =>
    parseTrainRecipe({ ...least, ...change }, 'recipe.json');

  test('a field that is unknown or of another form is named with its place', () => {
    expect(refusal({ surprise: 1 })).toThrow("recipe.json must fit the recipe's form");
    expect(refusal({ data: [{ name: 'cells', split: { by: 'moon' } }] })).toThrow('data.0.split');
    expect(refusal({ optimiser: { kind: 'sgd', momentum: 2 } })).toThrow('optimiser.momentum');
  });

  test('steps and epochs at once, half a list of shares, a fold beyond the last are refused', () => {
    expect(refusal({ steps: 10, epochs: 2 })).toThrow('steps or epochs');
    expect(refusal({ data: [{ name: 'a', share: 1 }, { name: 'b' }] })).toThrow(
      'all data sets a share',
    );
    expect(refusal({ data: [{ name: 'a' }, { name: 'a' }] })).toThrow('each data set once');
    const split = { by: 'folds', folds: 3, fold: 4 };
    expect(refusal({ data: [{ name: 'a', split }] })).toThrow('at most 3');
  });

  test('every stage but the last says how long it is', () => {
    expect(refusal({ stages: [{ side: 64 }, { side: 128 }] })).toThrow('none for stage 1');
    expect(refusal({ stages: [{ steps: 5 }] })).toThrow('steps for all');
  });
});

describe('filling in', () => {
  test('what is left out follows from the family and the size of the data', () => {
    const { recipe, words } = complete();
    expect(recipe).toMatchObject({
      name: 'resnet',
      steps: 400, // 20 epochs of 640 / 32
      batchSize: 32,
      learningRate: 0.002,
      optimiser: { kind: 'adamw', weightDecay: 0.03 },
      augmentation: 'peripheral',
      schedule: { kind: 'cosine', warmUp: 40 },
      validation: { every: 50, best: 'macroF1' },
    });
    expect(words.join(' ')).toContain('400 steps of 32 examples (20 passes over 640)');
  });

  test('what is given stays, every field of it', () => {
    const given = {
      name: 'mine',
      steps: 7,
      batchSize: 3,
      accumulate: 2,
      learningRate: 0.5,
      optimiser: { kind: 'sgd', weightDecay: 0.1, momentum: 0.5, nesterov: true },
      schedule: { kind: 'constant', warmUp: 0 },
      augmentation: 'none',
      draw: 'types',
      mostCells: 4,
      clipNorm: 3,
      averageDecay: 0.9,
      rates: { fc: 3 },
      seed: 5,
      earlyStopping: { patience: 2, leastGain: 0.1 },
      validation: { every: 2, most: 9, best: 'logLoss' },
      stages: [{ side: 64, frozen: ['conv1'], steps: 3 }, { frozen: [] }],
    } as const;
    const { recipe } = complete(given as unknown as Partial<RecipeInput>);
    expect(recipe).toMatchObject(given);
    expect(bestRuleOf(recipe)).toEqual({
      measure: 'logLoss',
      goal: 'lowest',
      patience: 2,
      leastGain: 0.1,
    });
  });

  test('epochs count passes, also with accumulated batches', () => {
    expect(complete({ epochs: 0.5, batchSize: 16, accumulate: 4 }).recipe.steps).toBe(5);
  });

  test('a recipe as run is a recipe, and filled in again it is itself', () => {
    const { recipe } = complete();
    const again = completeRecipe(
      parseTrainRecipe(JSON.parse(JSON.stringify(recipe)), 'again'),
      facts,
    );
    expect(again.recipe).toEqual(recipe);
  });

  test('few pictures make small batches, and a detector counts the cells of the fullest picture', () => {
    expect(complete({}, { trainCount: 5 }).recipe.batchSize).toBe(5);
    const detector = { task: 'boxes', mostCells: 480 } as const;
    const { recipe, words } = complete({}, detector);
    expect([recipe.mostCells, recipe.validation.best]).toEqual([100, 'AP']);
    expect(words.join(' ')).toContain('the fullest has 480');
    expect(complete({}, { validationCount: 0 }).words.join(' ')).toContain('Nothing measures');
  });
});

describe('parts for the engine', () => {
  const own = modelFamilies.find(({ name }) => name === 'resnet')!.configure().input;
  const input = { ...own, multipleOf: 32 };

  test('schedules: constant, cosine down to its lowest, milestones, each after its warm-up', () => {
    const rate = (schedule: RecipeInput['schedule'], step: number) =>
      scheduleOf(complete({ steps: 100, learningRate: 1, schedule }).recipe)(step);
    expect(rate({ kind: 'constant' }, 99)).toBe(1);
    expect(rate({ kind: 'cosine', lowest: 0.1 }, 100)).toBeCloseTo(0.1, 9);
    expect(rate({ kind: 'milestones', at: [0.5, 0.9], factor: 0.1 }, 95)).toBeCloseTo(0.01, 9);
    expect(rate({ kind: 'constant', warmUp: 10 }, 5)).toBeCloseTo(0.001 + 0.999 * 0.5, 9);
  });

  test('optimisers take every setting', () => {
    const { name, settings } = optimiserOf({
      optimiser: { kind: 'sgd', weightDecay: 0.1, momentum: 0.5, nesterov: true },
    });
    expect([name, settings]).toEqual(['sgd', { weightDecay: 0.1, momentum: 0.5, nesterov: true }]);
    const adam = optimiserOf({
      optimiser: { kind: 'adamw', weightDecay: 0, beta1: 0.8, beta2: 0.9 },
    });
    expect(adam.settings).toMatchObject({ weightDecay: 0, beta1: 0.8, beta2: 0.9 });
  });

  test('a family of several sizes takes turns with them, and ends with its own', () => {
    const trainingSizes = [64, 96, 128].map((side) => ({ width: side, height: side }));
    const change = { steps: 95, validation: { every: 10 } };
    const { recipe, words } = complete(change, { trainingSizes });
    expect(recipe.stages).toHaveLength(10);
    expect(recipe.stages.at(-1)).toEqual({ frozen: [] });
    const sides = recipe.stages.flatMap(({ side }) => side ?? []);
    expect(new Set(sides)).toEqual(new Set([64, 96, 128]));
    expect(stagesOf(recipe, input).map(({ until }) => until)).toEqual([
      ...[10, 20, 30, 40, 50, 60, 70, 80, 90],
      95,
    ]);
    expect(words.join(' ')).toContain('every 10 steps another longer side of 64, 96, 128');
    expect(complete(change, { trainingSizes }).recipe).toEqual(recipe);
    expect(complete({ ...change, stages: [{}] }, { trainingSizes }).recipe.stages).toHaveLength(1);
  });

  test('stages end one after the other; sides are multiples of the stride', () => {
    const stages: RecipeInput['stages'] = [{ side: 70, frozen: ['conv1'], steps: 3 }, {}];
    expect(stagesOf(complete({ steps: 9, stages }).recipe, input)).toEqual([
      { until: 3, size: { width: 64, height: 64 }, frozen: ['conv1'] },
      { until: 9, size: input.size, frozen: [] },
    ]);
    expect(() => stagesOf(complete({ steps: 3, stages }).recipe, input)).toThrow('must fit into');
  });

  test('augmentation by name or written out', () => {
    expect(augmentationOf({ augmentation: 'none' }).steps).toEqual([]);
    expect(augmentationOf({ augmentation: { steps: [{ kind: 'flip' }] } }).steps).toHaveLength(1);
    expect(() => augmentationOf({ augmentation: 'magic' })).toThrow('must be none');
  });
});

test.each(['locator', 'refiner'])('the recipe of the compact %s is one', (part) => {
  const file = new URL(`../../../../experiments/compact/${part}.json`, import.meta.url);
  const recipe = parseTrainRecipe(JSON.parse(readFileSync(file, 'utf8')), part);
  const { family, preset, config } = recipe.model;
  const model = familyOf(family).configure({ preset, config });
  expect(augmentationOf({ augmentation: recipe.augmentation! }).steps.length).toBeGreaterThan(4);
  expect(recipe.validation.best ?? bestMeasures[model.task]).toMatch(/AP|F1/);
});
