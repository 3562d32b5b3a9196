import { createRgbRaster, maskArea, type PlacedMask } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { outlineNucleus } from './outline-nucleus.ts';

/** A pale cell with violet discs in it, on glass, and its outline. */
function drawCell(
  radius: number,
  discs: readonly { readonly x: number; readonly y: number; readonly r: number }[],
) {
  const side = 2 * radius + 20;
  const raster = createRgbRaster({ width: side + 30, height: side + 10 });
  raster.data.fill(235);
  const [cx, cy] = [side / 2 + 30, side / 2 + 10];
  const data = new Uint8Array(side * side);
  let nucleus = 0;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [u, v] = [x + 30.5 - cx, y + 10.5 - cy];
      if (Math.hypot(u, v) > radius) continue;
      data[y * side + x] = 1;
      const isNucleus = discs.some((disc) => Math.hypot(u - disc.x, v - disc.y) <= disc.r);
      nucleus += Number(isNucleus);
      raster.data.set(
        isNucleus ? [110, 50, 150] : [225, 200, 225],
        ((y + 10) * raster.width + x + 30) * 3,
      );
    }
  }
  const cell: PlacedMask = { left: 30, top: 10, mask: { width: side, height: side, data } };
  return { raster, cell, nucleus };
}

test('finds the dyed part of a cell, where it is', () => {
  const { raster, cell, nucleus } = drawCell(30, [{ x: 5, y: -4, r: 15 }]);
  const found = outlineNucleus(raster, cell)!;
  expect(found.lobes).toBe(1);
  expect(maskArea(found.mask.mask) / nucleus).toBeCloseTo(1, 1);
  expect(found.mask).toMatchObject({ left: 30, top: 10 });
});

test('large cells come out alike, on a coarser grid', () => {
  const { raster, cell, nucleus } = drawCell(120, [
    { x: -50, y: 0, r: 35 },
    { x: 50, y: 0, r: 35 },
    { x: 0, y: 55, r: 32 },
  ]);
  const found = outlineNucleus(raster, cell)!;
  expect(found.lobes).toBe(3);
  expect(maskArea(found.mask.mask) / nucleus).toBeCloseTo(1, 1);
});

test('granules are no nucleus, and a grey cell has none', () => {
  const dots = [{ x: -15, y: -15, r: 2.2 }];
  const { raster, cell } = drawCell(30, [{ x: 8, y: 8, r: 12 }, ...dots]);
  const { mask } = outlineNucleus(raster, cell)!.mask;
  const isSet = (x: number, y: number) => mask.data[(y + 40) * mask.width + x + 40];
  expect([isSet(8, 8), isSet(-15, -15)]).toEqual([1, 0]);
  const grey = createRgbRaster(raster);
  grey.data.fill(120);
  expect(outlineNucleus(grey, cell)).toBeUndefined();
});

test('a cell that is too small has none, and one that reaches over the border is looked at inside', () => {
  const { raster, cell } = drawCell(4, [{ x: 0, y: 0, r: 2 }]);
  const tiny = { ...cell, mask: { width: 8, height: 8, data: new Uint8Array(64).fill(1) } };
  expect(outlineNucleus(raster, tiny)).toBeUndefined();
  const whole = drawCell(30, [{ x: 10, y: 0, r: 15 }]);
  expect(outlineNucleus(whole.raster, { ...whole.cell, left: whole.cell.left + 40 })).toBeDefined();
});
