import type { Bin } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { foundCell } from '../../test/fake-case-server.ts';
import { groupCells, wholeFilter } from './gallery-cells.ts';
import {
  cellsAfterRow,
  cellsInBox,
  fitTiles,
  headHeight,
  rowIndent,
  rowOfCell,
  rowsOf,
} from './gallery-rows.ts';

const sizes = { columns: 3, tileWidth: 100, tileHeight: 140 };
const bins: readonly Bin[] = ['lymphocyte', 'lymphocyte', 'lymphocyte', 'lymphocyte', 'monocyte'];
const cells = bins.map((bin, i) => foundCell(i + 1, { bin }));
const groups = groupCells(cells, { filter: wholeFilter, sort: 'field', view: 'bins' });
const rows = rowsOf(groups, sizes);
const id = (n: number) => foundCell(n).id;

test('each bin has a head, then its cells in rows of as many as fit', () => {
  expect(rows.map(({ kind, key, top }) => [kind, key, top])).toEqual([
    ['head', 'lymphocyte', 0],
    ['cells', 'lymphocyte.0', headHeight],
    ['cells', 'lymphocyte.3', headHeight + 140],
    ['head', 'monocyte', headHeight + 280],
    ['cells', 'monocyte.0', 2 * headHeight + 280],
  ]);
});

test('a cell is found in its row, one that is not shown in none', () => {
  expect(rowOfCell(rows, id(4), 3)).toBe(2);
  expect(rowOfCell(rows, id(5), 3)).toBe(4);
  expect(rowOfCell(rows, id(99), 3)).toBe(-1);
});

test('cells behind a row are those of all later rows, over heads of bins too', () => {
  const after = (index: number) => cellsAfterRow(rows, index, 3).map((cell) => cell.id);
  expect(after(-1)).toEqual([1, 2, 3, 4, 5].map(id));
  expect(after(1)).toEqual([id(4), id(5)]);
  expect(after(4)).toEqual([]);
});

test('a box takes every tile that it touches', () => {
  const box = {
    x1: rowIndent + 150,
    y1: headHeight + 100,
    x2: rowIndent + 190,
    y2: headHeight + 150,
  };
  expect(cellsInBox(rows, sizes, box)).toEqual([id(2)]);
  expect(cellsInBox(rows, sizes, { ...box, x1: 0 })).toEqual([id(1), id(2), id(4)]);
});

test('on the screen are tiles of which more than half is there', () => {
  const screen = { x1: 0, x2: 400, y1: 0 };
  expect(cellsInBox(rows, sizes, { ...screen, y2: headHeight + 69 }, true)).toEqual([]);
  expect(cellsInBox(rows, sizes, { ...screen, y2: headHeight + 71 }, true)).toEqual([
    id(1),
    id(2),
    id(3),
  ]);
});

test('tiles grow a little to fill the line, and never beyond it', () => {
  const gap = 6;
  for (const [width, columns, side] of [
    [390, 3, 118], // A phone.
    [24 + 3 * 100 + 2 * gap, 3, 100], // Just room for three.
    [24 + 3 * 100 + 2 * gap - 1, 2, 125], // Two, as large as tiles of 100 may get.
    [200, 1, 125],
    [0, 1, 100], // Before the page is laid out.
  ] as const) {
    const fitted = fitTiles(width, 100, gap);
    expect([width, fitted.columns, fitted.side]).toEqual([width, columns, side]);
    const used = columns * side + (columns - 1) * gap;
    if (width > 0) expect(used).toBeLessThanOrEqual(width - 24);
  }
});
