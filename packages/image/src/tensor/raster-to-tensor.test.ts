import { createRgbRaster } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { rastersToTensor, rasterToTensor } from './raster-to-tensor.ts';

const two = createRgbRaster({ width: 2, height: 1 }, Uint8Array.of(0, 51, 102, 153, 204, 255));

test('lays channels out one after the other', () => {
  const { shape, data } = rasterToTensor(two);
  expect(shape).toEqual([1, 3, 1, 2]);
  const expected = [0, 153, 51, 204, 102, 255].map((value) => value / 255);
  expected.forEach((value, i) => {
    expect(data[i]).toBeCloseTo(value, 6);
  });
});

test('subtracts the mean and divides by the deviation of each channel', () => {
  const { data } = rasterToTensor(two, { mean: [0.5, 0.4, 0.3], std: [0.1, 0.2, 0.5] });
  expect(data[1]).toBeCloseTo((153 / 255 - 0.5) / 0.1, 5);
  expect(data[5]).toBeCloseTo((1 - 0.3) / 0.5, 5);
});

test('keeps bytes for dtype uint8, and refuses to normalise them', () => {
  const tensor = rasterToTensor(two, { dtype: 'uint8' });
  expect(tensor.data).toEqual(Uint8Array.of(0, 153, 51, 204, 102, 255));
  expect(() => rasterToTensor(two, { dtype: 'uint8', mean: [0, 0, 0] })).toThrow('left out');
  expect(() => rasterToTensor(two, { std: [1, 0, 1] })).toThrow('above 0');
});

test('letterboxes with the padding asked for', () => {
  const tensor = rasterToTensor(two, {
    size: { width: 2, height: 3 },
    fit: 'letterbox',
    padding: [7, 8, 9],
    dtype: 'uint8',
  });
  expect(Array.from(tensor.data)).toEqual([
    7, 7, 0, 153, 7, 7, 8, 8, 51, 204, 8, 8, 9, 9, 102, 255, 9, 9,
  ]);
});

test('batches rasters of one size, or of any size when one is given', () => {
  const other = createRgbRaster({ width: 3, height: 3 });
  expect(rastersToTensor([two, two]).shape).toEqual([2, 3, 1, 2]);
  expect(() => rastersToTensor([two, other])).toThrow('one size');
  expect(rastersToTensor([two, other], { size: { width: 4, height: 4 } }).shape).toEqual([
    2, 3, 4, 4,
  ]);
  expect(() => rastersToTensor([])).toThrow('one or more');
});

test('scales with the method asked for', () => {
  const options = { size: { width: 1, height: 1 }, dtype: 'uint8' as const };
  const wide = createRgbRaster(
    { width: 5, height: 1 },
    Uint8Array.from([9, 9, 9, 0, 0, 0, 255, 255, 255, 0, 0, 0, 9, 9, 9]),
  );
  expect(rasterToTensor(wide, { ...options, method: 'nearest' }).data[0]).toBe(255);
  expect(rasterToTensor(wide, { ...options, method: 'area' }).data[0]).toBe(Math.round(273 / 5));
});
