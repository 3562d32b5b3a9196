import { expect, test } from 'vitest';
import { fitCalibration } from './calibrate-model.ts';

const before = { temperature: 1, scoreThreshold: 0.5 };
const options = { flagged: 0.085, beta: 2 };
/** Two cells found, a weaker finding on nothing. */
const fields = [{ scores: [0.9, 0.8, 0.3], hits: [0.9, 0.8] }];

test('a model of one class keeps its temperature and doubts no type; its score is fitted', () => {
  const typed = [0.9, 0.8].map((p) => ({ probabilities: [p], allowed: [true] }));
  const calibration = fitCalibration({ fields, typed }, ['leukocyte'], before, options);
  expect(calibration).toEqual({ temperature: 1, scoreThreshold: expect.any(Number) });
  expect(calibration.scoreThreshold).toBeGreaterThan(0.3);
  expect(calibration.scoreThreshold).toBeLessThanOrEqual(0.8);
});

test('a model of several classes gets a temperature and a limit of doubt', () => {
  const typed = Array.from({ length: 40 }, (_, i) => ({
    probabilities: i % 4 === 0 ? [0.3, 0.7] : [0.8, 0.2],
    allowed: [true, false],
  }));
  const classes = ['lymphocyte', 'monocyte'] as const;
  const { temperature, unsureBelow } = fitCalibration({ fields, typed }, classes, before, options);
  expect(temperature).toBeGreaterThan(0);
  expect(unsureBelow).toBeGreaterThan(0.5);
  expect(() => fitCalibration({ fields, typed: [] }, classes, before, options)).toThrow(
    'cells of known type',
  );
});
