import { expect, test } from 'vitest';
import { fitScoreThreshold, fitTemperature, logLoss, unsureBelow } from './fit-calibration.ts';

const cell = (p: number, isRight: boolean) => ({
  probabilities: [p, 1 - p],
  allowed: [isRight, !isRight],
});
const many = (count: number, p: number, isRight: boolean) =>
  Array.from({ length: count }, () => cell(p, isRight));

test('a network that says too little of its certainty gets a temperature below 1', () => {
  // .7 is right 9 times of 10: (.7 / .3)^(1/T) = 9
  const T = fitTemperature([...many(90, 0.7, true), ...many(10, 0.7, false)]);
  expect(T).toBeCloseTo(Math.log(0.7 / 0.3) / Math.log(9), 1);
});

test('a network that says too much gets one above 1', () => {
  expect(fitTemperature([...many(7, 0.95, true), ...many(3, 0.95, false)])).toBeGreaterThan(2);
});

test('a label that allows several classes asks for their sum', () => {
  const probabilities = [0.5, 0.3, 0.2];
  expect(logLoss([{ probabilities, allowed: [true, true, false] }])).toBeCloseTo(-Math.log(0.8));
});

test('so many of the right answers lie below the threshold as may be flagged', () => {
  const certainties = Array.from({ length: 100 }, (_, i) => i / 100);
  expect(unsureBelow(certainties, 0.085)).toBe(0.08);
  expect(unsureBelow([], 0.1)).toBe(0);
});

test('the score threshold weighs missed cells by β', () => {
  // Three cells found at .8, one at .3; three extra detections at .35.
  const fields = [{ scores: [0.8, 0.8, 0.8, 0.3, 0.35, 0.35, 0.35], hits: [0.8, 0.8, 0.8, 0.3] }];
  expect(fitScoreThreshold(fields, 0.5)).toBeGreaterThan(0.35);
  expect(fitScoreThreshold(fields, 2)).toBeLessThanOrEqual(0.3);
});
