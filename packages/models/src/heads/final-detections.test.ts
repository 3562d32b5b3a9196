import { float32, int64 } from '@leukoscope/core';
import { constant } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { evaluateGraph } from '../../../nn/test/evaluate-graph.ts';
import {
  bestOfEachClass,
  bestPairs,
  type Candidates,
  type DetectionConfig,
  finalDetections,
} from './final-detections.ts';

const options: DetectionConfig = {
  scoreThreshold: 0.1,
  iouThreshold: 0.5,
  suppression: 'per-class',
  candidates: 100,
  detections: 4,
};

/** One image: box, score, class and two probabilities a row. */
const candidatesOf = (
  rows: readonly (readonly [number[], number, number, number[]])[],
): Candidates => ({
  boxes: constant(
    float32(
      rows.flatMap(([box]) => box),
      [1, rows.length, 4],
    ),
  ),
  scores: constant(
    float32(
      rows.map(([, score]) => score),
      [1, rows.length],
    ),
  ),
  classIndex: constant(
    int64(
      rows.map(([, , k]) => k),
      [1, rows.length],
    ),
  ),
  probabilities: constant(
    float32(
      rows.flatMap(([, , , p]) => p),
      [1, rows.length, 2],
    ),
  ),
});

const rows = [
  [[10, 10, 30, 30], 0.5, 0, [0.5, 0.25]],
  [[12, 10, 32, 30], 0.9, 0, [0.9, 0.3]], // IoU with the first: 18 · 20 / (2 · 400 - 360) = 9/11
  [[11, 10, 31, 30], 0.7, 1, [0.2, 0.7]],
  [[-8, -8, 4, 4], 0.3, 1, [0, 0.3]],
  [[60, 60, 70, 70], 0.1, 0, [0.1, 0]], // not above the threshold
] as const;

const detect = (overrides: Partial<DetectionConfig> = {}) =>
  evaluateGraph(
    finalDetections(candidatesOf(rows as never), { ...options, ...overrides }) as never,
  ) as Promise<Record<string, number[]>>;

test('keeps the best of each class, best first, and fills up with rows of zeros', async () => {
  const found = await detect();
  expect(found['boxes']).toEqual([12, 10, 32, 30, 11, 10, 31, 30, -8, -8, 4, 4, 0, 0, 0, 0]);
  expect(found['scores']!.map((s) => Math.fround(s))).toEqual([0.9, 0.7, 0.3, 0].map(Math.fround));
  expect(found['class_index']).toEqual([0, 1, 1, 0]);
  const shares = [0.9 / 1.2, 0.3 / 1.2, 0.2 / 0.9, 0.7 / 0.9, 0, 1, 0, 0];
  found['probabilities']!.forEach((p, i) => {
    expect(p).toBeCloseTo(shares[i]!, 6);
  });
});

test('one cell has one type where classes suppress one another', async () => {
  const found = await detect({ suppression: 'across-classes' });
  expect(found['boxes']!.slice(0, 8)).toEqual([12, 10, 32, 30, -8, -8, 4, 4]);
  expect(found['scores']!.slice(2)).toEqual([0, 0]);
});

test('thresholds and the number of rows decide', async () => {
  expect((await detect({ iouThreshold: 0.9 }))['class_index']).toEqual([0, 1, 0, 1]);
  expect((await detect({ scoreThreshold: 0.6 }))['scores']!.filter((s) => s > 0)).toHaveLength(2);
  expect((await detect({ detections: 1 }))['boxes']).toEqual([12, 10, 32, 30]);
});

test('candidates are the best pairs of each level, and know box and class', async () => {
  // 2 images, 3 boxes (levels of 2 and 1), 2 classes
  const scores = constant(float32([1, 5, 4, 2, 3, 6, 9, 7, 8, 0, 1, 2], [2, 3, 2]));
  const { row, classIndex, pair, scores: best } = bestPairs(scores, { groups: [2, 1], most: 3 });
  const found = await evaluateGraph({ row, classIndex, pair, best });
  expect(found.best).toEqual([5, 4, 2, 6, 3, 9, 8, 7, 2, 1]);
  expect(found.row).toEqual([0, 1, 1, 2, 2, 0, 1, 0, 2, 2]);
  expect(found.classIndex).toEqual([1, 0, 1, 1, 0, 0, 0, 1, 1, 0]);
  expect(found.pair).toEqual([1, 2, 3, 5, 4, 0, 2, 1, 5, 4]);
});

test('or the best boxes of each class', async () => {
  const scores = constant(float32([1, 5, 4, 2, 3, 6], [1, 3, 2]));
  const found = await evaluateGraph({ ...bestOfEachClass(scores, 2) });
  expect(found.scores).toEqual([4, 3, 6, 5]);
  expect(found.row).toEqual([1, 2, 2, 0]);
  expect(found.classIndex).toEqual([0, 0, 1, 1]);
  expect(found.pair).toEqual([2, 4, 5, 1]);
});

test('refuses candidates and groups that do not fit', () => {
  const candidates = candidatesOf(rows as never);
  const other = { ...candidates, classIndex: constant(int64([0], [1, 1])) };
  expect(() => finalDetections(other, options)).toThrow('classIndex of candidates must be [1, 5');
  const scores = constant(float32([1, 2], [1, 2, 1]));
  expect(() => bestPairs(scores, { groups: [1], most: 5 })).toThrow('add up to the 2 boxes');
});
