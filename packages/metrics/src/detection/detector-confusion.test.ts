import { expect, test } from 'vitest';
import { countErrors } from './count-error.ts';
import type { DetectionSet } from './detection-set.ts';
import { detectorConfusion } from './detector-confusion.ts';

const at = (x1: number, side = 10) => ({ x1, y1: 0, x2: x1 + side, y2: side });

const set: DetectionSet = {
  classNames: ['neutrophil', 'monocyte'],
  images: [
    {
      id: 'field 1',
      size: { width: 200, height: 50 },
      groundTruth: [
        { box: at(0), classIndex: 0 },
        { box: at(20), classIndex: 1 },
        { box: at(40), classIndex: 1 },
        { box: at(100, 40), classIndex: 0, isCrowd: true },
      ],
      detections: [
        { box: at(0), score: 0.9, classIndex: 0 }, // right
        { box: at(21), score: 0.8, classIndex: 0 }, // a monocyte called neutrophil
        { box: at(20), score: 0.7, classIndex: 1 }, // second detection of that cell
        { box: at(40), score: 0.4, classIndex: 1 }, // below the score threshold
        { box: at(110), score: 0.9, classIndex: 0 }, // on the crowd
        { box: at(160), score: 0.6, classIndex: 1 }, // nothing there
      ],
    },
    { id: 'field 2', size: { width: 10, height: 10 }, groundTruth: [], detections: [] },
  ],
};

test('puts found cells in the matrix and the rest under missed and spurious', () => {
  const confusion = detectorConfusion(set);
  expect(confusion.counts).toEqual([
    [1, 0],
    [1, 0],
  ]);
  expect(confusion.missed).toEqual([0, 1]);
  expect(confusion.spurious).toEqual([0, 2]);
});

test('finds the cell of a low score when the score threshold is lowered', () => {
  const confusion = detectorConfusion(set, { scoreThreshold: 0.3 });
  expect(confusion.counts[1]).toEqual([1, 1]);
  expect(confusion.missed).toEqual([0, 0]);
});

test('needs the overlap that is asked for', () => {
  // the mistyped detection overlaps by 9/11; the later one, exact, then takes the cell
  expect(detectorConfusion(set, { iouThreshold: 0.9 }).counts[1]).toEqual([0, 1]);
});

test('counts cells per image, without crowds', () => {
  const { all, classes, images } = countErrors(set);
  expect(images[0]).toEqual({ id: 'field 1', groundTruth: [1, 2], detected: [3, 2] });
  expect(all).toMatchObject({ groundTruthTotal: 3, detectedTotal: 5, bias: 1 });
  expect(all.relativeError).toBeCloseTo(2 / 3, 12);
  // differences of class 0 over the two images: 2, 0
  expect(classes[0]).toMatchObject({
    meanAbsoluteError: 1,
    rootMeanSquareError: Math.sqrt((2 ** 2 + 0 ** 2) / 2),
  });
  expect(countErrors(set, { scoreThreshold: 0 }).all.detectedTotal).toBe(6);
});
