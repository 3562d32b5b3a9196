import type { PlacedMask } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { cellMorphology } from './cell-morphology.ts';

function ellipse(cx: number, cy: number, rx: number, ry: number): PlacedMask {
  const left = Math.floor(cx - rx);
  const top = Math.floor(cy - ry);
  const width = Math.ceil(2 * rx) + 2;
  const height = Math.ceil(2 * ry) + 2;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = (left + x + 0.5 - cx) / rx;
      const v = (top + y + 0.5 - cy) / ry;
      if (u * u + v * v <= 1) data[y * width + x] = 1;
    }
  }
  return { left, top, mask: { width, height, data } };
}

const box = { x1: 0, y1: 0, x2: 100, y2: 100 };

test('a disk has its area, its diameter and a circularity near 1', () => {
  const shape = cellMorphology({ box, mask: ellipse(50, 50, 30, 30) })!;
  expect(shape.areaPx / (Math.PI * 30 ** 2)).toBeCloseTo(1, 2);
  expect(shape.diameterPx).toBeCloseTo(60, 0);
  expect(shape.circularity).toBeGreaterThan(0.9);
  expect(shape.elongation).toBeCloseTo(1, 2);
  expect(shape.extent).toBeCloseTo(Math.PI / 4, 1);
});

test('an ellipse is as long as it is', () => {
  const shape = cellMorphology({ box, mask: ellipse(50, 50, 40, 20) })!;
  expect(shape.elongation).toBeCloseTo(2, 1);
  expect(shape.circularity).toBeLessThan(0.85);
  expect(shape.solidity).toBeGreaterThan(0.95);
});

test('a scale gives micrometres', () => {
  const shape = cellMorphology({ box, mask: ellipse(50, 50, 30, 30) }, { pixelsPerMicron: 5 })!;
  expect(shape.diameterUm).toBeCloseTo(60 / 5, 1);
  expect(shape.areaUm2! / (Math.PI * 6 ** 2)).toBeCloseTo(1, 2);
  expect(() => cellMorphology({ box }, { pixelsPerMicron: 0 })).toThrow('above 0');
});

test('the nucleus gives N:C, counting only what lies in the cell', () => {
  const cell = ellipse(50, 50, 30, 30);
  const nucleus = (x: number, r: number) => ({ mask: ellipse(x, 50, r, r), lobes: 2 });
  const shape = cellMorphology({ box, mask: cell, nucleus: nucleus(50, 20) })!;
  expect(shape.nucleusToCell).toBeCloseTo(4 / 9, 2);
  expect(shape.nucleusToCytoplasm).toBeCloseTo(4 / 5, 1);
  expect(shape.lobes).toBe(2);
  const outside = cellMorphology({ box, mask: cell, nucleus: nucleus(80, 20) })!;
  expect(outside.nucleusToCell).toBeLessThan(0.3);
  const bare = cellMorphology({ box, mask: cell, nucleus: { mask: cell, lobes: 1 } })!;
  expect(bare.nucleusToCell).toBe(1);
  expect(bare.nucleusToCytoplasm).toBeUndefined();
});

test('a cell without a mask has no shape', () => {
  expect(cellMorphology({ box })).toBeUndefined();
});
