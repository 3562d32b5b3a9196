import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRle } from './rle.ts';
import { rleFromString, rleToString } from './rle-string.ts';

test('text and counts are equivalent, zero counts and large ones too', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60_000_000 }), { minLength: 1 }), (counts) => {
      const sum = counts.reduce((total, count) => total + count, 0);
      const rle = { width: 1, height: sum, counts: Uint32Array.from(counts) };
      if (sum >= 2 ** 31) return;
      expect(rleFromString(rleToString(rle), rle)).toEqual(rle);
    }),
  );
});

test('a mask of many runs does not exhaust the stack', () => {
  const rle = createRle({ width: 1000, height: 400 }, new Array(400_000).fill(1));
  expect(rleFromString(rleToString(rle), rle).counts.length).toBe(400_000);
});

test('refuses foreign characters, unclosed groups and endless values', () => {
  const size = { width: 2, height: 2 };
  for (const text of ['é', ' ', '0P', 'oooooooooooo', '4~']) {
    expect(() => rleFromString(text, size)).toThrow('compressed counts must be groups');
  }
});
