import { createRandom, createRgbRaster } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { balanceField, fieldGains, glass } from './field-light.ts';

/** Glass of a colour with a purple disc over a tenth of the field, seen through a lamp's gains. */
function field(gains: readonly number[], size = 120) {
  const raster = createRgbRaster({ width: size, height: size });
  const random = createRandom(4);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i += 3) {
      const isCell = Math.hypot(x - size / 2, y - size / 2) < 0.18 * size;
      const colour = isCell ? [110, 70, 150] : [180, 180, 180];
      for (let c = 0; c < 3; c++)
        raster.data[i + c] = Math.round(colour[c]! * gains[c]! + random.uniform(-2, 2));
    }
  }
  return raster;
}

test('glass becomes the light that the model knows, whatever the lamp', () => {
  for (const lamp of [
    [1, 1, 1],
    [1.3, 1, 0.7],
    [0.25, 0.3, 0.28],
  ]) {
    const { data } = balanceField(field(lamp));
    for (let c = 0; c < 3; c++) expect(Math.abs(data[c]! - glass)).toBeLessThan(glass * 0.08);
  }
});

test('two lamps over one field give nearly one picture', () => {
  const a = balanceField(field([1.2, 1, 0.8]));
  const b = balanceField(field([0.7, 1, 1.1]));
  const off = a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0);
  expect(off / a.data.length).toBeLessThan(3);
});

test('a field without light, and one without anything, are left in bounds', () => {
  const black = createRgbRaster({ width: 8, height: 8 });
  expect(fieldGains(black)).toEqual([8, 8, 8]);
  black.data.fill(255);
  expect(fieldGains(black)).toEqual([glass / 255, glass / 255, glass / 255]);
});
