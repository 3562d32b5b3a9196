import { createRgbRaster } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { estimateLight } from './estimate-light.ts';

test('finds the colour of the glass between dark cells', () => {
  const raster = createRgbRaster({ width: 128, height: 128 });
  for (let i = 0; i < raster.data.length; i += 3) {
    const cell = (Math.floor(i / 3) % 128) % 32 < 16;
    raster.data.set(cell ? [90, 40, 120] : [250, 226, 200], i);
  }
  const { mean } = estimateLight(raster);
  mean.forEach((value, c) => {
    expect(value).toBeCloseTo([250, 226, 200][c]!, 0);
  });
});

test('follows light that falls off across the field', () => {
  const raster = createRgbRaster({ width: 256, height: 128 });
  for (let y = 0, i = 0; y < 128; y++) {
    for (let x = 0; x < 256; x++, i += 3) raster.data.fill(Math.round(240 - 0.2 * x), i, i + 3);
  }
  const light = estimateLight(raster);
  for (const x of [40, 128, 220])
    expect(Math.abs(light.at(x, 60, 0) - (240 - 0.2 * x))).toBeLessThan(12);
});

test('takes the light of the neighbourhood where cells fill a block', () => {
  const raster = createRgbRaster({ width: 192, height: 192 });
  raster.data.fill(230);
  for (let y = 64; y < 128; y++) raster.data.fill(60, (y * 192 + 64) * 3, (y * 192 + 128) * 3);
  expect(estimateLight(raster).at(96, 96, 1)).toBeCloseTo(230, 0);
});
