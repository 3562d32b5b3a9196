import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMask, type Mask } from './mask.ts';
import { decodeRle, encodeRle, rleArea } from './rle.ts';
import { invertRle, mergeRles, pairwiseRleIou, rleOverlap, subtractRle } from './rle-algebra.ts';

const size = { width: 7, height: 5 };
const masks = fc
  .uint8Array({ minLength: 35, maxLength: 35, max: 1 })
  .map((data) => createMask(size, data));

const perPixel = (a: Mask, b: Mask, rule: (a: number, b: number) => number) =>
  a.data.map((value, i) => rule(value, b.data[i]!));

test('union, intersection, difference and inverse are those of the pixels', () => {
  fc.assert(
    fc.property(masks, masks, (a, b) => {
      const [A, B] = [encodeRle(a), encodeRle(b)];
      expect(decodeRle(mergeRles([A, B])).data).toEqual(perPixel(a, b, (p, q) => p | q));
      expect(decodeRle(mergeRles([A, B], 'intersection')).data).toEqual(
        perPixel(a, b, (p, q) => p & q),
      );
      expect(decodeRle(subtractRle(A, B)).data).toEqual(perPixel(a, b, (p, q) => p & (1 - q)));
      expect(rleArea(invertRle(A))).toBe(35 - rleArea(A));
      expect(mergeRles([A, B]).counts).toEqual(
        encodeRle(
          createMask(
            size,
            perPixel(a, b, (p, q) => p | q),
          ),
        ).counts,
      );
    }),
  );
});

test('IoU is overlap over union, and over the detection alone against a crowd', () => {
  fc.assert(
    fc.property(masks, masks, (a, b) => {
      const [A, B] = [encodeRle(a), encodeRle(b)];
      const overlap = perPixel(a, b, (p, q) => p & q).reduce((sum, value) => sum + value, 0);
      const union = rleArea(A) + rleArea(B) - overlap;
      expect(rleOverlap(A, B)).toBe(overlap);
      expect(pairwiseRleIou([A], [B])[0]).toBe(overlap === 0 ? 0 : overlap / union);
      expect(pairwiseRleIou([A], [B], [true])[0]).toBe(overlap === 0 ? 0 : overlap / rleArea(A));
    }),
  );
});

test('refuses masks of different sizes and an empty list', () => {
  const other = encodeRle(createMask({ width: 5, height: 7 }));
  expect(() => rleOverlap(encodeRle(createMask(size)), other)).toThrow('masks must have one size');
  expect(() => mergeRles([])).toThrow('at least one mask');
});
