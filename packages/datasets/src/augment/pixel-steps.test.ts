import { createRandom, createRgbRaster, type RgbRaster } from '@leukoscope/core';
import { decodeRgb, encodeJpeg } from '@leukoscope/image';
import { expect, test } from 'vitest';
import { jpegArtefactsInPlace } from './jpeg-artefacts.ts';
import { createPixelPainter } from './pixel-steps.ts';
import { parseRecipe } from './recipe.ts';
import { drawDyes, jitterStainInPlace } from './stain-jitter.ts';

function picture(): RgbRaster {
  const random = createRandom(4);
  const raster = createRgbRaster({ width: 48, height: 33 });
  for (let i = 0; i < raster.data.length; i++) {
    const x = Math.floor(i / 3) % 48;
    raster.data[i] = 60 + 2 * x + 30 * (i % 3) + random.integer(0, 20);
  }
  return raster;
}

function apply(...steps: object[]): Uint8Array {
  const raster = picture();
  const painter = createPixelPainter(raster);
  for (const step of parseRecipe({ steps }).steps) {
    if (
      step.kind === 'gamma' ||
      step.kind === 'brightness' ||
      step.kind === 'contrast' ||
      step.kind === 'saturation' ||
      step.kind === 'noise' ||
      step.kind === 'blur' ||
      step.kind === 'cut-out'
    ) {
      painter.apply(step, createRandom(1));
    }
  }
  painter.finish();
  return raster.data;
}

const { data } = picture();
const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;

test('raises values to the gamma', () => {
  const out = apply({ kind: 'gamma', gamma: [2, 2] });
  expect(out[100]).toBe(Math.round(255 * (data[100]! / 255) ** 2));
});

test('adds brightness and clips', () => {
  const out = apply({ kind: 'brightness', shift: [0.4, 0.4] });
  expect(Array.from(out)).toEqual(
    Array.from(data, (value) => Math.min(255, Math.round(value + 102))),
  );
});

test('stretches contrast about the mean and saturation about grey', () => {
  const strong = apply({ kind: 'contrast', factor: [1.2, 1.2] });
  const spread = (values: Uint8Array) => {
    const middle = mean(values);
    return Math.sqrt(mean(Array.from(values, (value) => (value - middle) ** 2)));
  };
  expect(spread(strong) / spread(data)).toBeCloseTo(1.2, 1);
  expect(Math.abs(mean(strong) - mean(data))).toBeLessThan(3);
  const grey = apply({ kind: 'saturation', factor: [0, 0] });
  expect(grey[30]).toBe(grey[31]);
  expect(grey[30]).toBe(grey[32]);
  expect(grey[30]).toBe(
    Math.floor(0.299 * data[30]! + 0.587 * data[31]! + 0.114 * data[32]! + 0.5),
  );
});

test('joins tables of neighbouring steps without changing a byte', () => {
  const gamma = { kind: 'gamma', gamma: [1.3, 1.3] };
  const brightness = { kind: 'brightness', shift: [0.1, 0.1] };
  // A blur of 0 pixels changes nothing but makes the painter write its table first.
  expect(apply(gamma, brightness)).toEqual(
    apply(gamma, { kind: 'blur', sigmaPx: [0, 0] }, brightness),
  );
});

test('adds noise of the deviation asked for, without a shift', () => {
  const out = apply({ kind: 'noise', deviation: [5, 5] });
  const differences = Array.from(out, (value, i) => value - data[i]!);
  expect(Math.abs(mean(differences))).toBeLessThan(0.4);
  const deviation = Math.sqrt(mean(differences.map((value) => value * value)));
  expect(deviation).toBeGreaterThan(4.5);
  expect(deviation).toBeLessThan(5.5);
});

test('covers the share that cut-out asks for with grey', () => {
  const out = apply({ kind: 'cut-out', count: [1, 1], side: [0.5, 0.5] });
  const changed = Array.from(out).filter(
    (value, i) => i % 3 === 0 && value === 128 && value !== data[i],
  ).length;
  expect(changed).toBeGreaterThan(24 * 17 * 0.95);
  expect(changed).toBeLessThanOrEqual(24 * 17);
});

test('multiplies the dyes in optical density and leaves the other dye alone', () => {
  // A pixel stained with azure only: OD = 0.8 * its vector.
  const azure = [0.834750233, 0.513556283, 0.196330403].map(
    (v) => v / Math.hypot(0.834750233, 0.513556283, 0.196330403),
  );
  const pixel = (amount: number) =>
    Uint8Array.from(azure, (v) => Math.round(256 * Math.exp(-amount * v) - 1));
  const raster = createRgbRaster({ width: 1, height: 1 }, pixel(0.8));
  jitterStainInPlace(raster, 1.5, 1);
  pixel(1.2).forEach((value, c) => {
    expect(Math.abs(raster.data[c]! - value)).toBeLessThanOrEqual(2);
  });
  const same = createRgbRaster({ width: 1, height: 1 }, pixel(0.8));
  jitterStainInPlace(same, 1, 3);
  pixel(0.8).forEach((value, c) => {
    expect(Math.abs(same.data[c]! - value)).toBeLessThanOrEqual(3);
  });
});

test('gives dyes other colours by the angle asked for, and glass stays glass', () => {
  const degrees = (a: readonly number[], b: readonly number[]) =>
    (Math.acos(a.reduce((sum, v, c) => sum + v * b[c]!, 0)) * 180) / Math.PI;
  const usual = drawDyes([0, 0], createRandom(3));
  const turned = drawDyes([12, 12], createRandom(3));
  expect(degrees(usual.azure, turned.azure)).toBeGreaterThan(8);
  expect(degrees(usual.azure, turned.azure)).toBeLessThanOrEqual(12.001);
  const raster = createRgbRaster(
    { width: 2, height: 1 },
    Uint8Array.of(255, 255, 255, 90, 70, 140),
  );
  jitterStainInPlace(raster, 1, 1, turned);
  expect(Array.from(raster.data.subarray(0, 3))).toEqual([255, 255, 255]);
  expect(Array.from(raster.data.subarray(3))).not.toEqual([90, 70, 140]);
});

test('leaves the artefacts that a real JPEG file of the quality leaves', async () => {
  const loss = (a: Uint8Array, b: Uint8Array) =>
    Math.sqrt(mean(Array.from(a, (value, i) => (value - b[i]!) ** 2)));
  const losses: number[] = [];
  for (const quality of [95, 60, 20]) {
    const ours = picture();
    jpegArtefactsInPlace(ours, quality);
    const real = await decodeRgb(await encodeJpeg(picture(), { quality, chroma: '4:2:0' }));
    const [ourLoss, realLoss] = [loss(ours.data, data), loss(real.data, data)];
    expect(ourLoss / realLoss).toBeGreaterThan(0.8);
    expect(ourLoss / realLoss).toBeLessThan(1.25);
    losses.push(ourLoss);
    // Nearer to the real file than to the original: the same blocks, not just the same amount of noise.
    if (quality < 90) expect(loss(ours.data, real.data)).toBeLessThan(0.6 * realLoss);
  }
  expect(losses).toEqual(losses.toSorted((a, b) => a - b));
});
