import type { CellClass, Finding } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { finerTiling } from './finer-tiling.ts';

const cellOf = (cellClass: CellClass, side: number, isIncomplete = false): Finding => ({
  box: { x1: 0, y1: 0, x2: side, y2: side * 0.9 },
  score: 0.8,
  cellClass,
  classIndex: 0,
  isUnsure: false,
  isIncomplete,
});
const look = { shownSide: 1280, workSide: 256 };

test('cells that the network sees large enough need no other look', () => {
  expect(finerTiling([cellOf('monocyte', 170), cellOf('lymphocyte', 180)], look)).toBeUndefined();
});

test('small leukocytes are looked at in tiles that show them at a good size', () => {
  const tiling = finerTiling([cellOf('monocyte', 90), cellOf('artefact', 600)], look)!;
  expect((90 * 256) / tiling.side).toBeCloseTo(46, 0);
  expect(tiling.overlap).toBeGreaterThan(2 * 90);
});

test('without leukocytes erythrocytes tell the scale, but not a few of them', () => {
  const red = (count: number) => Array.from({ length: count }, () => cellOf('erythrocyte', 40));
  expect(finerTiling(red(8), look)!.side).toBe(Math.round((40 / 0.6) * (256 / 46)));
  expect(finerTiling(red(3), look)!.side).toBe(640);
  expect(finerTiling([...red(8), cellOf('monocyte', 200)], look)).toBeUndefined();
});

test('an image with nothing in it is looked at twice as closely, until tiles are as small as the input', () => {
  expect(finerTiling([], look)!.side).toBe(640);
  expect(finerTiling([], { shownSide: 400, workSide: 256 })!.side).toBe(256);
  expect(finerTiling([], { shownSide: 256, workSide: 256 })).toBeUndefined();
});

test('cells that are cut off do not tell how large cells are', () => {
  expect(
    finerTiling([cellOf('monocyte', 60, true), cellOf('monocyte', 170)], look),
  ).toBeUndefined();
});

test('every look is closer than the one before', () => {
  for (const shownSide of [257, 300, 640, 1280]) {
    for (const side of [5, 20, 60, 140]) {
      const tiling = finerTiling([cellOf('monocyte', side)], { shownSide, workSide: 256 });
      expect(tiling?.side ?? 0).toBeLessThan(shownSide);
    }
  }
});
