import { type Annotation, createRgbRaster } from '@leukoscope/core';
import { placementOf } from '@leukoscope/image';
import { expect, test } from 'vitest';
import { locatorTruth } from './locator-truth.ts';

const classes = ['leukocyte', 'platelet'] as const;
const size = { width: 128, height: 64 };
const [w, h] = [32, 16];
const box = (x1: number, y1: number, x2: number, y2: number) => ({ x1, y1, x2, y2 });

function truthOf(annotations: readonly Annotation[]) {
  const placement = placementOf(size, size, 'letterbox');
  const samples = [{ raster: createRgbRaster(size), annotations, placement }];
  const truth = locatorTruth(classes).collate(samples, { count: 1, size, mostCells: 9 });
  const numbers = (name: string) => truth[name]!.data as Float32Array;
  return {
    heat: (k: number, x: number, y: number) => numbers('heat_target')[(k * h + y) * w + x]!,
    reach: (side: number, x: number, y: number) => numbers('reach_target')[(side * h + y) * w + x]!,
    weight: numbers('reach_weight'),
  };
}

test('heat is 1 at the centre, and the reach there leads to the four sides', () => {
  const { heat, reach, weight } = truthOf([{ box: box(20, 10, 60, 50), cellClass: 'neutrophil' }]);
  expect(heat(0, 10, 7)).toBe(1);
  expect(heat(1, 10, 7)).toBe(0);
  expect(heat(0, 15, 7)).toBeLessThan(0.01);
  const distances = [0, 1, 2, 3].map((side) => 16 * Math.exp(reach(side, 10, 7)));
  // The middle of place (10, 7) is (42, 30).
  for (const [side, distance] of [22, 20, 18, 20].entries())
    expect(distances[side]).toBeCloseTo(distance, 4);
  expect(weight.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
});

test('where a kind is left unmarked nothing is known of it, but of others', () => {
  const { heat } = truthOf([
    { box: box(0, 0, 1e6, 1e6), cellClass: 'platelet', isCrowd: true },
    { box: box(20, 10, 60, 50), cellClass: 'leukocyte' },
  ]);
  expect([heat(1, 0, 0), heat(1, 31, 15), heat(1, 10, 7)]).toEqual([-1, -1, -1]);
  expect([heat(0, 0, 0), heat(0, 10, 7)]).toEqual([0, 1]);
});

test('around a cell of unknown kind no kind is blamed; a foreign kind is background', () => {
  const unknown = truthOf([{ box: box(20, 10, 60, 50) }]);
  expect([unknown.heat(0, 10, 7), unknown.heat(1, 10, 7)]).toEqual([-1, -1]);
  expect(unknown.heat(0, 20, 7)).toBe(0);
  const nucleated = truthOf([{ box: box(20, 10, 60, 50), cellClass: 'pronormoblast' }]);
  expect(nucleated.heat(0, 10, 7)).toBe(1);
  const foreign = truthOf([{ box: box(20, 10, 60, 50), cellClass: 'erythrocyte' }]);
  expect(foreign.heat(0, 10, 7)).toBe(0);
});
