import { expect, test } from 'vitest';
import type { DetectionSet } from './detection-set.ts';
import { evaluatePascal } from './pascal-average-precision.ts';
import { averageOfCurve, rankedCurve } from './precision-at-recall.ts';

const size = { width: 100, height: 100 };
const at = (x1: number, y1: number, side = 10) => ({ x1, y1, x2: x1 + side, y2: y1 + side });

// Ranking: right, wrong, right; 4 cells. Precision 1, 1/2, 2/3 at recall 1/4, 1/4, 2/4.
const set: DetectionSet = {
  classNames: ['a', 'never annotated'],
  images: [
    {
      id: '1',
      size,
      groundTruth: [at(0, 0), at(20, 0), at(40, 0), at(60, 0)].map((box) => ({
        box,
        classIndex: 0,
      })),
      detections: [
        { box: at(0, 0), score: 0.9, classIndex: 0 },
        { box: at(80, 80), score: 0.8, classIndex: 0 },
        { box: at(20, 0), score: 0.7, classIndex: 0 },
        { box: at(20, 0), score: 0.7, classIndex: 1 },
      ],
    },
  ],
};

test('averages the whole area under the falling curve', () => {
  const { classes, meanAveragePrecision } = evaluatePascal(set);
  expect(classes[0]!.averagePrecision).toBeCloseTo((1 / 4) * 1 + (1 / 4) * (2 / 3), 12);
  expect(meanAveragePrecision).toBe(classes[0]!.averagePrecision);
});

test('averages eleven points in the manner of 2007', () => {
  // recall 0, .1, .2 are reached with precision 1; .3, .4, .5 with 2/3; six points are not reached
  const ap = evaluatePascal(set, { method: '11-point' }).meanAveragePrecision;
  expect(ap).toBeCloseTo((3 * 1 + 3 * (2 / 3)) / 11, 12);
});

test('has nothing to measure for a class without ground truth', () => {
  expect(evaluatePascal(set).classes[1]).toMatchObject({
    groundTruthCount: 0,
    averagePrecision: null,
  });
});

test('counts a second detection of a taken cell as wrong even when another cell would fit', () => {
  const image = set.images[0]!;
  const twice: DetectionSet = {
    classNames: ['a'],
    images: [
      {
        ...image,
        groundTruth: [at(0, 0), at(3, 0)].map((box) => ({ box, classIndex: 0 })),
        detections: [
          { box: at(0, 0), score: 0.9, classIndex: 0 },
          { box: at(1, 0), score: 0.8, classIndex: 0 }, // IoU 9/11 with the first, 8/12 with the second
        ],
      },
    ],
  };
  expect(evaluatePascal(twice).classes[0]!.curve.recall).toEqual([0.5, 0.5]);
});

test('leaves out detections on crowd regions, and needs the IoU that is asked for', () => {
  const image = set.images[0]!;
  const crowd: DetectionSet = {
    classNames: ['a'],
    images: [
      {
        ...image,
        groundTruth: [
          { box: at(0, 0), classIndex: 0 },
          { box: at(50, 50, 40), classIndex: 0, isCrowd: true },
        ],
        detections: [
          { box: at(60, 60), score: 0.9, classIndex: 0 },
          { box: at(0, 2), score: 0.8, classIndex: 0 }, // IoU 8/12
        ],
      },
    ],
  };
  expect(evaluatePascal(crowd).meanAveragePrecision).toBe(1);
  expect(evaluatePascal(crowd, { iouThreshold: 0.7 }).meanAveragePrecision).toBe(0);
});

test('agrees between methods on a curve without drops', () => {
  const perfect = rankedCurve([true, true], 2);
  for (const method of ['11-point', '101-point', 'all-point'] as const) {
    expect(averageOfCurve(perfect, method)).toBe(1);
  }
});
