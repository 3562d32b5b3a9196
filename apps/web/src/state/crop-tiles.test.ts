import { expect, test } from 'vitest';
import { cropTiles } from './crop-tiles.ts';

const field = { width: 1280, height: 960 };

test('needs one tile for a box inside of it', () => {
  // Side 1.4 * 100 around (200, 200): from 130 to 270.
  const [tile, ...others] = cropTiles(field, { x1: 150, y1: 150, x2: 250, y2: 250 });
  expect(others).toEqual([]);
  expect(tile).toMatchObject({ level: 11, column: 0, row: 0 });
  expect(tile?.left).toBeCloseTo(-130 / 140);
  expect(tile?.width).toBeCloseTo(512 / 140);
});

test('needs four where a box lies on a corner of tiles', () => {
  const tiles = cropTiles(field, { x1: 500, y1: 500, x2: 524, y2: 524 });
  expect(tiles.map(({ column, row }) => [column, row])).toEqual([
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ]);
});

test('knows that the last tiles are smaller, and that there is nothing outside', () => {
  const tiles = cropTiles(field, { x1: 1240, y1: 920, x2: 1280, y2: 960 });
  expect(tiles).toHaveLength(1);
  // Side 56: the field ends 8 pixels before the picture does.
  expect(tiles[0]?.width).toBeCloseTo((1280 - 1024) / 56);
  expect((tiles[0]?.left ?? 0) + (tiles[0]?.width ?? 0)).toBeCloseTo(48 / 56);
});
