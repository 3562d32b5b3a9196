import { createRgbRaster, type Detection, type PlacedMask } from '@leukoscope/core';
import type { InputSpec } from '@leukoscope/models';
import { expect, test } from 'vitest';
import { maskOfFindings, maskOfPixels, measureOutlines } from './measure-outlines.ts';
import { startMeasuring } from './measuring.ts';

const size = { width: 20, height: 10 };
const raster = createRgbRaster(size);

const block = (left: number, top: number, width: number, height: number): PlacedMask => ({
  left,
  top,
  mask: { width, height, data: new Uint8Array(width * height).fill(1) },
});

const finding = (mask: PlacedMask, score: number): Detection => ({
  box: { x1: 0, y1: 0, x2: 1, y2: 1 },
  score,
  classIndex: 0,
  mask,
});

test('the six measures of a picture, by their formulas', () => {
  const outlines = startMeasuring(measureOutlines());
  // 40 pixels of truth, 40 found, 20 in both, of 200.
  const found = maskOfFindings([finding(block(4, 0, 4, 10), 0.9)], size);
  outlines.add({ raster, annotations: [{ mask: block(2, 0, 4, 10) }] }, found);
  const { values } = outlines.finish();
  expect(values['outlineDice']).toBeCloseTo((2 * 20) / (40 + 40), 9);
  expect(values['outlinePrecision']).toBeCloseTo(20 / 40, 9);
  expect(values['outlineMeanIou']).toBeCloseTo((20 / 60 + 140 / 180) / 2, 9);
  expect(values['outlineFpr']).toBeCloseTo(20 / 160, 9);
  expect(values['outlineFnr']).toBeCloseTo(20 / 40, 9);
  expect(values['outlineError']).toBeCloseTo(40 / 200, 9);
});

test('is the mean over pictures; pictures with a cell without outline, or a crowd, do not count', () => {
  const outlines = startMeasuring(measureOutlines());
  const all = maskOfFindings([finding(block(0, 0, 20, 10), 0.9)], size);
  outlines.add({ raster, annotations: [{ mask: block(0, 0, 20, 10) }] }, all);
  outlines.add({ raster, annotations: [{ mask: block(0, 0, 10, 10) }] }, all);
  outlines.add({ raster, annotations: [{ cellClass: 'lymphocyte' }] }, all);
  outlines.add({ raster, annotations: [{ mask: block(0, 0, 1, 1), isCrowd: true }] }, all);
  expect(outlines.finish().values['outlineDice']).toBeCloseTo((1 + (2 * 100) / 300) / 2, 9);
  expect(startMeasuring(measureOutlines()).finish().values['outlineDice']).toBeNaN();
});

test('joins findings, leaves unsure ones out, and cuts what lies outside', () => {
  const mask = maskOfFindings(
    [
      finding(block(-5, -5, 10, 10), 0.8),
      finding(block(4, 4, 2, 2), 0.5),
      finding(block(10, 0, 5, 5), 0.49),
    ],
    size,
  );
  expect(mask.data.reduce((a, b) => a + b, 0)).toBe(5 * 5 + 2 * 2 - 1);
});

test('reads class maps back into the picture, whatever the class', () => {
  // A picture of 20 x 10 lies in an input of 40 x 40 as 40 x 20, ten rows from the top.
  const spec: InputSpec = {
    size: { width: 40, height: 40 },
    fit: 'letterbox',
    multipleOf: 1,
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
    padding: 0,
  };
  const plane = 1600;
  const data = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    const isCell = i % 40 >= 20 && Math.floor(i / 40) < 20;
    data[i] = isCell ? 0.3 : 0;
    data[plane + i] = isCell ? 0.3 : 0;
    data[2 * plane + i] = isCell ? 0.4 : 1;
  }
  const probabilities = { dtype: 'float32' as const, shape: [1, 3, 40, 40], data };
  const mask = maskOfPixels({ probabilities }, size, spec);
  const rows = Array.from({ length: 10 }, (_, y) =>
    [...mask.data.subarray(20 * y, 20 * y + 20)].join(''),
  );
  const cell = '0'.repeat(10) + '1'.repeat(10);
  expect(rows).toEqual([...Array<string>(5).fill(cell), ...Array<string>(5).fill('0'.repeat(20))]);
});
