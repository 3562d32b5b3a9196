import { expect, test } from 'vitest';
import { displayCurve, isPlainDisplay, plainDisplay } from './display-aids.ts';

test('the plain display leaves every tone as it is', () => {
  expect(isPlainDisplay(plainDisplay)).toBe(true);
  expect(displayCurve(plainDisplay, 5)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test('each aid changes the curve in its own way', () => {
  expect(displayCurve({ ...plainDisplay, brightness: 0.25 }, 5)).toEqual([0.25, 0.5, 0.75, 1, 1]);
  expect(displayCurve({ ...plainDisplay, contrast: 2 }, 5)).toEqual([0, 0, 0.5, 1, 1]);
  expect(displayCurve({ ...plainDisplay, gamma: 2 }, 5)).toEqual([0, 1 / 16, 1 / 4, 9 / 16, 1]);
  expect(isPlainDisplay({ ...plainDisplay, gamma: 2 })).toBe(false);
});

test('the curve never falls', () => {
  const curve = displayCurve({ brightness: -0.3, contrast: 3, gamma: 0.4 });
  for (let i = 1; i < curve.length; i++) expect(curve[i]).toBeGreaterThanOrEqual(curve[i - 1]!);
});
