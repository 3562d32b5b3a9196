import { expect, test } from 'vitest';
import { halveRaster } from './halve-raster.ts';
import { createRgbRaster } from './raster.ts';

test('each pixel is the rounded mean of four; what is odd is left out', () => {
  const raster = createRgbRaster({ width: 5, height: 3 });
  for (let i = 0; i < 15; i++) raster.data.set([i, 10 * i, 200], 3 * i);
  const half = halveRaster(raster);
  expect([half.width, half.height]).toEqual([2, 1]);
  // pixels 0, 1, 5, 6 and 2, 3, 7, 8
  expect(Array.from(half.data)).toEqual([3, 30, 200, 5, 50, 200]);
});
