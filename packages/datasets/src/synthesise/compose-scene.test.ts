import { createRgbRaster, maskArea, maskBox, type Sample, toImageMask } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { composeScene, cutOutCells } from './compose-scene.ts';
import { eraseCells } from './erase-cells.ts';
import { synthesiseField } from './synthesise-field.ts';

const size = { width: 240, height: 180 };
const source = synthesiseField({
  seed: 2,
  size,
  pixelsPerMicron: 6,
  cells: ['lymphocyte', 'eosinophil'],
});
const { cutOuts } = cutOutCells(source);
const background = synthesiseField({ seed: 3, size, pixelsPerMicron: 6, cells: [] }).raster;

test('pastes the number of cells that is asked for, with tight boxes and disjoint masks', () => {
  const scene = composeScene(cutOuts, background, { seed: 1, count: 6, overlap: 0.8, cutOff: 0 });
  expect(scene.annotations.length).toBeGreaterThanOrEqual(4);
  expect(scene.annotations.length).toBe(scene.cells.length);
  const covered = new Uint8Array(size.width * size.height);
  for (const { box, mask, cellClass } of scene.annotations) {
    expect(['lymphocyte', 'eosinophil']).toContain(cellClass);
    expect(box).toEqual(maskBox(mask!));
    toImageMask(mask!, size).data.forEach((value, i) => {
      covered[i]! += value;
    });
  }
  expect(Math.max(...covered)).toBe(1);
});

test('is repeatable by its seed', () => {
  const bytes = (seed: number) => composeScene(cutOuts, background, { seed }).raster.data;
  expect(Buffer.compare(bytes(4), bytes(4))).toBe(0);
  expect(Buffer.compare(bytes(4), bytes(5))).not.toBe(0);
});

test('changes nothing outside the masks but a feather', () => {
  const scene = composeScene(cutOuts, background, { seed: 6, count: 1, cutOff: 0 });
  const { box } = scene.annotations[0]!;
  let changed = 0;
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i += 3) {
      const near = x > box!.x1 - 6 && x < box!.x2 + 6 && y > box!.y1 - 6 && y < box!.y2 + 6;
      if (!near && scene.raster.data[i] !== background.data[i]) changed++;
    }
  }
  expect(changed).toBe(0);
});

test('pasted upright at scale 1 a cell looks as in its own picture', () => {
  const scene = composeScene([cutOuts[0]!], source.raster, {
    seed: 7,
    count: 1,
    turn: false,
    scale: [1, 1],
    cutOff: 0,
  });
  const pasted = scene.annotations[0]!.mask!;
  const original = source.annotations[0]!.mask!;
  expect(Math.abs(maskArea(pasted.mask) / maskArea(original.mask) - 1)).toBeLessThan(0.02);
  const mean = (data: Uint8Array, { left, top, mask }: typeof pasted) => {
    let sum = 0;
    for (let i = 0; i < mask.data.length; i++) {
      if (mask.data[i] === 0) continue;
      const x = left + (i % mask.width);
      const y = top + Math.floor(i / mask.width);
      sum += data[(y * size.width + x) * 3 + 1]!;
    }
    return sum / maskArea(mask);
  };
  const seen = mean(scene.raster.data, pasted);
  expect(Math.abs(seen - mean(source.raster.data, original))).toBeLessThan(8);
});

test('cells take on the light of a darker background', () => {
  const dark = createRgbRaster(
    background,
    background.data.map((value) => value * 0.5),
  );
  const options = { seed: 8, count: 1, cutOff: 0 } as const;
  const bright = composeScene(cutOuts, background, options);
  const dim = composeScene(cutOuts, dark, options);
  const ratios = [0, 1, 2].map((c) => {
    const sums = [bright, dim].map(({ raster }) =>
      raster.data.reduce((sum, value, i) => (i % 3 === c ? sum + value : sum), 0),
    );
    return sums[1]! / sums[0]!;
  });
  for (const ratio of ratios) expect(Math.abs(ratio - 0.5)).toBeLessThan(0.02);
});

test('count, size, cutOff and overlap are honoured', () => {
  const at = (options: object) => composeScene(cutOuts, background, { seed: 9, ...options });
  expect(at({ count: 0 }).raster.data).toEqual(background.data);
  expect(at({ size: { width: 100, height: 90 } }).raster.width).toBe(100);
  const cut = at({ count: 1, cutOff: 1 }).cells;
  expect(cut[0]!.visibleShare).toBeLessThan(0.7);
  const crowded = at({ count: 8, overlap: 1, cutOff: 0 }).cells;
  expect(Math.min(...crowded.map(({ visibleShare }) => visibleShare))).toBeLessThan(0.95);
});

test('says which annotations cannot be cut out, and why', () => {
  const { mask: _mask, ...boxOnly } = source.annotations[0]!;
  const sample: Sample = { raster: source.raster, annotations: [boxOnly, source.annotations[1]!] };
  const result = cutOutCells(sample);
  expect(result.cutOuts).toHaveLength(1);
  expect(result.failed).toEqual([{ index: 0, reason: 'has no mask' }]);
  expect(() => composeScene([], background, { seed: 1 })).toThrow('cutOuts must hold at least one');
  const tooLarge = { seed: 1, size: { width: 999, height: 9 } };
  expect(() => composeScene(cutOuts, background, tooLarge)).toThrow('size must be at most');
});

test('erasing covers every cell with other places of the picture', () => {
  const sparse = synthesiseField({ seed: 12, size, pixelsPerMicron: 4, cells: ['basophil'] });
  const erased = eraseCells(sparse, { seed: 1 });
  const { left, top, mask } = sparse.annotations[0]!.mask!;
  const middle = ((top + mask.height / 2) | 0) * size.width + ((left + mask.width / 2) | 0);
  let darkest = 255;
  for (let x = -4; x <= 4; x++) darkest = Math.min(darkest, erased.data[(middle + x) * 3 + 1]!);
  expect(sparse.raster.data[middle * 3 + 1]).toBeLessThan(80);
  expect(darkest).toBeGreaterThan(110);
  const packed: Sample = {
    raster: source.raster,
    annotations: [{ box: { x1: 5, y1: 5, x2: 235, y2: 175 } }],
  };
  expect(() => eraseCells(packed, { seed: 1 })).toThrow('sample must have a place without cells');
});
