import { describe, expect, test } from 'vitest';
import {
  averagePrecision,
  averageRecall,
  evaluateCoco,
  precisionAtRecallPoints,
  summariseCoco,
} from '../src/index.ts';
import { readCocoSet, readFixture } from './coco-files.ts';

interface Expected {
  stats: Record<string, number>;
  ap_by_category: Record<string, number | null>;
  ap_by_iou: Record<string, number>;
  precision_at_iou50_category0: number[];
  recall_at_iou50: Record<string, number>;
}

const tolerance = 1e-6;

describe.each(['a', 'b'] as const)('on set %s', (name) => {
  describe.each([
    ['box', 'bbox'],
    ['mask', 'segm'],
  ] as const)('comparing by %s', (overlap, key) => {
    const expected = readFixture<Record<string, Expected>>(name, 'expected.json')[key]!;
    const evaluation = evaluateCoco(readCocoSet(name), { overlap });

    test('gives the twelve figures of pycocotools', () => {
      const summary: Record<string, number | null> = { ...summariseCoco(evaluation) };
      expect(Object.keys(summary).sort()).toEqual(Object.keys(expected.stats).sort());
      for (const [figure, value] of Object.entries(expected.stats)) {
        expectClose(summary[figure]!, value === -1 ? null : value, figure);
      }
    });

    test('gives the AP of every category, and nothing for one that is never annotated', () => {
      const names = Object.keys(expected.ap_by_category);
      expect(evaluation.classNames).toEqual(names);
      names.forEach((category, classIndex) => {
        const value = averagePrecision(evaluation, { classIndex });
        expectClose(value, expected.ap_by_category[category]!, category);
      });
      expect(Object.values(expected.ap_by_category)).toContain(null);
    });

    test('gives the AP at every IoU', () => {
      for (const [threshold, value] of Object.entries(expected.ap_by_iou)) {
        const iouThreshold = Number(threshold);
        expectClose(averagePrecision(evaluation, { iouThreshold }), value, threshold);
      }
    });

    test('gives the recall of every category at IoU .5', () => {
      Object.values(expected.recall_at_iou50).forEach((value, classIndex) => {
        const recall = averageRecall(evaluation, { classIndex, iouThreshold: 0.5 });
        expectClose(recall, value === -1 ? null : value, `category ${classIndex}`);
      });
    });

    test('gives the precision curve of the first category', () => {
      const curve = precisionAtRecallPoints(evaluation, 0, { iouThreshold: 0.5 })!;
      expect(curve).toHaveLength(101);
      curve.forEach((value, i) => {
        expectClose(value, expected.precision_at_iou50_category0[i]!, `point ${i}`);
      });
    });
  });
});

function expectClose(value: number | null, expected: number | null, what: string): void {
  if (expected === null || value === null) {
    expect(value, what).toBe(expected);
  } else {
    expect(Math.abs(value - expected), `${what}: ${value} against ${expected}`).toBeLessThan(
      tolerance,
    );
  }
}
