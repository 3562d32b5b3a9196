import { expect, test } from 'vitest';
import { pairwiseIou } from './pairwise-iou.ts';

const boxes = (...rows: number[][]) => Float32Array.from(rows.flat());

test('is overlap over union for partly overlapping boxes', () => {
  // overlap 1x2, union 2*2 + 2*2 - 2
  const iou = pairwiseIou(boxes([0, 0, 2, 2]), boxes([1, 0, 3, 2]));
  expect(iou[0]).toBeCloseTo(2 / (4 + 4 - 2), 6);
});

test('is 0 for boxes that only touch, for empty boxes, and for diagonal neighbours', () => {
  const a = boxes([0, 0, 2, 2], [5, 5, 5, 5]);
  const b = boxes([2, 0, 4, 2], [5, 5, 5, 5], [3, 3, 4, 4]);
  expect(Array.from(pairwiseIou(a, b))).toEqual([0, 0, 0, 0, 0, 0]);
});

test('accepts no boxes at all', () => {
  expect(pairwiseIou(boxes(), boxes([0, 0, 1, 1])).length).toBe(0);
});

test('refuses rows that are not 4 numbers', () => {
  expect(() => pairwiseIou(Float32Array.of(1, 2, 3), boxes())).toThrow(
    'boxes must hold 4 numbers each. Received 3 numbers.',
  );
});
