import { createMask, createRle, decodeRle, type Mask } from '@leukoscope/core';
import { describe, expect, test } from 'vitest';
import { expectNear, readFixture } from '../../test/fixture.ts';
import { boundaryF1, boundaryOf } from './boundary-f1.ts';
import { classMapBoundaryF1 } from './class-map-boundary-f1.ts';
import { classMapMeasures } from './class-map-measures.ts';
import { squaredDistanceMap } from './distance-map.ts';
import { addPixelCounts, countClasses, countPixels } from './pixel-counts.ts';
import { segmentationMeasures } from './segmentation-measures.ts';

interface Fixture extends Record<string, unknown> {
  width: number;
  height: number;
  groundTruth: number[];
  predicted: number[];
  bf: [number, number, number, number][];
  distanceSum: number;
}

const expected = readFixture<Fixture>('segmentation');
const size = { width: expected.width, height: expected.height };
const truth = decodeRle(createRle(size, expected.groundTruth));
const found = decodeRle(createRle(size, expected.predicted));

const mask = (...rows: string[]): Mask =>
  createMask(
    { width: rows[0]!.length, height: rows.length },
    Uint8Array.from(rows.join(''), (pixel) => (pixel === '#' ? 1 : 0)),
  );

test('all measures equal scikit-learn', () => {
  for (const [name, value] of Object.entries(segmentationMeasures(countPixels(truth, found)))) {
    expectNear(value, Number(expected[name]));
  }
});

test('counts pixels that are not 0, whatever their value', () => {
  const bright = createMask(
    found,
    found.data.map((pixel) => pixel * 255),
  );
  expect(countPixels(truth, bright)).toEqual(countPixels(truth, found));
  expect(() => countPixels(truth, mask('#'))).toThrow('Resize the prediction first');
});

describe('degenerate masks', () => {
  const empty = mask('...', '...');
  const full = mask('###', '###');
  test('nothing to find and nothing found is perfect', () => {
    expect(segmentationMeasures(countPixels(empty, empty))).toMatchObject({
      precision: 1,
      dice: 1,
      meanIou: 1,
      falsePositiveRate: 0,
      falseNegativeRate: 0,
      misclassificationError: 0,
    });
  });
  test('a missed cell has precision 0, a full picture has no background to mistake', () => {
    expect(segmentationMeasures(countPixels(full, empty))).toMatchObject({
      precision: 0,
      dice: 0,
      falseNegativeRate: 1,
      falsePositiveRate: 0,
      misclassificationError: 1,
    });
  });
});

test('counts of several images are added before they are measured', () => {
  const one = countPixels(mask('##..'), mask('#...'));
  const two = countPixels(mask('....'), mask('..##'));
  expect(addPixelCounts([one, two])).toEqual({
    truePositive: 1,
    falsePositive: 2,
    falseNegative: 1,
    trueNegative: 4,
  });
});

describe('boundary F1', () => {
  test('equals scipy erosion and distance transform at several tolerances', () => {
    for (const [tolerance, precision, recall, f1] of expected.bf) {
      const score = boundaryF1(truth, found, { tolerance });
      expectNear(score.precision, precision);
      expectNear(score.recall, recall);
      expectNear(score.f1, f1);
    }
  });

  test('takes 0.75 % of the diagonal unless told otherwise', () => {
    expect(boundaryF1(truth, found)).toEqual(
      boundaryF1(truth, found, { tolerance: 0.0075 * Math.hypot(90, 60) }),
    );
  });

  test('is 1 for two empty masks and 0 when one is empty', () => {
    const empty = createMask(size);
    expect(boundaryF1(empty, empty).f1).toBe(1);
    expect(boundaryF1(truth, empty).f1).toBe(0);
    expect(boundaryF1(empty, truth).f1).toBe(0);
    expect(() => boundaryF1(truth, found, { tolerance: -1 })).toThrow('0 pixels or more');
  });

  test('counts the border of the image as outside', () => {
    expect(boundaryOf(mask('####', '####', '####')).data).toEqual(
      mask('####', '#..#', '####').data,
    );
  });
});

test('boundary F1 of class maps is the mean over classes that occur', () => {
  const map = (mask: Mask) => ({ ...size, data: mask.data });
  const scores = classMapBoundaryF1(map(truth), map(found), 3, { tolerance: 2 });
  const inverse = (mask: Mask) =>
    createMask(
      mask,
      mask.data.map((pixel) => 1 - pixel),
    );
  const foreground = boundaryF1(truth, found, { tolerance: 2 }).f1;
  const background = boundaryF1(inverse(truth), inverse(found), { tolerance: 2 }).f1;
  expect(scores.classes).toEqual([background, foreground, null]);
  expect(scores.mean).toBeCloseTo((background + foreground) / 2, 12);
});

test('distances are exact', () => {
  const boundary = boundaryOf(truth);
  const sum = squaredDistanceMap(boundary).reduce((total, value) => total + Math.sqrt(value), 0);
  expectNear(sum, expected.distanceSum);
  expect(squaredDistanceMap(createMask({ width: 2, height: 1 }))).toEqual(
    Float64Array.of(Infinity, Infinity),
  );
});

test('class maps are measured class by class, leaving out classes that are nowhere', () => {
  const map = (...data: number[]) => ({ width: 3, height: 2, data: Uint8Array.from(data) });
  const counts = countClasses(map(0, 0, 0, 1, 1, 0), map(0, 0, 1, 1, 1, 2), 4);
  expect(counts).toEqual([
    [2, 1, 1, 0],
    [0, 2, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
  const measures = classMapMeasures(counts);
  expect(measures.pixelAccuracy).toBe(4 / 6);
  expect(measures.meanAccuracy).toBe((2 / 4 + 1) / 2); // class 2 is never true, 3 is nowhere
  expect(measures.meanIou).toBeCloseTo((2 / 4 + 2 / 3 + 0) / 3, 12);
  expect(measures.frequencyWeightedIou).toBeCloseTo((2 / 4) * (4 / 6) + (2 / 3) * (2 / 6), 12);
  expect(measures.classes[3]).toEqual({ accuracy: null, iou: null });
  expect(() => countClasses(map(9, 0, 0, 0, 0, 0), map(0, 0, 0, 0, 0, 0), 4)).toThrow('below 4');
});
