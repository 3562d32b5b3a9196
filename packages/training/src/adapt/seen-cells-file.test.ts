import { expect, test } from 'vitest';
import { decodeSeenCells, encodeSeenCells } from './seen-cells-file.ts';

test('what was seen is read as it was written, pictures without cells too', () => {
  const seen = {
    size: { width: 640, height: 480 },
    cells: [1, 2].map((n) => ({
      box: { x1: n, y1: 2, x2: 30 + n, y2: 40 },
      score: 0.5,
      probabilities: [0.25, 0.75],
      features: [Float32Array.of(n, 2, 3), Float32Array.of(4, n, 6)],
    })),
  };
  expect(decodeSeenCells(encodeSeenCells(seen))).toEqual(seen);
  const empty = { size: { width: 5, height: 6 }, cells: [] };
  expect(decodeSeenCells(encodeSeenCells(empty))).toEqual(empty);
  const other = encodeSeenCells(empty).slice();
  expect(() => decodeSeenCells(other.subarray(0, 12))).toThrow();
});
