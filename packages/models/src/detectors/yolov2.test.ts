import { float32 } from '@leukoscope/core';
import { familyOf } from '@leukoscope/models';
import { constant, createScope } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { evaluateGraph } from '../../../nn/test/evaluate-graph.ts';
import { foldQuarters } from './yolov2.ts';

test("folds a map as darknet's reorg_cpu", async () => {
  const [C, H, W] = [8, 2, 4];
  const values = Array.from({ length: C * H * W }, (_, i) => i);
  // out[i + W (j + H k)] = x[w2 + 2 W (h2 + 2 H c2)], read as [4 C, H / 2, W / 2]
  const expected = values.map((at) => {
    const [i, j, k] = [at % W, Math.floor(at / W) % H, Math.floor(at / (W * H))];
    const offset = Math.floor(k / (C / 4));
    const [w2, h2] = [i * 2 + (offset % 2), j * 2 + Math.floor(offset / 2)];
    return values[w2 + 2 * W * (h2 + 2 * H * (k % (C / 4)))]!;
  });
  const folded = foldQuarters(constant(float32(values, [1, C, H, W])));
  expect(folded.shape).toEqual([1, 4 * C, H / 2, W / 2]);
  expect((await evaluateGraph({ folded })).folded).toEqual(expected);
});

test('training takes turns with the sizes of the configuration, one set of parameters for all', () => {
  const model = familyOf('yolov2').configure({
    preset: 'tiny',
    config: { trainingSizes: [64, 96] },
  });
  expect(model.trainingSizes).toEqual([
    { width: 64, height: 64 },
    { width: 96, height: 96 },
  ]);
  const keys = model.trainingSizes.map((size) => {
    const scope = createScope({ mode: 'train' });
    model.training(scope, { count: 2, size, mostCells: 4 });
    return [...scope.declared.parameters.keys()];
  });
  expect(keys[0]).toEqual(keys[1]);
  expect(familyOf('ssd').configure({ preset: 'tiny' }).trainingSizes).toHaveLength(1);
});
