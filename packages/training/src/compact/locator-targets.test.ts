import { boxIou } from '@leukoscope/core';
import { decodeLocator } from '@leukoscope/models';
import { expect, test } from 'vitest';
import type { FieldCell } from './locator-fields.ts';
import { writeLocatorTargets } from './locator-targets.ts';

const side = 128;
const h = side / 4;

function targetsOf(cells: readonly FieldCell[], knows = [true, true, true]) {
  const planes = {
    heat: new Float32Array(3 * h * h),
    reach: new Float32Array(4 * h * h),
    reachWeight: new Float32Array(h * h),
    n: 0,
    side,
  };
  writeLocatorTargets(planes, cells, knows);
  return planes;
}

/** Heat 1 becomes a large logit, as a perfect locator would give. */
function decoded(cells: readonly FieldCell[]) {
  const { heat, reach } = targetsOf(cells);
  const logits = heat.map((y) => (y >= 0.999 ? 9 : -9));
  return decodeLocator(
    { dtype: 'float32', shape: [1, 3, h, h], data: logits },
    { dtype: 'float32', shape: [1, 4, h, h], data: reach },
  );
}

const cells: FieldCell[] = [
  { box: { x1: 10, y1: 20, x2: 53, y2: 71 }, kind: 0 },
  { box: { x1: 70, y1: 30, x2: 101, y2: 60 }, kind: 1 },
  { box: { x1: 100, y1: 100, x2: 107, y2: 106 }, kind: 2 },
];

test('decoding perfect outputs gives the boxes back', () => {
  const found = decoded(cells);
  expect(found).toHaveLength(3);
  for (const { box, kind } of cells) {
    const name = ['leukocyte', 'erythrocyte', 'platelet'][kind];
    const match = found.find(({ cellClass }) => cellClass === name)!;
    expect(boxIou(match.box, box)).toBeGreaterThan(0.999);
  }
});

test('each cell has one centre, and its box counts one in all', () => {
  const { heat, reachWeight } = targetsOf(cells);
  expect(heat.filter((y) => y >= 0.999)).toHaveLength(3);
  expect(reachWeight.reduce((a, b) => a + b)).toBeCloseTo(3, 5);
});

test('kinds that a source does not know are marked unknown, except at cells', () => {
  const { heat } = targetsOf(cells.slice(0, 1), [true, false, false]);
  expect(heat[0]).toBe(0);
  expect(new Set(heat.subarray(h * h))).toEqual(new Set([-1]));
});

test('a field without cells teaches that there is none', () => {
  const { heat, reachWeight } = targetsOf([]);
  expect(new Set(heat)).toEqual(new Set([0]));
  expect(new Set(reachWeight)).toEqual(new Set([0]));
});

test('where two boxes overlap, the nearer centre owns the place', () => {
  const pair: FieldCell[] = [
    { box: { x1: 20, y1: 20, x2: 60, y2: 60 }, kind: 0 },
    { box: { x1: 50, y1: 20, x2: 90, y2: 60 }, kind: 0 },
  ];
  expect(
    decoded(pair)
      .map(({ box }) => Math.round(box.x1))
      .sort((a, b) => a - b),
  ).toEqual([20, 50]);
});
