import { createRgbRaster } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { fillValue, pointsPerPixel, sampleSquareInPlace } from './sample-square.ts';

/** 4 x 4 picture whose red is 10 x + 50 y, green 7, blue 200. */
function ramp() {
  const raster = createRgbRaster({ width: 4, height: 4 });
  for (let i = 0; i < 16; i++)
    raster.data.set([10 * (i % 4) + 50 * Math.floor(i / 4), 7, 200], i * 3);
  return raster;
}

test('copies the pixels when the square is the image', () => {
  const out = new Float32Array(48);
  sampleSquareInPlace(ramp(), { left: 0, top: 0, side: 4 }, 4, out);
  expect(Array.from(out.subarray(0, 6))).toEqual([0, 10, 20, 30, 50, 60]);
  expect(new Set(out.subarray(16, 32))).toEqual(new Set([7]));
  expect(new Set(out.subarray(32))).toEqual(new Set([200]));
});

test('reads between pixel centres in proportion', () => {
  const out = new Float32Array(3);
  // One output pixel of side 1 around (1.75, 1.5): red is 10 * 1.25 + 50 * 1
  sampleSquareInPlace(ramp(), { left: 1.25, top: 1, side: 1 }, 1, out);
  expect(out[0]).toBeCloseTo(10 * 1.25 + 50, 4);
});

test('averages when it shrinks', () => {
  const out = new Float32Array(3);
  sampleSquareInPlace(ramp(), { left: 0, top: 0, side: 4 }, 1, out);
  expect(out[0]).toBeCloseTo(10 * 1.5 + 50 * 1.5, 4); // the mean of the ramp
});

test('is grey beyond the border and writes from the offset on', () => {
  const out = new Float32Array(15).fill(-1);
  sampleSquareInPlace(ramp(), { left: -8, top: 0, side: 2 }, 2, out, { offset: 3 });
  expect(Array.from(out)).toEqual([-1, -1, -1, ...new Array<number>(12).fill(fillValue)]);
});

test('takes more points the more it shrinks, and four at most', () => {
  expect([0.5, 1, 1.2, 2, 9].map(pointsPerPixel)).toEqual([1, 1, 1, 2, 4]);
});
