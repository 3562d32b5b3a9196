import { describe, expect, test } from 'vitest';
import { averagePrecision, averageRecall, evaluateCoco } from '../src/index.ts';
import { randomSet } from './random-set.ts';
import { slowAveragePrecision } from './slow-coco.ts';

const seeds = Array.from({ length: 25 }, (_, seed) => seed);
const iouThresholds = [0.3, 0.5, 0.75, 1];
const maxDetections = [1, 3, 100];
const areaRanges = [
  { name: 'all', low: 0, high: 1e10 },
  { name: 'small', low: 0, high: 25 },
  { name: 'medium', low: 25, high: 60 },
];

describe.each(['box', 'mask'] as const)('comparing by %s', (overlap) => {
  test.each(seeds)(
    'agrees with a slow evaluation written from the definition (seed %i)',
    (seed) => {
      const set = randomSet(seed);
      const evaluation = evaluateCoco(set, { overlap, iouThresholds, maxDetections, areaRanges });
      for (const classIndex of set.classNames.keys()) {
        for (const iouThreshold of iouThresholds) {
          for (const { name, low, high } of areaRanges) {
            for (const limit of maxDetections) {
              const settings = { classIndex, iouThreshold, low, high, limit, overlap };
              const slow = slowAveragePrecision(set, settings);
              const selection = {
                classIndex,
                iouThreshold,
                areaRange: name,
                maxDetections: limit,
              };
              const ap = averagePrecision(evaluation, selection);
              const recall = averageRecall(evaluation, selection);
              if (slow === null) expect([ap, recall]).toEqual([null, null]);
              else {
                expect(ap, JSON.stringify(selection)).toBeCloseTo(slow.ap, 9);
                expect(recall, JSON.stringify(selection)).toBeCloseTo(slow.recall, 9);
              }
            }
          }
        }
      }
    },
  );
});

test('judges places only when classes are set aside', () => {
  const set = randomSet(3);
  const oneClass = {
    classNames: ['any'],
    images: set.images.map((image) => ({
      ...image,
      groundTruth: image.groundTruth.map((cell) => ({ ...cell, classIndex: 0 })),
      detections: image.detections.map((cell) => ({ ...cell, classIndex: 0 })),
    })),
  };
  const agnostic = averagePrecision(evaluateCoco(set, { classAgnostic: true }));
  expect(agnostic).toBe(averagePrecision(evaluateCoco(oneClass)));
  expect(agnostic).not.toBe(averagePrecision(evaluateCoco(set)));
});

test('takes a stated area before that of the region', () => {
  const set = randomSet(1);
  const giants = {
    ...set,
    images: set.images.map((image) => ({
      ...image,
      groundTruth: image.groundTruth.map((cell) => ({ ...cell, area: 100_000 })),
    })),
  };
  expect(averagePrecision(evaluateCoco(giants), { areaRange: 'small' })).toBeNull();
  expect(averagePrecision(evaluateCoco(set), { areaRange: 'small' })).not.toBeNull();
});

test('refuses what cannot be measured', () => {
  const set = randomSet(0);
  const first = set.images.find((image) => image.detections.length > 0)!;
  const withDetection = (change: object) => ({
    ...set,
    images: [{ ...first, detections: [{ ...first.detections[0]!, ...change }] }],
  });
  expect(() => evaluateCoco(withDetection({ score: Number.NaN }))).toThrow('finite number');
  expect(() => evaluateCoco(withDetection({ classIndex: 4 }))).toThrow('whole number below 4');
  expect(() => evaluateCoco(withDetection({ mask: undefined }), { overlap: 'mask' })).toThrow(
    'mask of each detection must be present',
  );
  expect(() => evaluateCoco(withDetection({ box: { x1: 5, y1: 0, x2: 4, y2: 1 } }))).toThrow(
    'x2 >= x1',
  );
  expect(() => evaluateCoco(set, { iouThresholds: [0] })).toThrow('above 0 and at most 1');
  expect(() => evaluateCoco(set, { maxDetections: [10, 1] })).toThrow('ascending');
  expect(() => averagePrecision(evaluateCoco(set), { iouThreshold: 0.51 })).toThrow(
    "must be one of the evaluation's",
  );
});
