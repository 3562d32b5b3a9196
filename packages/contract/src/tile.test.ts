import { expect, test } from 'vitest';
import { fullTileLevel, sizeAtLevel, tileCounts, tileParamsSchema } from './tile.ts';

test('numbers levels as Deep Zoom does', () => {
  const image = { width: 1280, height: 960 };
  expect(fullTileLevel(image)).toBe(11); // 2^10 < 1280 <= 2^11
  expect(sizeAtLevel(image, 11)).toEqual(image);
  expect(sizeAtLevel(image, 10)).toEqual({ width: 640, height: 480 });
  expect(sizeAtLevel(image, 0)).toEqual({ width: 1, height: 1 });
  expect(fullTileLevel({ width: 1, height: 1 })).toBe(0);
});

test('rounds odd sizes up, so that no pixel row is lost', () => {
  const image = { width: 1025, height: 513 };
  expect(tileCounts(image, 11)).toEqual({ columns: 3, rows: 2 });
  expect(sizeAtLevel(image, 10)).toEqual({ width: 513, height: 257 });
  expect(tileCounts(image, 10)).toEqual({ columns: 2, rows: 1 });
});

test('reads numbers of addresses and refuses others', () => {
  const id = '0190a5d0-0000-7000-8000-000000000001';
  expect(tileParamsSchema.parse({ id, level: '11', x: '0', y: '1' })).toEqual({
    id,
    level: 11,
    x: 0,
    y: 1,
  });
  for (const x of ['-1', '0.5', 'a', '1e9']) {
    expect(tileParamsSchema.safeParse({ id, level: '1', x, y: '0' }).success).toBe(false);
  }
});
