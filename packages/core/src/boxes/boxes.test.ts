import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxArea, boxIou, clipBox, packBoxes } from './boxes.ts';
import { boxToCxcywhRelative, boxToXywh, cxcywhRelativeToBox, xywhToBox } from './convert.ts';
import { nms } from './nms.ts';

const side = fc.double({ min: 0, max: 500, noNaN: true });
const anyBox = fc.tuple(side, side, side, side).map(([x, y, w, h]) => ({
  x1: x,
  y1: y,
  x2: x + w,
  y2: y + h,
}));

test('conversions lead there and back', () => {
  fc.assert(
    fc.property(anyBox, (box) => {
      const size = { width: 640, height: 480 };
      const again = [
        xywhToBox(boxToXywh(box)),
        cxcywhRelativeToBox(boxToCxcywhRelative(box, size), size),
      ];
      for (const other of again) {
        for (const key of ['x1', 'y1', 'x2', 'y2'] as const) {
          expect(other[key]).toBeCloseTo(box[key], 6);
        }
      }
    }),
  );
});

test('a box turned inside out has no area and overlaps nothing', () => {
  const turned = { x1: 4, y1: 0, x2: 0, y2: 4 };
  expect(boxArea(turned)).toBe(0);
  expect(boxIou(turned, { x1: 0, y1: 0, x2: 4, y2: 4 })).toBe(0);
});

test('clips to the image', () => {
  expect(clipBox({ x1: -3, y1: 2, x2: 30, y2: 9 }, { width: 10, height: 8 })).toEqual({
    x1: 0,
    y1: 2,
    x2: 10,
    y2: 8,
  });
});

test('keeps the higher score when two boxes overlap fully', () => {
  const boxes = packBoxes([
    { x1: 0, y1: 0, x2: 4, y2: 4 },
    { x1: 0, y1: 0, x2: 4, y2: 4 },
    { x1: 9, y1: 9, x2: 12, y2: 12 },
  ]);
  expect(nms(boxes, [0.3, 0.9, 0.5], 0.5)).toEqual([1, 2]);
});

test('keeps both when the IoU equals the threshold, and when the groups differ', () => {
  // overlap 2x4 = 8, union 16 + 16 - 8 = 24
  const boxes = packBoxes([
    { x1: 0, y1: 0, x2: 4, y2: 4 },
    { x1: 2, y1: 0, x2: 6, y2: 4 },
  ]);
  expect(nms(boxes, [0.9, 0.8], 8 / 24)).toEqual([0, 1]);
  expect(nms(boxes, [0.9, 0.8], 0.2)).toEqual([0]);
  expect(nms(boxes, [0.9, 0.8], 0.2, [0, 1])).toEqual([0, 1]);
});
