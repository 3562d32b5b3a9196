import { expect, test } from 'vitest';
import { decodeLocator } from './decode-locator.ts';
import { reachUnit } from './locator.ts';

const h = 8;
const plane = h * h;

function outputs(
  peaks: readonly { kind: number; x: number; y: number; logit: number; reach: number }[],
) {
  const heat = new Float32Array(3 * plane).fill(-8);
  const reach = new Float32Array(4 * plane);
  for (const { kind, x, y, logit, reach: pixels } of peaks) {
    heat[kind * plane + y * h + x] = logit;
    for (let s = 0; s < 4; s++) reach[s * plane + y * h + x] = Math.log(pixels / reachUnit);
  }
  return [
    { dtype: 'float32' as const, shape: [1, 3, h, h], data: heat },
    { dtype: 'float32' as const, shape: [1, 4, h, h], data: reach },
  ] as const;
}

test('a peak becomes a box of its reach around the middle of its output cell', () => {
  const [heat, reach] = outputs([{ kind: 0, x: 3, y: 4, logit: 2, reach: 6 }]);
  const [cell, ...others] = decodeLocator(heat, reach);
  expect(others).toEqual([]);
  expect(cell!.cellClass).toBe('leukocyte');
  expect(cell!.score).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
  // the middle of column 3 at stride 4 is 14, of row 4 it is 18
  const rounded = Object.values(cell!.box).map((v) => Math.round(v * 1000) / 1000);
  expect(rounded).toEqual([8, 12, 20, 24]);
});

test('a lower place beside a peak is no cell of its own', () => {
  const [heat, reach] = outputs([
    { kind: 1, x: 3, y: 4, logit: 2, reach: 2 },
    { kind: 1, x: 4, y: 4, logit: 1, reach: 2 },
  ]);
  expect(decodeLocator(heat, reach).map(({ cellClass }) => cellClass)).toEqual(['erythrocyte']);
});

test('overlapping boxes of one kind are one cell, of two kinds two', () => {
  const near = [
    { kind: 0, x: 2, y: 4, logit: 2, reach: 16 },
    { kind: 0, x: 4, y: 4, logit: 1, reach: 16 },
  ];
  expect(decodeLocator(...outputs(near))).toHaveLength(1);
  expect(decodeLocator(...outputs(near), 0, { iouThreshold: 0.9 })).toHaveLength(2);
  const [first, second] = near;
  expect(decodeLocator(...outputs([first!, { ...second!, kind: 2 }]))).toHaveLength(2);
});

test('peaks below the score threshold are left out', () => {
  const peaks = outputs([{ kind: 2, x: 1, y: 1, logit: -2, reach: 2 }]); // a score of .12
  expect(decodeLocator(...peaks)).toHaveLength(0);
  expect(decodeLocator(...peaks, 0, { scoreThreshold: 0.1 })).toHaveLength(1);
});
