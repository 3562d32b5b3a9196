import { createRandom, createRgbRaster } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { estimateStains, normaliseStains, type StainVector, separateStains } from './stain.ts';
import { balanceBackground, balanceGreyWorld } from './white-balance.ts';

const unit = (v: readonly number[]): StainVector => {
  const length = Math.hypot(...v);
  return [v[0]! / length, v[1]! / length, v[2]! / length];
};
const azure = unit([0.7, 0.6, 0.4]);
const eosin = unit([0.2, 0.9, 0.4]);

/** Pixels with known dye amounts: pure azure, pure eosin, mixtures and background. */
function stained(strength: number) {
  const random = createRandom(2);
  const raster = createRgbRaster({ width: 60, height: 50 });
  for (let i = 0; i < 3000; i++) {
    const kind = i % 4;
    const x = kind === 0 || kind === 2 ? strength * random.uniform(0.8, 1.4) : 0;
    const y = kind === 1 || kind === 2 ? strength * random.uniform(0.8, 1.4) : 0;
    for (let c = 0; c < 3; c++) {
      raster.data[i * 3 + c] = Math.round(256 * Math.exp(-(x * azure[c]! + y * eosin[c]!)) - 1);
    }
  }
  return raster;
}

const cosine = (a: StainVector, b: StainVector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

test('finds the two dyes that a picture was mixed from, the bluer one first', () => {
  const basis = estimateStains(stained(1));
  expect(cosine(basis.vectors[0], azure)).toBeGreaterThan(0.998);
  expect(cosine(basis.vectors[1], eosin)).toBeGreaterThan(0.998);
  const wide = estimateStains(stained(1), { anglePercent: 20 });
  expect(cosine(wide.vectors[0], wide.vectors[1])).toBeGreaterThan(cosine(...basis.vectors));
});

test('separates the amounts again', () => {
  const basis = { vectors: [azure, eosin], strengths: [1, 1] } as const;
  const amounts = separateStains(stained(1), basis).data;
  expect(amounts[0 * 2 + 1]).toBeLessThan(0.03); // a pixel of azure alone
  expect(amounts[1 * 2]).toBeLessThan(0.03); // of eosin alone
  expect(amounts[0]).toBeGreaterThan(0.75);
});

test('shows a pale picture with the strength of a strong one', () => {
  const [pale, strong] = [stained(0.6), stained(1.2)];
  const shown = normaliseStains(pale, estimateStains(pale), estimateStains(strong));
  const mean = (data: Uint8Array) => data.reduce((sum, value) => sum + value, 0) / data.length;
  expect(Math.abs(mean(shown.data) - mean(strong.data))).toBeLessThan(4);
  expect(mean(pale.data) - mean(strong.data)).toBeGreaterThan(20);
});

test('refuses a picture without stain', () => {
  const blank = createRgbRaster({ width: 20, height: 20 });
  blank.data.fill(240);
  expect(() => estimateStains(blank)).toThrow('10 stained pixels. Received 0');
  expect(() => estimateStains(blank, { backgroundDensity: 0.05 })).toThrow();
});

test('takes a colour cast away by grey world and by background', () => {
  const cast = createRgbRaster({ width: 10, height: 10 });
  for (let i = 0; i < 300; i++) cast.data[i] = [200, 180, 150][i % 3]! - (i < 30 ? 100 : 0);
  const grey = balanceGreyWorld(cast).data;
  const means = [0, 1, 2].map(
    (c) => grey.filter((_, i) => i % 3 === c).reduce((a, b) => a + b, 0) / 100,
  );
  expect(Math.max(...means) - Math.min(...means)).toBeLessThan(1);
  expect(Array.from(balanceBackground(cast, 220).data.slice(-3))).toEqual([220, 220, 220]);
});
