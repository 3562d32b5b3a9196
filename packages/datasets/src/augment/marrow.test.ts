import { createMask, createRandom, createRgbRaster, maskBox, type Sample } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { eightfold } from './eightfold.ts';
import { cropShifted, planOversampling } from './oversample.ts';
import { previewAugmentation } from './preview-augmentation.ts';
import { parseRecipe } from './recipe.ts';
import { measureYuv, toYuvTensor } from './yuv-normalisation.ts';

/** A picture without any symmetry, with one marked pixel under a mask of one pixel. */
function sample(): Sample {
  const raster = createRgbRaster({ width: 5, height: 3 });
  for (let i = 0; i < 15; i++) raster.data.fill(i * 10, i * 3, i * 3 + 3);
  const mask = createMask({ width: 1, height: 1 }, Uint8Array.of(1));
  const box = { x1: 3, y1: 0, x2: 4, y2: 1 };
  return {
    raster,
    annotations: [{ box, mask: { left: 3, top: 0, mask }, cellClass: 'band-neutrophil' }],
  };
}

test('makes eight different pictures with the cell marked in each', () => {
  const variants = eightfold(sample());
  const seen = new Set(variants.map(({ raster }) => `${raster.width} ${raster.data.join()}`));
  expect(seen.size).toBe(8);
  for (const { raster, annotations } of variants) {
    const { box, mask } = annotations[0]!;
    expect(maskBox(mask!)).toEqual(box);
    expect(raster.data[(mask!.top * raster.width + mask!.left) * 3]).toBe(30);
  }
  expect(variants[0]).toEqual(sample());
});

test('fills every class up to n with different crops, each item once unshifted', () => {
  const items = ['a', 'a', 'a', 'b', 'c', 'c', 'c', 'c', 'c', 'c', 'c'];
  const plans = planOversampling(items, (item) => item, 6, createRandom(1));
  for (const name of ['a', 'b', 'c']) {
    const mine = plans.filter(({ index }) => items[index] === name);
    expect(mine.length).toBe(6);
    expect(new Set(mine.map((plan) => JSON.stringify(plan))).size).toBe(6);
    const unshifted = mine.filter(({ shiftX, shiftY }) => shiftX === 0 && shiftY === 0).length;
    expect(unshifted).toBe(Math.min(6, items.filter((item) => item === name).length));
  }
  const far = planOversampling(items, (item) => item, 6, createRandom(1), { maxShiftPx: 1 });
  expect(Math.max(...far.map(({ shiftX }) => Math.abs(shiftX)))).toBe(1);
  expect(() =>
    planOversampling(items, (item) => item, 10, createRandom(1), { maxShiftPx: 1 }),
  ).toThrow('at most 9 for class "b"');
});

test('cuts a square around the shifted centre', () => {
  const { raster, annotations } = sample();
  const crop = cropShifted(raster, annotations[0]!.box!, 3, { index: 0, shiftX: -1, shiftY: 1 });
  expect([crop.width, crop.height, crop.data[12]]).toEqual([3, 3, 70]);
});

test('gives the training set mean 0 and deviation 1 in Y, U and V', async () => {
  const random = createRandom(1);
  const rasters = [0, 1, 2].map(() => {
    const raster = createRgbRaster({ width: 8, height: 6 });
    for (let i = 0; i < raster.data.length; i++) raster.data[i] = random.integer(0, 256);
    return raster;
  });
  const statistics = await measureYuv(rasters);
  const tensors = rasters.map((raster) => toYuvTensor(raster, statistics));
  expect(tensors[0]!.shape).toEqual([1, 3, 6, 8]);
  for (let c = 0; c < 3; c++) {
    const values = tensors.flatMap(({ data }) => Array.from(data.subarray(c * 48, (c + 1) * 48)));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean).toBeCloseTo(0, 4);
    expect(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length).toBeCloseTo(1, 4);
  }
  await expect(measureYuv([])).rejects.toThrow('one or more');
});

test('keeps grey pictures finite, whose U and V have no spread', async () => {
  const { raster } = sample();
  const { data } = toYuvTensor(raster, { mean: [0.3, 0, 0], deviation: [0.2, 0, 0] });
  expect(data.every(Number.isFinite)).toBe(true);
});

test('previews the original and n variants on one sheet', () => {
  const recipe = parseRecipe({
    steps: [
      { kind: 'mosaic', probability: 1 },
      { kind: 'rotate', probability: 1 },
    ],
  });
  const sheet = previewAugmentation(recipe, sample(), 3, { cellSizePx: 40, title: 'turns' });
  expect([sheet.width, sheet.height]).toEqual([10 + 2 * 50, 10 + 30 + 2 * 72]);
  expect(
    previewAugmentation(recipe, sample(), 3, { cellSizePx: 40, title: 'turns', seed: 2 }).data,
  ).not.toEqual(sheet.data);
});
