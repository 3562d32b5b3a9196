import { expect, test } from 'vitest';
import { labelPlace } from './draw-label.ts';

const view = { scale: 1, offsetX: 0, offsetY: 0 };
const seen = { x1: 0, y1: 0, x2: 400, y2: 300 };
// Six CSS pixels a letter stand for the browser's own measure.
const context = {
  font: '',
  measureText: (text: string) => ({ width: text.length * 6 }) as TextMetrics,
};
const place = (x1: number, y1: number, text = 'Neutrophil') =>
  labelPlace(context, view, seen, { x1, y1, x2: x1 + 50, y2: y1 + 50 }, text);

test('the text stands above its box', () => {
  expect(place(100, 100)).toEqual({ x1: 100, y1: 78, x2: 100 + 75, y2: 96 });
});

test('at the upper border it goes into the box', () => {
  expect(place(100, 10).y1).toBe(14);
  expect(place(100, -30).y1).toBe(0);
});

test('it never leaves the view at the sides', () => {
  expect(place(390, 100).x2).toBe(400);
  expect(place(-40, 100).x1).toBe(0);
});
