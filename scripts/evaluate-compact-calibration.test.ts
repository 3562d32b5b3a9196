import { refinerClasses, refinerProbabilities } from '@leukoscope/models';
import { expect, test } from 'vitest';
import type { AnalysedCell } from './evaluate-compact-analyse.ts';
import { calibrationScores, fitCalibration } from './evaluate-compact-calibration.ts';
import { halfOf } from './evaluate-compact-halves.ts';
import { fiveTypes, type MatchedCell, tenTypes } from './evaluate-compact-measures.ts';

/** A cell and what the network says of it; logits that are not given are 0. */
function cellOf(
  cellClass: (typeof refinerClasses)[number],
  said: Partial<Readonly<Record<(typeof refinerClasses)[number], number>>>,
): MatchedCell {
  const logits = Float32Array.from(refinerClasses, (c) => said[c] ?? 0);
  const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
  const probabilities = Array.from(refinerProbabilities(logits));
  const found: AnalysedCell = { box, score: 0.9, mask: undefined, probabilities };
  return { truth: { box, cellClass }, found };
}

/** 90 right answers that the network is fairly sure of, 10 wrong ones of which it is not. */
const cells = [
  ...Array.from({ length: 90 }, (_, i) => cellOf('monocyte', { monocyte: 3 + i / 100 })),
  ...Array.from({ length: 10 }, () => cellOf('monocyte', { lymphocyte: 1 })),
];

test('the threshold lies where few right answers and the unsure wrong ones are below it', () => {
  const scores = calibrationScores(cells, tenTypes, 'fine', fitCalibration(cells, [], []));
  expect(scores.wrongFlagged.share).toBe(1);
  expect(scores.rightFlagged.share).toBeLessThanOrEqual(0.09);
});

test('a doubt between two kinds of one type counts only where they are told apart', () => {
  const torn = [cellOf('band-neutrophil', { 'band-neutrophil': 8.1, 'segmented-neutrophil': 8 })];
  const calibration = { temperature: 1, unsureBelow: 0.7, scoreThreshold: 0.3 };
  expect(calibrationScores(torn, tenTypes, 'fine', calibration).rightFlagged.share).toBe(1);
  expect(calibrationScores(torn, fiveTypes, 'five', calibration).rightFlagged.share).toBe(0);
});

test('a network that says too little of its certainty gets a temperature below 1', () => {
  expect(fitCalibration(cells, [], []).temperature).toBeLessThan(1);
});

test('BCISC is halved by slide, other images by their names, and both halves are used', () => {
  expect(halfOf('bcisc/baso_4-1.jpg')).toBe('tuning');
  expect(halfOf('bcisc/baso_7-4.jpg')).toBe('reporting');
  const halves = Array.from({ length: 200 }, (_, i) => halfOf(`oi-pbc/val/${i}.jpg`));
  expect(halves.filter((half) => half === 'tuning').length).toBeGreaterThan(70);
  expect(halves.filter((half) => half === 'reporting').length).toBeGreaterThan(70);
});
