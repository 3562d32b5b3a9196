import { createMask, createRandom, createRgbRaster, type Raster } from '@leukoscope/core';
import { expect, test } from 'vitest';
import {
  composeAffine,
  invertAffine,
  mapBox,
  mapPoint,
  rotation,
  scaling,
  shearing,
  translation,
} from './affine.ts';
import { cropMask, cropRaster } from './crop.ts';
import { elasticDisplacement } from './displacement.ts';
import { flipRaster, rotateMask90, rotateRaster90 } from './flip-rotate.ts';
import { fillSourceRow, outputBoxOf } from './pixel-map.ts';
import { boxToImage, boxToInput, placementOf, placeRaster } from './placement.ts';
import { resizeMask, resizeRaster } from './resize.ts';
import { warpMask, warpPlacedMask, warpRaster } from './warp.ts';

const grey = (width: number, height: number, ...values: number[]): Raster => ({
  width,
  height,
  channels: 1,
  bitDepth: 8,
  data: Uint8Array.from(values),
});

function noisePicture(width: number, height: number) {
  const random = createRandom(1);
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(0, 256));
  return createRgbRaster({ width, height }, data);
}

test('composes from first to last and inverts', () => {
  const map = composeAffine(
    rotation(30, { x: 3, y: 4 }),
    scaling(2, 0.5),
    shearing(0.1, 0),
    translation(5, -1),
  );
  const point = { x: 7, y: 9 };
  const back = mapPoint(invertAffine(map), mapPoint(map, point));
  expect(back.x).toBeCloseTo(point.x, 9);
  expect(back.y).toBeCloseTo(point.y, 9);
  expect(mapPoint(composeAffine(translation(1, 0), scaling(2, 2)), { x: 1, y: 1 })).toEqual({
    x: 4,
    y: 2,
  });
  expect(() => invertAffine(scaling(0, 1))).toThrow('must have an inverse');
});

test('turns clockwise on the screen: right becomes down', () => {
  expect(mapPoint(rotation(90), { x: 1, y: 0 })).toEqual({ x: 0, y: 1 });
  expect(mapBox(rotation(90, { x: 2, y: 2 }), { x1: 0, y1: 0, x2: 1, y2: 2 })).toEqual({
    x1: 2,
    y1: 0,
    x2: 4,
    y2: 1,
  });
});

test('moves whole pixels when turned by a right angle, by warp and by copy alike', () => {
  const picture = noisePicture(9, 6);
  const size = { width: 6, height: 9 };
  // turn about the corner, then bring it back into view
  const toOutput = composeAffine(rotation(90), translation(6, 0));
  const warped = warpRaster(picture, { toSource: invertAffine(toOutput) }, size);
  expect(warped.data).toEqual(rotateRaster90(picture, 1).data);
  const flipped = composeAffine(scaling(-1, 1), translation(9, 0));
  const mirrored = warpRaster(picture, { toSource: invertAffine(flipped) }, picture);
  expect(mirrored.data).toEqual(flipRaster(picture, 'horizontal').data);
});

test('comes back after four quarter turns and after two flips', () => {
  const picture = noisePicture(5, 4);
  let turned: Raster = picture;
  for (let i = 0; i < 4; i++) turned = rotateRaster90(turned, 1);
  expect(turned).toEqual(picture);
  expect(rotateRaster90(picture, -1)).toEqual(rotateRaster90(picture, 3));
  expect(flipRaster(flipRaster(picture, 'vertical'), 'vertical')).toEqual(picture);
  expect(rotateMask90({ width: 2, height: 1, data: Uint8Array.of(1, 0) }, 1).data).toEqual(
    Uint8Array.of(1, 0),
  );
});

test('crops with padding outside the picture', () => {
  const cut = cropRaster(grey(2, 2, 1, 2, 3, 4), { x1: 1, y1: -1, x2: 4, y2: 1 }, { padding: [9] });
  expect([cut.width, cut.height, ...cut.data]).toEqual([3, 2, 9, 9, 9, 2, 9, 9]);
  const mask = createMask({ width: 2, height: 1 }, Uint8Array.of(1, 1));
  expect(Array.from(cropMask(mask, { x1: -1, y1: 0, x2: 1, y2: 1 }).data)).toEqual([0, 1]);
  expect(() => cropRaster(grey(1, 1, 0), { x1: 0, y1: 0, x2: 0, y2: 1 })).toThrow('width');
});

test('keeps the mean when shrinking by area and a constant picture under every method', () => {
  const picture = noisePicture(30, 20);
  const small = resizeRaster(picture, { width: 3, height: 2 }, { method: 'area' });
  const mean = (data: ArrayLike<number>) =>
    Array.from(data).reduce((a, b) => a + b, 0) / data.length;
  expect(Math.abs(mean(small.data) - mean(picture.data))).toBeLessThan(0.6);
  const flat = { ...picture, data: new Uint8Array(picture.data.length).fill(77) };
  for (const method of ['auto', 'area', 'bilinear', 'triangle', 'nearest'] as const) {
    for (const size of [
      { width: 7, height: 41 },
      { width: 64, height: 9 },
    ]) {
      expect(new Set(resizeRaster(flat, size, { method }).data)).toEqual(new Set([77]));
    }
  }
});

test('resizes masks by the pixel under the centre', () => {
  const mask = createMask({ width: 4, height: 1 }, Uint8Array.of(0, 1, 1, 0));
  expect(Array.from(resizeMask(mask, { width: 2, height: 1 }).data)).toEqual([1, 0]);
  expect(Array.from(resizeMask(mask, { width: 8, height: 1 }).data)).toEqual([
    0, 0, 1, 1, 1, 1, 0, 0,
  ]);
});

test('keeps 16-bit values', () => {
  const raster: Raster = {
    width: 2,
    height: 1,
    channels: 1,
    bitDepth: 16,
    data: Uint16Array.of(60000, 20000),
  };
  expect(resizeRaster(raster, { width: 1, height: 1 }).data).toEqual(Uint16Array.of(40000));
});

test('letterboxes centred and maps boxes there and back', () => {
  const placement = placementOf(
    { width: 200, height: 100 },
    { width: 64, height: 64 },
    'letterbox',
  );
  expect(placement).toMatchObject({ left: 0, top: 16, content: { width: 64, height: 32 } });
  const box = { x1: 10, y1: 20, x2: 110, y2: 90 };
  const there = boxToInput(box, placement);
  expect(there).toEqual({ x1: 3.2, y1: 22.4, x2: 35.2, y2: 44.8 });
  const back = boxToImage(there, placement);
  for (const key of ['x1', 'y1', 'x2', 'y2'] as const) expect(back[key]).toBeCloseTo(box[key], 9);
  const placed = placeRaster(noisePicture(200, 100), placement, { padding: [1, 2, 3] });
  expect([placed.width, placed.height, ...placed.data.subarray(0, 3)]).toEqual([64, 64, 1, 2, 3]);
  expect(() => placementOf({ width: 9, height: 1 }, { width: 8, height: 8 }, 'none')).toThrow(
    'fit into',
  );
});

test('draws elastic shifts with the deviation asked for, zero on average, the same for a seed', () => {
  const size = { width: 400, height: 400 };
  for (const sigma of [6, 24]) {
    const fields = [1, 2, 3, 4].map((seed) =>
      elasticDisplacement(size, sigma, 3, createRandom(seed)),
    );
    const shifts = fields.flatMap((field) => [...field.dx, ...field.dy]);
    const square = shifts.reduce((sum, value) => sum + value * value, 0) / shifts.length;
    // About (400 / sigma)^2 / 4 independent places a field.
    expect(Math.sqrt(square) / 3).toBeGreaterThan(0.8);
    expect(Math.sqrt(square) / 3).toBeLessThan(1.2);
    expect(Math.max(...fields.map((field) => field.reach))).toBeCloseTo(
      shifts.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
      5,
    );
  }
  const again = elasticDisplacement(size, 10, 3, createRandom(1));
  expect(again).toEqual(elasticDisplacement(size, 10, 3, createRandom(1)));
  expect(again.dx).not.toEqual(elasticDisplacement(size, 10, 3, createRandom(2)).dx);
});

test('reads a field bilinearly between its nodes, whichever part of a row is asked for', () => {
  const field = elasticDisplacement({ width: 50, height: 40 }, 8, 3, createRandom(5));
  const map = { toSource: translation(0, 0), displacement: field };
  const whole = [new Float32Array(50), new Float32Array(50)] as const;
  const part = [new Float32Array(20), new Float32Array(20)] as const;
  for (const y of [0, 3, 17, 39]) {
    fillSourceRow(map, y, 0, 50, ...whole);
    fillSourceRow(map, y, 13, 33, ...part);
    for (const axis of [0, 1] as const) {
      for (let x = 13; x < 33; x++) expect(part[axis][x - 13]).toBeCloseTo(whole[axis][x]!, 4);
    }
    // Slow twin at one pixel.
    const x = 21;
    const gx = (x + 0.5) / field.spacing;
    const gy = (y + 0.5) / field.spacing;
    const node = (i: number, j: number) => field.dx[j * field.columns + i]!;
    const [i, j] = [Math.floor(gx), Math.floor(gy)];
    const top = node(i, j) * (1 - (gx - i)) + node(i + 1, j) * (gx - i);
    const low = node(i, j + 1) * (1 - (gx - i)) + node(i + 1, j + 1) * (gx - i);
    expect(whole[0][x]).toBeCloseTo(x + 0.5 + top * (1 - (gy - j)) + low * (gy - j), 3);
  }
});

test('warps a placed mask like the same mask of the whole image', () => {
  const random = createRandom(8);
  const size = { width: 60, height: 50 };
  for (let round = 0; round < 20; round++) {
    const mask = createMask({ width: 14, height: 11 });
    for (let i = 0; i < mask.data.length; i++) mask.data[i] = random.chance(0.7) ? 1 : 0;
    const placed = { left: random.integer(-5, 55), top: random.integer(-5, 45), mask };
    const full = createMask(size);
    for (let y = 0; y < 11; y++) {
      for (let x = 0; x < 14; x++) {
        const [px, py] = [placed.left + x, placed.top + y];
        if (px < 0 || py < 0 || px >= 60 || py >= 50) mask.data[y * 14 + x] = 0;
        else full.data[py * 60 + px] = mask.data[y * 14 + x]!;
      }
    }
    const map = {
      toSource: rotation(random.uniform(0, 360), { x: 30, y: 25 }),
      displacement: elasticDisplacement(size, 6, 3, random),
    };
    const whole = warpMask(full, map, size);
    const alone = warpPlacedMask(placed, map, size);
    const drawn = createMask(size);
    if (alone !== undefined) {
      for (let y = 0; y < alone.mask.height; y++) {
        const row = alone.mask.data.subarray(y * alone.mask.width, (y + 1) * alone.mask.width);
        drawn.data.set(row, (alone.top + y) * 60 + alone.left);
      }
    }
    expect(drawn.data).toEqual(whole.data);
  }
});

test('names the output pixels that a source box can reach', () => {
  const box = outputBoxOf(
    { toSource: translation(10, 0) },
    { x1: 12, y1: 3, x2: 20, y2: 9 },
    { width: 40, height: 40 },
  );
  expect(box).toEqual({ x1: 1, y1: 2, x2: 11, y2: 10 });
});
