import { createRgbRaster } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { cellSide, cutCellCrop, storeSide } from './cell-crop.ts';
import { outlinedBoxInStore, recentreCrop } from './recentre-crop.ts';

/** Mask logits of a disc: positive within `radius` of (x, y), both as shares of the view. */
function disc(x: number, y: number, radius: number): Float32Array {
  return Float32Array.from(
    { length: 48 * 48 },
    (_, i) => radius - Math.hypot(((i % 48) + 0.5) / 48 - x, (Math.floor(i / 48) + 0.5) / 48 - y),
  );
}

test('an outline becomes a box of the store', () => {
  const margin = 1.35;
  const box = outlinedBoxInStore(disc(0.5, 0.5, 0.5 / margin), margin)!;
  expect(box.x2 - box.x1).toBeGreaterThan(cellSide - 3);
  expect(box.x2 - box.x1).toBeLessThan(cellSide + 3);
  expect((box.x1 + box.x2) / 2).toBeCloseTo(storeSide / 2, 0);
});

test('outlines that cannot be the cell give no box', () => {
  expect(outlinedBoxInStore(disc(0.5, 0.5, 0.1), 1.35)).toBeUndefined(); // too small
  expect(outlinedBoxInStore(disc(0.9, 0.9, 0.35), 1.35)).toBeUndefined(); // elsewhere
  expect(outlinedBoxInStore(disc(0.5, 0.5, -1), 1.35)).toBeUndefined(); // nothing
});

test('cutting again brings a cell of another size and place to the middle', () => {
  const raster = createRgbRaster({ width: 400, height: 400 });
  for (let i = 0; i < 400 * 400; i++) {
    const isInside = Math.hypot((i % 400) - 209.5, Math.floor(i / 400) - 199.5) < 24;
    raster.data.set(isInside ? [200, 0, 0] : [0, 0, 200], i * 3);
  }
  // A box twelve pixels off and a fifth too large ...
  const first = cutCellCrop(raster, { x1: 168, y1: 170, x2: 228, y2: 230 });
  const step = 60 / cellSide;
  const inStore = (x: number, y: number, left: number, top: number) => ({
    x: (x - left) / step,
    y: (y - top) / step,
  });
  const left = 198 - (step * storeSide) / 2;
  const top = 200 - (step * storeSide) / 2;
  const a = inStore(186, 176, left, top);
  const b = inStore(234, 224, left, top);
  const again = recentreCrop(first, { x1: a.x, y1: a.y, x2: b.x, y2: b.y });
  // ... looks, cut again, as if the right box had been used at once.
  const direct = cutCellCrop(raster, { x1: 186, y1: 176, x2: 234, y2: 224 });
  let apart = 0;
  direct.pixels.forEach((value, i) => {
    if (Math.abs(value - again.pixels[i]!) > 60) apart++;
  });
  expect(apart / direct.pixels.length).toBeLessThan(0.02);
});
