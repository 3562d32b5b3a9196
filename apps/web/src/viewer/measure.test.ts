import { expect, test } from 'vitest';
import { measurementText, measurePath, measureRing } from './measure.ts';

const threeFourFive = [
  { x: 0, y: 0 },
  { x: 3, y: 4 },
  { x: 3, y: 10 },
];

test('a line is as long as its pieces together', () => {
  expect(measurePath(threeFourFive, null)).toEqual({
    kind: 'distance',
    pixels: 5 + 6,
    micrometres: null,
  });
});

test('the size of a pixel counts once for lengths and twice for areas', () => {
  expect(measurePath(threeFourFive, 0.1).micrometres).toBeCloseTo(11 * 0.1, 12);
  expect(measureRing([0, 0, 20, 0, 20, 10, 0, 10], 0.1).micrometres).toBeCloseTo(200 * 0.01, 12);
});

test('one point, or none, measures nothing', () => {
  expect(measurePath([{ x: 4, y: 4 }], 0.1).pixels).toBe(0);
  expect(measurePath([], 0.1).pixels).toBe(0);
});

test('texts give micrometres first and keep the pixels beside them', () => {
  expect(measurementText({ kind: 'distance', pixels: 123.4, micrometres: 12.34 })).toBe(
    '12.3 µm (123 px)',
  );
  expect(measurementText({ kind: 'area', pixels: 8.125, micrometres: null })).toBe('8.13 px²');
});
