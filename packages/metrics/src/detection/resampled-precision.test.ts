import { expect, test } from 'vitest';
import { randomSet } from '../../test/random-set.ts';
import { evaluateCoco } from './coco-evaluation.ts';
import { averagePrecision } from './coco-summary.ts';
import { precisionRecallCurves } from './precision-recall-curves.ts';
import { resampledPrecision } from './resampled-precision.ts';

test.each([0, 1, 2, 3, 4])('equals a full evaluation of the drawn images (seed %i)', (seed) => {
  const set = untied(randomSet(seed));
  const precisionOf = resampledPrecision(set);
  for (const drawn of [
    [0, 1, 2, 3, 4, 5],
    [3, 3, 3, 1],
    [5, 0, 0, 2, 2, 4],
  ]) {
    const images = drawn.map((i, n) => ({ ...set.images[i]!, id: String(n) }));
    const full = averagePrecision(evaluateCoco({ ...set, images }));
    const quick = precisionOf(Int32Array.from(drawn));
    if (full === null) expect(quick).toBeNull();
    else expect(quick).toBeCloseTo(full, 9);
  }
});

test('takes one class, other thresholds, masks and limits', () => {
  const set = untied(randomSet(7));
  const all = Int32Array.from(set.images.keys());
  const full = evaluateCoco(set, { overlap: 'mask', iouThresholds: [0.4], maxDetections: [2] });
  const quick = resampledPrecision(set, {
    overlap: 'mask',
    iouThresholds: [0.4],
    maxDetections: 2,
    classIndex: 0,
  });
  expect(quick(all)).toBeCloseTo(averagePrecision(full, { classIndex: 0 })!, 9);
});

test('has nothing to measure when no annotated image is drawn', () => {
  const set = randomSet(0);
  const empty = set.images.findIndex((image) => image.groundTruth.length === 0);
  const withEmpty = empty < 0 ? { ...set, images: [{ ...set.images[0]!, groundTruth: [] }] } : set;
  expect(resampledPrecision(withEmpty)(Int32Array.of(Math.max(0, empty)))).toBeNull();
});

test('gives one precision-recall curve per threshold, whose mean is the average precision', () => {
  const evaluation = evaluateCoco(randomSet(2));
  const curves = precisionRecallCurves(evaluation);
  expect(curves.map((curve) => curve.iouThreshold)).toEqual(evaluation.iouThresholds);
  for (const { precision, averagePrecision: ap } of curves) {
    expect(precision.reduce((sum, p) => sum + p, 0) / 101).toBeCloseTo(ap, 9);
  }
  const one = precisionRecallCurves(evaluation, { classIndex: 0 });
  expect(one[0]!.averagePrecision).toBe(
    averagePrecision(evaluation, { classIndex: 0, iouThreshold: 0.5 }),
  );
  expect(precisionRecallCurves(evaluation, { classIndex: 2 })).toEqual([]);
});

/** Ties between images are broken by their order, which drawing changes: make scores distinct. */
function untied(set: ReturnType<typeof randomSet>): ReturnType<typeof randomSet> {
  let n = 0;
  const images = set.images.map((image) => ({
    ...image,
    detections: image.detections.map((cell) => ({ ...cell, score: cell.score + 1e-4 * n++ })),
  }));
  return { ...set, images };
}
