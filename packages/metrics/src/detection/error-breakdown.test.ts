import { expect, test } from 'vitest';
import { averagePrecision } from './coco-summary.ts';
import { evaluateCoco } from './coco-evaluation.ts';
import type { DetectionSet } from './detection-set.ts';
import { errorBreakdown, errorKinds } from './error-breakdown.ts';
import { randomSet } from '../../test/random-set.ts';

const at = (x1: number, y1 = 0) => ({ x1, y1, x2: x1 + 10, y2: y1 + 10 });

// One image, one error of each kind. Class 0 has 3 cells, class 1 has 2.
const set: DetectionSet = {
  classNames: ['a', 'b'],
  images: [
    {
      id: '1',
      size: { width: 300, height: 100 },
      groundTruth: [
        { box: at(0), classIndex: 0 },
        { box: at(40), classIndex: 0 },
        { box: at(80), classIndex: 0 },
        { box: at(120), classIndex: 1 },
        { box: at(160), classIndex: 1 },
      ],
      detections: [
        { box: at(0), score: 0.9, classIndex: 0 }, // right
        { box: at(1), score: 0.8, classIndex: 0 }, // duplicate
        { box: at(45), score: 0.7, classIndex: 0 }, // IoU 1/3: place
        { box: at(120), score: 0.6, classIndex: 0 }, // type: it is a 'b'
        { box: at(165), score: 0.5, classIndex: 0 }, // type and place
        { box: at(250), score: 0.4, classIndex: 0 }, // background
        { box: at(160), score: 0.3, classIndex: 1 }, // right; the 'a' at 80 is missed
      ],
    },
  ],
};

test('gives each error one reason', () => {
  const { errors } = errorBreakdown(set);
  expect(errors.map(({ kind, count }) => [kind, count])).toEqual(
    errorKinds.map((kind) => [kind, 1]),
  );
});

test('says what average precision would be gained by mending one kind', () => {
  const gain = (kind: string) =>
    errorBreakdown(set).errors.find((error) => error.kind === kind)!.gain!;
  // As it is: class a finds 1 of 3 at once (34 of 101 recall points), class b 1 of 2 (51 of 101).
  expect(errorBreakdown(set).averagePrecision).toBeCloseTo((34 / 101 + 51 / 101) / 2, 9);
  // Type mended: class b finds both cells, first and second; class a keeps 34 points.
  expect(gain('type')).toBeCloseTo((34 / 101 + 1) / 2 - (34 + 51) / 202, 9);
  // Place mended: a is right, wrong (the duplicate), right: recall 1/3 .. 2/3 at precision 2/3.
  expect(gain('place')).toBeCloseTo(((34 + 33 * (2 / 3)) / 101 - 34 / 101) / 2, 9);
  // Missed mended: class a has 2 cells left, of which 1 is found: 51 points instead of 34.
  expect(gain('missed')).toBeCloseTo((51 / 101 - 34 / 101) / 2, 9);
  // A duplicate after the last right one costs nothing.
  expect(gain('duplicate')).toBe(0);
});

test('starts from COCO average precision', () => {
  for (let seed = 0; seed < 10; seed++) {
    const random = randomSet(seed);
    const coco = averagePrecision(evaluateCoco(random, { iouThresholds: [0.5] }));
    const baseline = errorBreakdown(random).averagePrecision;
    if (coco === null) expect(baseline).toBeNull();
    else expect(baseline).toBeCloseTo(coco, 9);
  }
});

test('moves the borders between kinds with its thresholds', () => {
  const counts = (options: object) =>
    errorBreakdown(set, options).errors.map((error) => error.count);
  // at IoU .3 the misplaced detection (1/3) is right, and the doubly wrong one has only its type wrong
  expect(counts({ iouThreshold: 0.3 })).toEqual([2, 0, 0, 1, 1, 1]);
  // a background border of .4 takes both badly placed ones for background
  expect(counts({ backgroundThreshold: 0.4 })).toEqual([1, 0, 0, 1, 3, 2]);
  // with one detection per image and class only the best stays
  expect(counts({ maxDetections: 1 })).toEqual([0, 0, 0, 0, 0, 3]);
});
