import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMask, maskArea } from './mask.ts';
import { maskToPolygons } from './mask-to-polygons.ts';
import { polygonsToRle, signedRingArea } from './polygon.ts';
import { decodeRle } from './rle.ts';

const masks = fc
  .tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height, maxLength: width * height, max: 1 })
      .map((data) => createMask({ width, height }, data)),
  );

test('rasterising the polygons gives the mask back, pixel for pixel', () => {
  fc.assert(
    fc.property(masks, (mask) => {
      const polygons = maskToPolygons({ left: 0, top: 0, mask });
      expect(decodeRle(polygonsToRle(polygons, mask)).data).toEqual(mask.data);
    }),
    { numRuns: 300 },
  );
});

test('rings enclose exactly the set pixels: outer ones clockwise, holes the other way', () => {
  fc.assert(
    fc.property(masks, (mask) => {
      let area = 0;
      for (const { outer, holes = [] } of maskToPolygons({ left: 5, top: 3, mask })) {
        expect(signedRingArea(outer)).toBeGreaterThan(0);
        area += signedRingArea(outer);
        for (const hole of holes) {
          expect(signedRingArea(hole)).toBeLessThan(0);
          area += signedRingArea(hole);
        }
      }
      expect(area).toBe(maskArea(mask));
    }),
  );
});

test('keeps corners only, and lies where the mask lies', () => {
  const mask = createMask({ width: 3, height: 2 }, new Uint8Array(6).fill(1));
  expect(maskToPolygons({ left: 10, top: 20, mask })).toEqual([
    { outer: [13, 20, 13, 22, 10, 22, 10, 20] },
  ]);
});

test('pixels that meet at a corner are separate, a hole belongs to its surroundings', () => {
  const diagonal = createMask({ width: 2, height: 2 }, Uint8Array.of(1, 0, 0, 1));
  expect(maskToPolygons({ left: 0, top: 0, mask: diagonal })).toHaveLength(2);
  const ring = createMask({ width: 3, height: 3 }, Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1));
  expect(maskToPolygons({ left: 0, top: 0, mask: ring })[0]?.holes).toHaveLength(1);
});
