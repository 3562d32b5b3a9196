import { expect, test } from 'vitest';
import {
  boxOnScreen,
  boxesTouch,
  clampPoint,
  toImage,
  toScreen,
  visibleBox,
  widenBox,
} from './view-transform.ts';

const view = { scale: 2, offsetX: 10, offsetY: -30 };

test('a point of the image is seen at its scaled and moved place', () => {
  expect(toScreen(view, { x: 5, y: 20 })).toEqual({ x: 5 * 2 + 10, y: 20 * 2 - 30 });
});

test('going to the screen and back gives the same point', () => {
  const point = { x: 12.25, y: -7.5 };
  expect(toImage(view, toScreen(view, point))).toEqual(point);
});

test('a box is seen between its corners', () => {
  expect(boxOnScreen(view, { x1: 5, y1: 20, x2: 6, y2: 22 })).toEqual({
    x1: 5 * 2 + 10,
    y1: 20 * 2 - 30,
    x2: 6 * 2 + 10,
    y2: 22 * 2 - 30,
  });
});

test('an element shows the part of the image between its corners', () => {
  expect(visibleBox(view, { width: 100, height: 60 })).toEqual({
    x1: (0 - 10) / 2,
    y1: (0 + 30) / 2,
    x2: (100 - 10) / 2,
    y2: (60 + 30) / 2,
  });
});

test('boxes touch when they share an edge, and not when a gap lies between them', () => {
  const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
  expect(boxesTouch(box, { x1: 10, y1: 0, x2: 20, y2: 10 })).toBe(true);
  expect(boxesTouch(box, { x1: 10.1, y1: 0, x2: 20, y2: 10 })).toBe(false);
  expect(boxesTouch(box, { x1: 0, y1: -5, x2: 10, y2: -0.1 })).toBe(false);
});

test('widening keeps the middle', () => {
  expect(widenBox({ x1: 10, y1: 10, x2: 20, y2: 30 }, 2)).toEqual({ x1: 5, y1: 0, x2: 25, y2: 40 });
});

test('a point beside the image moves to its border', () => {
  expect(clampPoint({ x: -3, y: 700 }, { width: 640, height: 480 })).toEqual({ x: 0, y: 480 });
});
