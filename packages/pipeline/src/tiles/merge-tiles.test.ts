import { type Box, createRandom, type Random, type Size } from '@leukoscope/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModelFinding, Tiling } from '../model/leukocyte-model.ts';
import { mergeTiles } from './merge-tiles.ts';
import { tileGrid } from './tile-grid.ts';

const finding = (box: Box, score = 0.9): ModelFinding => ({
  box,
  score,
  classIndex: 0,
  cellClass: 'leukocyte',
  isUnsure: false,
});

/** What a perfect detector says of a tile: each cell's visible part, if there is enough of it. */
function lookAt(tile: Box, cells: readonly Box[], shake: () => number = () => 0): ModelFinding[] {
  return cells.flatMap((cell) => {
    const x1 = Math.max(cell.x1, tile.x1);
    const y1 = Math.max(cell.y1, tile.y1);
    const x2 = Math.min(cell.x2, tile.x2);
    const y2 = Math.min(cell.y2, tile.y2);
    if (x2 - x1 < 3 || y2 - y1 < 3) return [];
    const isWhole = x1 === cell.x1 && y1 === cell.y1 && x2 === cell.x2 && y2 === cell.y2;
    const move = isWhole ? shake : () => 0;
    return [finding({ x1: x1 + move(), y1: y1 + move(), x2: x2 + move(), y2: y2 + move() })];
  });
}

/** Cells in a jittered grid, of 8 to `largest` pixels, that overlap a little at most. */
function scatter(size: Size, largest: number, random: Random): Box[] {
  const cells: Box[] = [];
  for (let y = 0; y + largest < size.height; y += largest) {
    for (let x = 0; x + largest < size.width; x += largest) {
      if (random.chance(0.4)) continue;
      const width = random.integer(8, largest);
      const height = random.integer(8, largest);
      const x1 = x + random.integer(0, largest - width + 1);
      const y1 = y + random.integer(0, largest - height + 1);
      cells.push({ x1, y1, x2: x1 + width, y2: y1 + height });
    }
  }
  return cells;
}

const sorted = (boxes: readonly Box[]) =>
  [...boxes].sort((a, b) => a.y1 - b.y1 || a.x1 - b.x1 || a.y2 - b.y2 || a.x2 - b.x2);

const fields = fc.record({
  seed: fc.integer(),
  width: fc.integer({ min: 60, max: 700 }),
  height: fc.integer({ min: 60, max: 700 }),
  largest: fc.integer({ min: 12, max: 50 }),
  extra: fc.integer({ min: 20, max: 300 }),
  alignment: fc.constantFrom(1, 4, 16),
});

const tilingOf = (largest: number, extra: number, alignment: number): Tiling => ({
  side: largest + 6 + alignment + extra,
  overlap: largest + 6,
  alignment,
});

test('tiled and merged findings equal those of the whole image', () => {
  fc.assert(
    fc.property(fields, ({ seed, width, height, largest, extra, alignment }) => {
      const size = { width, height };
      const cells = scatter(size, largest, createRandom(seed));
      const tiles = tileGrid(size, tilingOf(largest, extra, alignment)).map((tile) => ({
        tile,
        findings: lookAt(tile, cells),
      }));
      const merged = mergeTiles(tiles, size).map(({ box }) => box);
      expect(sorted(merged)).toEqual(sorted(cells));
    }),
    { numRuns: 150 },
  );
});

test('a detector that is unsure by a pixel still finds each cell once', () => {
  fc.assert(
    fc.property(fields, ({ seed, width, height, largest, extra, alignment }) => {
      const size = { width, height };
      const random = createRandom(seed);
      const cells = scatter(size, largest, random);
      const shake = () => random.uniform(-0.7, 0.7);
      const tiles = tileGrid(size, tilingOf(largest, extra, alignment)).map((tile) => ({
        tile,
        findings: lookAt(tile, cells, shake),
      }));
      const merged = sorted(mergeTiles(tiles, size).map(({ box }) => box));
      expect(merged).toHaveLength(cells.length);
      for (const cell of cells) {
        const near = merged.filter(
          (box) => Math.abs(box.x1 - cell.x1) < 1 && Math.abs(box.y1 - cell.y1) < 1,
        );
        expect(near).toHaveLength(1);
      }
    }),
    { numRuns: 60 },
  );
});

test('a cell larger than the overlap is found once, from its pieces', () => {
  const size = { width: 300, height: 100 };
  const cell = { x1: 80, y1: 20, x2: 160, y2: 90 };
  const grid = tileGrid(size, { side: 120, overlap: 30 });
  const mask = (box: Box) => {
    const width = box.x2 - box.x1;
    const height = box.y2 - box.y1;
    const data = new Uint8Array(width * height).fill(1);
    return { left: box.x1, top: box.y1, mask: { width, height, data } };
  };
  const tiles = grid.map((tile) => ({
    tile,
    findings: lookAt(tile, [cell]).map((found) => ({ ...found, mask: mask(found.box) })),
  }));
  expect(tiles.map(({ findings }) => findings.length)).toEqual([1, 1, 0]);
  const [merged, ...others] = mergeTiles(tiles, size);
  expect(others).toEqual([]);
  expect(merged!.box).toEqual(cell);
  expect(merged!.mask).toMatchObject({ left: 80, top: 20, mask: { width: 80, height: 70 } });
  expect(merged!.mask!.mask.data.every((pixel) => pixel === 1)).toBe(true);
});

test('of two views the one farther from its tile border stays', () => {
  const size = { width: 190, height: 100 };
  const [left, right] = tileGrid(size, { side: 120, overlap: 50 });
  const box = { x1: 75, y1: 40, x2: 95, y2: 60 };
  // 5 pixels from the right tile's border, 25 from the left one's
  const tiles = [
    { tile: left!, findings: [finding(box, 0.6)] },
    { tile: right!, findings: [finding({ ...box, x2: 96 }, 0.99)] },
  ];
  expect(mergeTiles(tiles, size).map(({ score }) => score)).toEqual([0.6]);
});

test('a piece that a better placed tile does not confirm is dropped', () => {
  const size = { width: 190, height: 100 };
  const [left, right] = tileGrid(size, { side: 120, overlap: 50 });
  const tiles = [
    { tile: left!, findings: [finding({ x1: 100, y1: 40, x2: 120, y2: 60 })] },
    { tile: right!, findings: [] },
  ];
  expect(mergeTiles(tiles, size)).toEqual([]);
});

test('iouThreshold decides when two whole cells are one', () => {
  const size = { width: 190, height: 100 };
  const [left, right] = tileGrid(size, { side: 120, overlap: 50 });
  const tiles = [
    { tile: left!, findings: [finding({ x1: 80, y1: 40, x2: 100, y2: 60 })] },
    { tile: right!, findings: [finding({ x1: 84, y1: 40, x2: 104, y2: 60 })] }, // IoU 16 / 24
  ];
  expect(mergeTiles(tiles, size)).toHaveLength(1);
  expect(mergeTiles(tiles, size, { iouThreshold: 0.7 })).toHaveLength(2);
});

test('findings of one tile are never joined', () => {
  const size = { width: 190, height: 100 };
  const [left, right] = tileGrid(size, { side: 120, overlap: 50 });
  const twice = finding({ x1: 20, y1: 40, x2: 40, y2: 60 });
  const tiles = [
    { tile: left!, findings: [twice, { ...twice, score: 0.5 }] },
    { tile: right!, findings: [] },
  ];
  expect(mergeTiles(tiles, size)).toHaveLength(2);
});

test('a grid covers the image, overlaps as asked and keeps to its alignment', () => {
  fc.assert(
    fc.property(fields, ({ width, height, largest, extra, alignment }) => {
      const tiling = tilingOf(largest, extra, alignment);
      const tiles = tileGrid({ width, height }, tiling);
      expect(Math.max(...tiles.map(({ x2 }) => x2))).toBe(width);
      expect(Math.max(...tiles.map(({ y2 }) => y2))).toBe(height);
      const columns = tiles.filter(({ y1 }) => y1 === 0);
      columns.forEach((tile, i) => {
        expect(tile.x1 % alignment).toBe(0);
        expect(tile.x2 - tile.x1).toBeLessThanOrEqual(tiling.side);
        const next = columns[i + 1];
        if (next !== undefined) expect(tile.x2 - next.x1).toBeGreaterThanOrEqual(tiling.overlap);
      });
    }),
  );
  expect(tileGrid({ width: 100, height: 50 }, { side: 100, overlap: 20 })).toEqual([
    { x1: 0, y1: 0, x2: 100, y2: 50 },
  ]);
  expect(() => tileGrid({ width: 9, height: 9 }, { side: 20, overlap: 20 })).toThrow(
    'Take a larger tile',
  );
});
