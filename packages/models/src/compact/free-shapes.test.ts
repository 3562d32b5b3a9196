import { createRandom, type TensorData } from '@leukoscope/core';
import {
  buildInferenceModel,
  createScope,
  decodeOnnxModel,
  encodeOnnxModel,
  initialValues,
  type Scope,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { expect, test } from 'vitest';
import { freeBatch, freeShapes } from './free-shapes.ts';
import { familyOf } from '../registry.ts';

const locator = familyOf('compact-locator').configure({ preset: 'tiny' });
const build = (width: number, height: number) => (scope: Scope) =>
  locator.stage!(scope, { count: 1, size: { width, height } });

test('one file with free sides answers as the fixed files of two shapes do', async () => {
  const scope = createScope({ mode: 'infer' });
  build(64, 64)(scope);
  const weights = initialValues(
    [...scope.declared.parameters.values()],
    createRandom(1),
    new Map(),
  );
  const fixed = (width: number, height: number) =>
    buildInferenceModel(build(width, height), weights);
  const runtime = openRuntime({ host: 'inline', threads: 1, spinning: false });
  try {
    const free = await runtime.load(encodeOnnxModel(freeShapes(decodeOnnxModel(fixed(64, 64)))));
    for (const [width, height] of [
      [64, 64],
      [192, 128],
    ] as const) {
      const session = await runtime.load(fixed(width, height));
      const random = createRandom(2);
      const image: TensorData = {
        dtype: 'float32',
        shape: [1, 3, height, width],
        data: Float32Array.from({ length: 3 * width * height }, () => random.uniform(0, 255)),
      };
      const [expected, found] = [await session.run({ image }), await free.run({ image })];
      for (const name of ['heat', 'reach']) {
        expect(found[name]!.shape).toEqual(expected[name]!.shape);
        const reference = expected[name]!.data as Float32Array;
        (found[name]!.data as Float32Array).forEach((value, i) => {
          expect(Math.abs(value - reference[i]!)).toBeLessThan(1e-4);
        });
      }
    }
  } finally {
    await runtime.close();
  }
});

test('one file with a free batch answers for one crop as the fixed file does for four', async () => {
  const refiner = familyOf('compact-refiner').configure({ preset: 'tiny' });
  const buildAll = (scope: Scope) => refiner.stage!(scope, { count: 4, size: refiner.input.size });
  const scope = createScope({ mode: 'infer' });
  buildAll(scope);
  const specs = [...scope.declared.parameters.values()];
  const fixed = buildInferenceModel(buildAll, initialValues(specs, createRandom(1), new Map()));
  const runtime = openRuntime({ host: 'inline', threads: 1, spinning: false });
  try {
    const free = await runtime.load(encodeOnnxModel(freeBatch(decodeOnnxModel(fixed))));
    const random = createRandom(2);
    const data = Float32Array.from({ length: 4 * 3 * 32 * 32 }, () => random.uniform(0, 255));
    const run = (session: typeof free, N: number) =>
      session.run({
        image: { dtype: 'float32', shape: [N, 3, 32, 32], data: data.slice(0, N * 3 * 32 * 32) },
      });
    const expected = await run(await runtime.load(fixed), 4);
    const found = await run(free, 1);
    for (const name of ['logits', 'mask']) {
      expect(found[name]!.shape).toEqual([1, ...expected[name]!.shape.slice(1)]);
      (found[name]!.data as Float32Array).forEach((value, i) => {
        expect(value).toBeCloseTo((expected[name]!.data as Float32Array)[i]!, 4);
      });
    }
  } finally {
    await runtime.close();
  }
});
