import { type CellClass, createRgbRaster, type TensorData } from '@leukoscope/core';
import type { LocatedCell } from '@leukoscope/models';
import { expect, test } from 'vitest';
import { closerSide, locateCells } from './locate-cells.ts';

const sides = { side: 256, largestSide: 768 };
const cell = (px: number, score = 0.9, cellClass: CellClass = 'leukocyte'): LocatedCell => ({
  box: { x1: 10, y1: 10, x2: 10 + px, y2: 10 + px },
  score,
  cellClass,
});

test('cells that the first look shows large need no second', () => {
  expect(closerSide([cell(200)], 1024, sides)).toBeUndefined();
});

test('small cells are shown larger, in steps of 64 and within what the image and the model allow', () => {
  // 100 of 1024 pixels are 25 of 256: 56 of them need 573
  expect(closerSide([cell(100)], 1024, sides)).toBe(576);
  expect(closerSide([cell(30)], 1024, sides)).toBe(768);
  expect(closerSide([cell(30)], 500, sides)).toBe(512);
  expect(closerSide([cell(30)], 250, sides)).toBeUndefined();
});

test('red cells tell the scale where no leukocyte is certain; without either the look is twice as close', () => {
  const reds = Array.from({ length: 6 }, () => cell(60, 0.8, 'erythrocyte'));
  expect(closerSide([cell(300, 0.1), ...reds], 1024, sides)).toBe(576);
  expect(closerSide([], 1024, sides)).toBe(512);
});

test('both looks see the field in balanced light, padding stays grey', async () => {
  const seen: number[][] = [];
  const raster = createRgbRaster({ width: 512, height: 100 });
  for (let i = 0; i < raster.data.length; i += 3) raster.data.set([94, 188, 47], i);
  const locator = {
    ...{ side: 128, largestSide: 256, scoreThreshold: 0.05, iouThreshold: 0.5 },
  };
  const session = {
    inputs: ['image'],
    outputs: [],
    close: async () => {},
    async run({ image }: Readonly<Record<string, TensorData>>) {
      const [, , height, width] = image!.shape as [number, number, number, number];
      const middle = (height / 2) * width + width / 2;
      const at = (i: number) =>
        [0, 1, 2].map((c) => Math.round(image!.data[i + c * width * height] as number));
      seen.push([width, height, ...at(middle), ...at(0)]);
      const shape = [1, 3, height / 4, width / 4];
      const heat = new Float32Array((3 * height * width) / 16).fill(-9);
      const reach = new Float32Array((4 * height * width) / 16);
      return {
        heat: { dtype: 'float32', shape, data: heat },
        reach: { dtype: 'float32', shape: [1, 4, height / 4, width / 4], data: reach },
      } as const;
    },
  };
  const gains = [2.5, 1.25, 5] as const;
  await locateCells(session, raster, gains, locator);
  expect(seen).toEqual([
    [128, 64, 235, 235, 235, 128, 128, 128],
    [256, 64, 235, 235, 235, 128, 128, 128],
  ]);
});
