import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMask, maskArea, maskBox, toPlacedMask } from './mask.ts';
import {
  createRle,
  decodePlacedRle,
  decodeRle,
  encodePlacedRle,
  encodeRle,
  rleArea,
  rleBox,
} from './rle.ts';

const masks = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height, maxLength: width * height, max: 1 })
      .map((data) => createMask({ width, height }, data)),
  );

test('runs go down the columns and begin with zeros', () => {
  // 1 0
  // 1 1
  const rle = encodeRle(createMask({ width: 2, height: 2 }, Uint8Array.of(1, 0, 1, 1)));
  expect(Array.from(rle.counts)).toEqual([0, 2, 1, 1]);
});

test('decoding undoes encoding', () => {
  fc.assert(
    fc.property(masks, (mask) => {
      const rle = encodeRle(mask);
      expect(decodeRle(rle).data).toEqual(mask.data);
      expect(decodePlacedRle(rle)).toEqual(toPlacedMask(mask));
    }),
  );
});

test('area and box are those of the pixels', () => {
  fc.assert(
    fc.property(masks, (mask) => {
      expect(rleArea(encodeRle(mask))).toBe(maskArea(mask));
      expect(rleBox(encodeRle(mask))).toEqual(maskBox({ left: 0, top: 0, mask }));
    }),
  );
});

test('a placed mask is cut off at the image', () => {
  const mask = createMask({ width: 3, height: 3 }, new Uint8Array(9).fill(1));
  const rle = encodePlacedRle({ left: -1, top: 2, mask }, { width: 4, height: 4 });
  expect(rleBox(rle)).toEqual({ x1: 0, y1: 2, x2: 2, y2: 4 });
});

test('an empty mask has no box and no placed form', () => {
  const rle = createRle({ width: 3, height: 2 }, [6]);
  expect(rleBox(rle)).toBeUndefined();
  expect(decodePlacedRle(rle)).toBeUndefined();
});

test('refuses counts that do not fill the image, negative ones and impossible sizes', () => {
  expect(() => createRle({ width: 2, height: 2 }, [1, 2])).toThrow(
    'counts must sum to width * height = 4. Received 3.',
  );
  expect(() => createRle({ width: 2, height: 2 }, [5, -1])).toThrow('counts[1]');
  expect(() => createRle({ width: -2, height: -2 }, [4])).toThrow('width and height');
});
