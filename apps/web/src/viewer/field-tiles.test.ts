import { sizeAtLevel, tileCounts } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { fieldTiles, leastLevel } from './field-tiles.ts';

const large = { id: '0190a5d0-0000-7000-8000-000000000001', width: 8000, height: 6000 };

test('the least level is the largest picture that fits into one tile', () => {
  const level = leastLevel(large);
  expect(tileCounts(large, level)).toEqual({ columns: 1, rows: 1 });
  expect(sizeAtLevel(large, level + 1).width).toBeGreaterThan(512);
});

test('a field smaller than a tile has one level', () => {
  const small = { ...large, width: 300, height: 200 };
  const { minLevel, maxLevel } = fieldTiles(small);
  expect(minLevel).toBe(maxLevel);
});

test('tiles have the addresses of the contract', () => {
  expect(fieldTiles(large).getTileUrl(13, 2, 5)).toBe(`/api/fields/${large.id}/tiles/13/2/5`);
});
