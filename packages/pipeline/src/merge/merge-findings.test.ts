import { expect, test } from 'vitest';
import type { ModelFinding } from '../model/leukocyte-model.ts';
import { suppressFindings } from './suppress-findings.ts';
import { weightedBoxFusion } from './weighted-box-fusion.ts';

const finding = (
  [x1, y1, x2, y2]: [number, number, number, number],
  score: number,
  classIndex = 0,
  more: Partial<ModelFinding> = {},
): ModelFinding => ({
  box: { x1, y1, x2, y2 },
  score,
  classIndex,
  cellClass: classIndex === 0 ? 'lymphocyte' : 'monocyte',
  isUnsure: false,
  ...more,
});

test('suppression keeps the best of overlapping findings, of any class unless told otherwise', () => {
  const findings = [
    finding([0, 0, 10, 10], 0.6),
    finding([1, 0, 11, 10], 0.9, 1), // IoU 9 / 11
    finding([40, 0, 50, 10], 0.3),
  ];
  expect(suppressFindings(findings).map(({ score }) => score)).toEqual([0.9, 0.3]);
  expect(suppressFindings(findings, { perClass: true })).toHaveLength(3);
  expect(suppressFindings(findings, { iouThreshold: 0.85 })).toHaveLength(3);
});

test('fusion averages boxes by score and keeps the mean score where all models agree', () => {
  const [fused, ...rest] = weightedBoxFusion([
    [finding([0, 0, 10, 10], 0.8)],
    [finding([2, 0, 12, 10], 0.4)],
  ]);
  expect(rest).toEqual([]);
  expect(fused!.box.x1).toBeCloseTo((0.8 * 0 + 0.4 * 2) / 1.2, 12);
  expect(fused!.box.x2).toBeCloseTo((0.8 * 10 + 0.4 * 12) / 1.2, 12);
  expect(fused!.score).toBeCloseTo((0.8 + 0.4) / 2, 12);
});

test('what one of three models sees alone keeps a third of its score', () => {
  const [fused] = weightedBoxFusion([[finding([0, 0, 10, 10], 0.9)], [], []]);
  expect(fused!.score).toBeCloseTo((0.9 * 1) / 3, 12);
});

test('weights count models more or less', () => {
  const models = [[finding([0, 0, 10, 10], 0.8)], [finding([2, 0, 12, 10], 0.8)]];
  const [fused] = weightedBoxFusion(models, { weights: [3, 1] });
  expect(fused!.box.x1).toBeCloseTo((3 * 0 + 1 * 2) / 4, 12);
  expect(() => weightedBoxFusion(models, { weights: [1] })).toThrow('one number above 0 per model');
});

test('fusion averages probabilities, keeps classes apart and needs enough overlap', () => {
  const models = [
    [finding([0, 0, 10, 10], 0.5, 0, { probabilities: [0.8, 0.2] })],
    [finding([0, 0, 10, 10], 0.5, 0, { probabilities: [0.6, 0.4] })],
  ];
  const [fused] = weightedBoxFusion(models);
  expect(fused!.probabilities![0]).toBeCloseTo(0.7, 12);
  const kinds = [[finding([0, 0, 10, 10], 0.5, 0)], [finding([0, 0, 10, 10], 0.5, 1)]];
  expect(weightedBoxFusion(kinds)).toHaveLength(2);
  const apart = [[finding([0, 0, 10, 10], 0.5)], [finding([3, 0, 13, 10], 0.5)]]; // IoU 7 / 13
  expect(weightedBoxFusion(apart)).toHaveLength(2);
  expect(weightedBoxFusion(apart, { iouThreshold: 0.5 })).toHaveLength(1);
});
