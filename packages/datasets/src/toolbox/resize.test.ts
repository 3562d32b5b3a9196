import { createMask, decodeRle, encodeRle, rleArea } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { planResize, scaleRle } from './resize.ts';

const dataset = {
  name: 'x',
  classes: [{ id: 0, name: 'WBC' }],
  images: [
    {
      id: 1,
      file: 'a.png',
      size: { width: 3264, height: 1632 },
      annotations: [
        {
          classIndex: 0,
          box: { x1: 0, y1: 544, x2: 1632, y2: 1632 },
          area: 5440,
          mask: {
            kind: 'polygons',
            polygons: [
              { outer: [0, 0, 544, 0, 544, 544], holes: [[54.4, 0, 108.8, 0, 54.4, 54.4]] },
            ],
          },
        },
      ],
    },
  ],
} as const;

test('boxes, polygons, holes and areas follow the image', () => {
  const { dataset: resized, images } = planResize(dataset, { longerSide: 600 });
  expect(images).toEqual([
    { file: 'a.png', from: { width: 3264, height: 1632 }, to: { width: 600, height: 300 } },
  ]);
  const record = resized.images[0]!.annotations[0]!;
  expect(record.box).toEqual({ x1: 0, y1: 544 * (300 / 1632), x2: 1632 * (600 / 3264), y2: 300 });
  expect(record.area).toBeCloseTo((5440 * 600 * 300) / (3264 * 1632), 9);
  expect(record.mask).toMatchObject({ polygons: [{ outer: [0, 0, 100, 0, 100, 100] }] });
});

test('an exact size may change the proportions', () => {
  const { dataset: resized } = planResize(dataset, { width: 600, height: 600 });
  expect(resized.images[0]!.annotations[0]!.box!.y2).toBe(600);
});

test('run lengths are read at the middle of each new pixel', () => {
  const mask = createMask({ width: 7, height: 5 });
  for (let i = 0; i < mask.data.length; i += 3) mask.data[i] = 1;
  for (const to of [
    { width: 7, height: 5 },
    { width: 3, height: 9 },
    { width: 20, height: 2 },
    { width: 1, height: 1 },
  ]) {
    const scaled = decodeRle(scaleRle(encodeRle(mask), to));
    for (let y = 0; y < to.height; y++) {
      for (let x = 0; x < to.width; x++) {
        const sx = Math.floor(((x + 0.5) * 7) / to.width);
        const sy = Math.floor(((y + 0.5) * 5) / to.height);
        expect(scaled.data[y * to.width + x]).toBe(mask.data[sy * 7 + sx]);
      }
    }
  }
});

test('an enlarged mask grows by the product of the scales', () => {
  const mask = createMask(
    { width: 4, height: 4 },
    Uint8Array.of(1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1),
  );
  expect(rleArea(scaleRle(encodeRle(mask), { width: 12, height: 8 }))).toBe(5 * 3 * 2);
});

test('refuses images without a size and sizes that are none', () => {
  const { size: _, ...image } = dataset.images[0];
  expect(() => planResize({ ...dataset, images: [image] }, { longerSide: 600 })).toThrow(
    'must have a size',
  );
  expect(() => planResize(dataset, { width: 0, height: 5 })).toThrow('target size');
  expect(() => planResize(dataset, { longerSide: Number.NaN })).toThrow('target size');
});
