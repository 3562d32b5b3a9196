import type { TensorData } from '@leukoscope/core';
import { expect, test } from 'vitest';
import {
  inputMatrix,
  outputMatrix,
  placesOf,
  tilesOver,
  weightMatrix,
} from './winograd-matrices.ts';

const at = ({ shape, data }: TensorData<'float32'>, row: number, column: number) =>
  data[row * shape[1]! + column]!;

/** G of one axis: the places of column 0 of the taps, as the factors of both axes multiply. */
function filterPlaces(tile: 2 | 4, turned: boolean, filter: readonly number[]): number[] {
  const places = placesOf(tile);
  // A filter that is `filter` down and 1, 0, 0 (or turned 0, 0, 1) across, at the first place across.
  const across = turned ? [0, 0, 1] : [1, 0, 0];
  const w = filter.flatMap((down) => across.map((value) => down * value));
  const unit = at(weightMatrix(tile, false), 0, 0); // G[0][0]²
  return Array.from({ length: places }, (_, row) =>
    w.reduce((sum, value, tap) => sum + value * at(weightMatrix(tile, turned), row, tap), 0),
  ).map((value) => value / Math.sqrt(unit));
}

test.each([
  { tile: 2, padding: 1, turned: false, order: 'plain' },
  { tile: 4, padding: 1, turned: false, order: 'plain' },
  { tile: 4, padding: 0, turned: false, order: 'plain' },
  { tile: 2, padding: 2, turned: false, order: 'plain' },
  { tile: 4, padding: 1, turned: true, order: 'plain' },
  { tile: 2, padding: 1, turned: true, order: 'turned' },
] as const)(
  'tiles of $tile filter an axis exactly: padding $padding, turned $turned',
  ({ tile, padding, turned, order }) => {
    const x = [3, -1, 4, 1, -5, 9, 2];
    const filter = [2, 7, -1];
    const extent = x.length + 2 * padding - 2;
    const used = turned ? [...filter].reverse() : filter;
    const expected = Array.from({ length: extent }, (_, y) =>
      used.reduce((sum, w, k) => sum + w * (x[y + k - padding] ?? 0), 0),
    );
    // With m = 2 a turned filter keeps its transform and the places change their order instead.
    const g = filterPlaces(tile, turned && order === 'plain', filter);
    const into = inputMatrix(tile, x.length, extent, padding, order);
    const out = outputMatrix(tile, extent, order);
    const tiles = tilesOver(extent, tile);
    const y = new Array<number>(extent).fill(0);
    for (let row = 0; row < into.shape[0]!; row++) {
      const seen = x.reduce((sum, value, i) => sum + value * at(into, row, i), 0);
      const product = seen * g[Math.floor(row / tiles)]!;
      for (let i = 0; i < extent; i++) y[i]! += product * at(out, row, i);
    }
    y.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 4);
    });
  },
);

test('equal matrices are one object, so that a graph holds them once', () => {
  expect(inputMatrix(4, 19, 19, 1)).toBe(inputMatrix(4, 19, 19, 1));
  expect(inputMatrix(4, 19, 19, 1)).not.toBe(inputMatrix(4, 19, 19, 0));
});
