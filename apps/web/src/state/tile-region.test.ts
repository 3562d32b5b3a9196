import { expect, test } from 'vitest';
import { tileRegions } from './tile-region.ts';

const cell = (side: number, fieldId = 'a', bin = 'monocyte' as const) => ({
  box: { x1: 0, y1: 0, x2: side, y2: side / 2 },
  fieldId,
  bin,
});

test('one region holds 95 of 100 cells with a margin, whatever the few largest are', () => {
  const cells = [...Array.from({ length: 99 }, () => cell(60)), cell(900)];
  const fields = [{ id: 'a', pixelSizeUm: null }];
  // 60 * 1.3 = 78, to the next step of 8
  expect(tileRegions(cells, fields)).toEqual(new Map([['a', 80]]));
  expect(tileRegions([], fields)).toEqual(new Map());
});

test('fields of other pixel sizes show the same micrometres', () => {
  const fields = [
    { id: 'a', pixelSizeUm: 0.1 },
    { id: 'b', pixelSizeUm: 0.2 },
  ];
  // 100 px of 0.1 um are 10 um: 130 px with the margin there, 65 px in the other field.
  expect(tileRegions([cell(100), cell(50, 'b')], fields)).toEqual(
    new Map([
      ['a', 136],
      ['b', 72],
    ]),
  );
});
