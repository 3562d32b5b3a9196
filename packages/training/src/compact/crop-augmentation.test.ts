import { createRandom, createRgbRaster, type PlacedMask } from '@leukoscope/core';
import { fillValue, refinerSquare, sampleSquareInPlace } from '@leukoscope/models';
import { expect, test } from 'vitest';
import { cutCellCrop } from './cell-crop.ts';
import { drawCropInPlace } from './crop-augmentation.ts';
import { type CropVariation, plainView } from './crop-view.ts';

/** A red disc of diameter 40 on green, with its mask. */
function discField() {
  const raster = createRgbRaster({ width: 160, height: 160 });
  const data = new Uint8Array(40 * 40);
  for (let y = 0; y < 160; y++) {
    for (let x = 0; x < 160; x++) {
      const isInside = Math.hypot(x + 0.5 - 80, y + 0.5 - 80) < 20;
      raster.data.set(isInside ? [200, 0, 0] : [0, 200, 0], (y * 160 + x) * 3);
      if (isInside) data[(y - 60) * 40 + x - 60] = 1;
    }
  }
  const mask: PlacedMask = { left: 60, top: 60, mask: { width: 40, height: 40, data } };
  return cutCellCrop(raster, { x1: 60, y1: 60, x2: 100, y2: 100 }, mask);
}

function viewOf(variation: CropVariation, seed = 1, margin = 1.5) {
  const side = 48;
  const view = {
    image: new Float32Array(3 * side * side),
    imageOffset: 0,
    mask: new Float32Array((side * side) / 4),
    maskOffset: 0,
    side,
  };
  drawCropInPlace(view, discField(), margin, variation, createRandom(seed));
  return view;
}

const redShare = (image: Float32Array) =>
  image.subarray(0, 48 * 48).filter((v) => v > 100).length / (48 * 48);
const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;

test('a plain view shows the cell as large as the margin says, mask and pixels alike', () => {
  const { image, mask } = viewOf(plainView);
  const expected = (Math.PI / 4) * (1 / 1.5) ** 2; // area of the disc over that of the view
  expect(redShare(image)).toBeCloseTo(expected, 1);
  expect(mean(mask)).toBeCloseTo(expected, 1);
  expect(redShare(viewOf(plainView, 1, 1.9).image)).toBeCloseTo(expected * (1.5 / 1.9) ** 2, 1);
});

test.each([128, 64])('a plain view of %i pixels is as sharp as what inference sees', (side) => {
  // Grains of three pixels on a cell of 180, as PBC images show them.
  const raster = createRgbRaster({ width: 360, height: 360 });
  const random = createRandom(4);
  const grains = Float32Array.from({ length: 120 * 120 }, () => random.uniform(60, 200));
  for (let i = 0; i < 360 * 360; i++) {
    const grain = grains[Math.floor(i / 360 / 3) * 120 + Math.floor((i % 360) / 3)]!;
    raster.data.fill(grain, i * 3, i * 3 + 3);
  }
  const box = { x1: 90, y1: 90, x2: 270, y2: 270 };
  const seen = new Float32Array(3 * side * side);
  sampleSquareInPlace(raster, refinerSquare(box, 1.35), side, seen);
  const mask = new Float32Array((side * side) / 4);
  const view = { image: new Float32Array(seen.length), imageOffset: 0, mask, maskOffset: 0, side };
  drawCropInPlace(view, cutCellCrop(raster, box), 1.35, plainView, createRandom(1));
  const sharpness = (image: Float32Array) =>
    mean(image.subarray(1).map((value, i) => Math.abs(value - image[i]!)));
  const ratio = sharpness(view.image) / sharpness(seen);
  expect(ratio).toBeGreaterThan(0.8);
  expect(ratio).toBeLessThan(1.1);
});

test('turns keep the size of a round cell and move no pixel out of its mask', () => {
  const { image, mask } = viewOf({ ...plainView, turns: true }, 7);
  let apart = 0;
  for (let y = 0; y < 24; y++) {
    for (let x = 0; x < 24; x++) {
      const isRed = image[2 * y * 48 + 2 * x]! > 100;
      if (isRed !== mask[y * 24 + x]! > 0.5) apart++;
    }
  }
  expect(apart / 576).toBeLessThan(0.06); // the rim, where half a pixel decides
});

test('scale and shift change the view', () => {
  const plain = viewOf(plainView).image;
  expect(redShare(viewOf({ ...plainView, scale: 0.3 }, 3).image)).not.toBeCloseTo(
    redShare(plain),
    2,
  );
  expect(Array.from(viewOf({ ...plainView, shift: 0.2 }, 3).image)).not.toEqual(Array.from(plain));
});

test('a cut view is grey beyond the border, whatever the colours, and its mask ends there', () => {
  const { image, mask } = viewOf({ ...plainView, cuts: 1, colour: 1 }, 5);
  const plane = 48 * 48;
  const isGrey = (x: number, y: number) =>
    [0, 1, 2].every((c) => image[y * 48 + x + c * plane] === fillValue);
  let cut = 0;
  for (let y = 0; y < 48; y += 2) {
    for (let x = 0; x < 48; x += 2) {
      // A pixel of the mask covers four of the image: cut where all of them are beyond the border.
      if (!(isGrey(x, y) && isGrey(x + 1, y) && isGrey(x, y + 1) && isGrey(x + 1, y + 1))) continue;
      cut++;
      expect(mask[(y / 2) * 24 + x / 2]).toBe(0);
    }
  }
  expect(cut).toBeGreaterThan(24 * 24 * 0.05);
});

test('colour and damage change values but not places', () => {
  for (const change of [{ colour: 1 }, { damage: 1 }]) {
    const { image, mask } = viewOf({ ...plainView, ...change }, 2);
    expect(Array.from(image)).not.toEqual(Array.from(viewOf(plainView).image));
    expect(Array.from(mask)).toEqual(Array.from(viewOf(plainView).mask));
  }
});

test('mild views are only moved and hardly recoloured', () => {
  const wild = { ...plainView, cuts: 1, damage: 1, stain: 1, dim: 1, waves: 1 };
  expect(Array.from(viewOf({ ...wild, mild: 1 }).image)).toEqual(
    Array.from(viewOf({ ...plainView, mild: 1 }).image),
  );
  expect(Array.from(viewOf(wild).image)).not.toEqual(Array.from(viewOf(plainView).image));
});

test('the same seed gives the same view', () => {
  const all = {
    ...{ scale: 0.1, shift: 0.1, turns: true, cuts: 0.5, colour: 1, damage: 0.5 },
    ...{ waves: 0.5, stain: 0.5, dim: 0.5, neighbours: 0.5, mild: 0.2 },
  };
  expect(Array.from(viewOf(all, 9).image)).toEqual(Array.from(viewOf(all, 9).image));
  expect(Array.from(viewOf(all, 9).image)).not.toEqual(Array.from(viewOf(all, 10).image));
});
