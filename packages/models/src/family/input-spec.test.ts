import { createRgbRaster } from '@leukoscope/core';
import { boxToImage, boxToInput } from '@leukoscope/image';
import { emitGraph, encodeOnnxModel, input } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { expect, test } from 'vitest';
import {
  checkInputSize,
  imagenetNormalisation,
  inputSpecSchema,
  type InputSpec,
  normaliseImage,
  placeImageInPlace,
  prepareImage,
} from './input-spec.ts';

const spec: InputSpec = {
  size: { width: 16, height: 16 },
  fit: 'letterbox',
  multipleOf: 8,
  ...imagenetNormalisation,
  padding: 124,
};

function picture(width: number, height: number, rgb: readonly [number, number, number]) {
  const raster = createRgbRaster({ width, height });
  for (let i = 0; i < raster.data.length; i++) raster.data[i] = rgb[i % 3]!;
  return raster;
}

test('planes are red, green, blue; what lies beside a letterboxed image is grey', () => {
  const { tensor, placement } = prepareImage(picture(16, 8, [10, 20, 30]), spec);
  expect(tensor.shape).toEqual([1, 3, 16, 16]);
  for (const [c, value] of [10, 20, 30].entries()) {
    const plane = tensor.data.subarray(c * 256, (c + 1) * 256);
    expect(new Set(plane.subarray(4 * 16, 12 * 16))).toEqual(new Set([value]));
    expect(new Set([...plane.subarray(0, 64), ...plane.subarray(192)])).toEqual(new Set([124]));
  }
  expect(placement).toMatchObject({ scaleX: 1, scaleY: 1, left: 0, top: 4 });
});

test('stretched images fill the input', () => {
  const { tensor } = prepareImage(picture(4, 32, [7, 7, 7]), { ...spec, fit: 'stretch' });
  expect(new Set(tensor.data)).toEqual(new Set([7]));
});

test('boxes go into the input and back, for every fit and size', () => {
  const box = { x1: 3, y1: 5, x2: 31, y2: 17 };
  for (const fit of ['letterbox', 'stretch'] as const) {
    for (const [width, height] of [
      [40, 20],
      [20, 40],
      [33, 47],
    ] as const) {
      const raster = picture(width, height, [1, 2, 3]);
      const inside = { ...box, x2: Math.min(box.x2, width), y2: Math.min(box.y2, height) };
      const { placement } = prepareImage(raster, { ...spec, fit });
      const back = boxToImage(boxToInput(inside, placement), placement);
      for (const side of ['x1', 'y1', 'x2', 'y2'] as const)
        expect(back[side], `${fit} ${width} x ${height}`).toBeCloseTo(inside[side], 9);
    }
  }
});

test('another size than the own one is taken where it is asked for', () => {
  const { tensor } = prepareImage(picture(8, 8, [9, 9, 9]), spec, { width: 24, height: 8 });
  expect(tensor.shape).toEqual([1, 3, 8, 24]);
});

test('an image of a batch leaves its neighbours alone', () => {
  const batch = new Float32Array(3 * 3 * 256).fill(-1);
  placeImageInPlace(batch, 1, picture(16, 16, [5, 6, 7]), spec, spec.size);
  expect(new Set(batch.subarray(0, 768))).toEqual(new Set([-1]));
  expect(new Set(batch.subarray(768, 1536))).toEqual(new Set([5, 6, 7]));
  expect(new Set(batch.subarray(1536))).toEqual(new Set([-1]));
});

test('the graph normalises as the formula says: (value / 255 - mean) / deviation', async () => {
  const image = input('image', [1, 3, 1, 2]);
  const { model } = emitGraph({
    name: 'test',
    outputs: { y: normaliseImage(image, spec) },
    metadata: {},
  });
  const runtime = openRuntime({ host: 'inline', threads: 1 });
  const session = await runtime.load(encodeOnnxModel(model));
  const values = [0, 255, 100, 200, 50, 3];
  const { y } = await session.run({
    image: { dtype: 'float32', shape: [1, 3, 1, 2], data: Float32Array.from(values) },
  });
  await runtime.close();
  [...y!.data].forEach((value, i) => {
    const c = Math.floor(i / 2);
    const expected = (values[i]! / 255 - spec.mean[c]!) / spec.deviation[c]!;
    expect(Number(value)).toBeCloseTo(expected, 5);
  });
});

test('sizes that do not fit the stride, and forms that are none, are refused', () => {
  expect(() => checkInputSize({ width: 20, height: 16 }, spec)).toThrow('multiples of 8');
  expect(inputSpecSchema.safeParse(spec).success).toBe(true);
  expect(inputSpecSchema.safeParse({ ...spec, deviation: [1, 0, 1] }).success).toBe(false);
  expect(inputSpecSchema.safeParse({ ...spec, padding: 256 }).success).toBe(false);
  expect(inputSpecSchema.safeParse({ ...spec, surprise: 1 }).success).toBe(false);
});
