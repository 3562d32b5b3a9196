import { createRandom, createRgbRaster } from '@leukoscope/core';
import { restainAtPh } from '@leukoscope/datasets';
import { expect, test } from 'vitest';
import { brightEnd, changeStainInPlace, dimInPlace, drawStainChange } from './stain-change.ts';

/** Glass with an azure and an eosin square, as planes and as a picture. */
function stained() {
  const side = 64;
  const raster = createRgbRaster({ width: side, height: side });
  raster.data.fill(230);
  for (let y = 16; y < 32; y++) {
    for (let x = 16; x < 48; x++) {
      raster.data.set(x < 32 ? [110, 80, 190] : [210, 120, 140], (y * side + x) * 3);
    }
  }
  const plane = side * side;
  const planes = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) planes[i + c * plane] = raster.data[i * 3 + c]!;
  }
  return { raster, planes, plane, side };
}

const azureAt = 20 * 64 + 20;

test('a pH change equals that of the simulator, up to its rounding', () => {
  const { raster, planes, plane } = stained();
  const expected = restainAtPh(raster, 7.4).data;
  const { azure, eosin } = { azure: Math.exp(0.75 * 0.8), eosin: Math.exp(-1.15 * 0.8) };
  const complex = Math.min(azure, Math.sqrt(azure * eosin));
  changeStainInPlace(planes, 0, plane, [230, 230, 230], { azure, eosin, complex, strength: 1 });
  for (const i of [0, azureAt, azureAt + 16]) {
    for (let c = 0; c < 3; c++) {
      expect(Math.abs(planes[i + c * plane]! - expected[i * 3 + c]!)).toBeLessThan(1.5);
    }
  }
});

test('a stronger stain darkens what is stained and leaves the glass', () => {
  const { planes, plane } = stained();
  const change = { azure: 1, eosin: 1, complex: 1, strength: 1.3 };
  changeStainInPlace(planes, 0, plane, [230, 230, 230], change);
  expect(planes[0]).toBeCloseTo(230, 3);
  expect(planes[azureAt]).toBeCloseTo(230 * (110 / 230) ** 1.3, 0);
});

test('what lies beyond the picture stays marked', () => {
  const { planes, plane, side } = stained();
  planes[azureAt] = -1;
  changeStainInPlace(planes, 0, plane, [230, 230, 230], drawStainChange(createRandom(2)));
  dimInPlace(planes, 0, side, createRandom(3));
  expect(planes[azureAt]).toBe(-1);
});

test('of poor light, once balanced, the fall-off and the noise are left', () => {
  const side = 64;
  const draws = Array.from({ length: 20 }, (_, seed) => {
    const planes = new Float32Array(3 * side * side).fill(200);
    dimInPlace(planes, 0, side, createRandom(seed));
    const corners = [0, side - 1, side * (side - 1), side * side - 1].map((i) => planes[i]!);
    const mean = planes.reduce((a, b) => a + b, 0) / planes.length;
    return { mean, fallOff: Math.max(...corners) - Math.min(...corners) };
  });
  for (const { mean } of draws) expect(Math.abs(mean - 200)).toBeLessThan(6);
  expect(Math.max(...draws.map(({ fallOff }) => fallOff))).toBeGreaterThan(40);
});

test('the bright end of a picture that holds cells is its glass', () => {
  const { planes, plane } = stained();
  expect(brightEnd((c, i) => planes[i + c * plane]!, plane)).toEqual([230, 230, 230]);
});
