import { expect, test } from 'vitest';
import { parseModelDescription } from './model-description.ts';

const described = (priors?: object) => ({
  format: 2,
  name: 'm',
  reader: 'boxes',
  classes: ['lymphocyte', 'blast'],
  input: {
    size: { width: 64, height: 64 },
    fit: 'stretch',
    multipleOf: 8,
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
    padding: 0,
  },
  calibration: { scoreThreshold: 0.1 },
  ...(priors === undefined ? {} : { priors }),
});

test('a prior names classes of the model and an expectation that there is', () => {
  const prior = { factors: { blast: 0.1 }, unexpectedFrom: 0.5 };
  expect(parseModelDescription(described({ 'ordinary-blood': prior }), 'd').priors).toEqual({
    'ordinary-blood': prior,
  });
  expect(parseModelDescription(described(), 'd')).not.toHaveProperty('priors');
  const refused = (priors: object) => () => parseModelDescription(described(priors), 'd');
  expect(refused({ blood: prior })).toThrow('priors');
  expect(refused({ marrow: { ...prior, factors: { monocyte: 2 } } })).toThrow(
    'priors.marrow.factors.monocyte',
  );
  expect(refused({ marrow: { ...prior, factors: { leucocyte: 2 } } })).toThrow('priors.marrow');
  expect(refused({ marrow: { ...prior, factors: { blast: 0 } } })).toThrow(
    'priors.marrow.factors.blast',
  );
  expect(refused({ marrow: { factors: {} } })).toThrow('priors.marrow.unexpectedFrom');
});

test('a table of familiar cells has a row a class and as many numbers', () => {
  const familiar = {
    means: [
      [1, -1],
      [-1, 1],
    ],
    deviations: [1, 2],
    limit: 0.2,
  };
  const parse = (more: object) =>
    parseModelDescription({ ...described(), familiar: { ...familiar, ...more } }, 'd').familiar;
  expect(parse({})).toEqual(familiar);
  expect(() => parse({ means: [[1, -1]] })).toThrow('familiar');
  expect(() => parse({ deviations: [1] })).toThrow('familiar');
  expect(() => parse({ deviations: [1, 0] })).toThrow('familiar.deviations.1');
});

test('stages lie within the classes of the model, with a number each', () => {
  const stages = {
    specimen: 'marrow',
    classes: ['blast', 'lymphocyte'],
    unsureBelow: 0.4,
    bias: [0, 0],
    weights: 'AAAAAA==',
  };
  const parsed = (change: object) =>
    parseModelDescription({ ...described(), stages: { ...stages, ...change } }, 'd');
  expect(parsed({}).stages).toEqual(stages);
  expect(() => parsed({ classes: ['blast', 'pronormoblast'] })).toThrow(
    'pronormoblast must be one of the classes or lie below one',
  );
  expect(() => parsed({ bias: [0] })).toThrow('one number for each of its classes');
  expect(() => parsed({ specimen: 'urine' })).toThrow('stages.specimen');
});
