import { createRandom } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { cellSide, storeSide } from './cell-crop.ts';
import type { CropView } from './crop-view.ts';
import { plainView } from './crop-view.ts';
import { layNeighbourInPlace, type OutlinedCrop } from './neighbour-cell.ts';
import { drawStoreMap, readImage, readMask } from './store-map.ts';

const side = 64;

/** A disc of one shade on glass of 220, with its outline. */
function disc(shade: number): OutlinedCrop {
  const plane = storeSide * storeSide;
  const pixels = new Uint8Array(3 * plane).fill(220);
  const mask = new Uint8Array(plane);
  for (let i = 0; i < plane; i++) {
    const away = Math.hypot(
      (i % storeSide) + 0.5 - storeSide / 2,
      Math.floor(i / storeSide) + 0.5 - storeSide / 2,
    );
    if (away > cellSide / 2) continue;
    mask[i] = 255;
    for (let c = 0; c < 3; c++) pixels[i + c * plane] = shade;
  }
  return { pixels, mask };
}

function laid(seed: number) {
  const view: CropView = {
    image: new Float32Array(3 * side * side),
    imageOffset: 0,
    mask: new Float32Array((side * side) / 4),
    maskOffset: 0,
    side,
  };
  const cell = disc(100);
  const map = drawStoreMap(side, 1.35, plainView, createRandom(1));
  readImage(view, cell, map);
  readMask(view, cell.mask, map);
  const whole = view.mask.reduce((a, b) => a + b, 0);
  layNeighbourInPlace(view, cell, disc(40), map, createRandom(seed));
  return { view, whole, left: view.mask.reduce((a, b) => a + b, 0) };
}

test('the middle of the view stays the cell that the crop is of', () => {
  for (let seed = 1; seed < 12; seed++) {
    const { view } = laid(seed);
    expect(view.image[(side / 2) * side + side / 2]).toBeGreaterThan(90);
  }
});

test('an outline ends where the neighbour covers the cell, and where it lies below it does not', () => {
  const shares = Array.from({ length: 20 }, (_, seed) => {
    const { whole, left } = laid(seed);
    return left / whole;
  });
  expect(Math.max(...shares)).toBe(1);
  expect(Math.min(...shares)).toBeLessThan(0.97);
  expect(Math.min(...shares)).toBeGreaterThan(0.5);
});

test('the neighbour is in view', () => {
  const seen = Array.from({ length: 12 }, (_, seed) =>
    laid(seed).view.image.some((value) => value < 60),
  );
  expect(seen.filter(Boolean).length).toBeGreaterThan(9);
});
