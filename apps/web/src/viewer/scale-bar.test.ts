import { expect, test } from 'vitest';
import { gridDistance, scaleBar } from './scale-bar.ts';

test('the bar is 1, 2 or 5 times a power of ten and fits', () => {
  // 0.1 um a pixel at 1:1: 120 CSS pixels are 12 um.
  expect(scaleBar(1, 0.1, 120)).toEqual({ width: 100, text: '10 µm' });
  expect(scaleBar(2, 0.1, 120).text).toBe('5 µm');
  expect(scaleBar(0.1, 0.1, 120).text).toBe('100 µm');
  for (const scale of [0.013, 0.4, 1.7, 31]) {
    const { width } = scaleBar(scale, 0.1, 120);
    expect(width).toBeLessThanOrEqual(120 + 1e-6);
    expect(width).toBeGreaterThan(120 / 2.5 - 1e-6);
  }
});

test('without a pixel size the bar counts pixels', () => {
  expect(scaleBar(0.5, null, 120)).toEqual({ width: 100, text: '200 px' });
});

test('long bars are in millimetres, short ones keep clean decimals', () => {
  expect(scaleBar(0.01, 1, 60).text).toBe('5 mm');
  expect(scaleBar(40, 0.1, 120).text).toBe('0.2 µm');
});

test('grid lines are never closer than asked and stand at round distances', () => {
  expect(gridDistance(1, null, 60)).toBe(100);
  // 60 CSS pixels at 2 a pixel are 30 pixels, 3 um: the next round distance is 5 um, 50 pixels.
  expect(gridDistance(2, 0.1, 60)).toBeCloseTo(50, 9);
});
