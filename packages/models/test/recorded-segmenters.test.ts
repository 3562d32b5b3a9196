import { readFileSync } from 'node:fs';
import { float32, int64, type TensorData } from '@leukoscope/core';
import {
  createScope,
  emitGraph,
  encodeOnnxModel,
  foldValues,
  gradients,
  input,
  type ParameterSpec,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import { openRuntime, type Runtime } from '@leukoscope/nn/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noise } from '../../nn/test/harness/noise.ts';
import { resnetPresets } from '../src/backbones/resnet.ts';
import { deeplab } from '../src/segmenters/deeplab.ts';
import { fcn } from '../src/segmenters/fcn.ts';
import { pixelLoss } from '../src/segmenters/segmenter.ts';
import { segnet } from '../src/segmenters/segnet.ts';
import { unet } from '../src/segmenters/u-net.ts';

interface Recorded {
  readonly logits: readonly number[];
  readonly step: number;
  readonly loss: number;
  /** Norm and first value by parameter. */
  readonly gradients: Readonly<Record<string, readonly [number, number]>>;
}

const side = 64;
const { tiny: tinyDeeplab } = deeplab.presets;

/** Each network as generate.py builds it. */
const networks: Readonly<Record<string, (scope: Scope, image: Tensor) => Tensor>> = {
  'u-net': (scope, image) => unet.build(scope, image, unet.presets.tiny),
  segnet: (scope, image) => segnet.build(scope, image, segnet.presets.tiny),
  fcn: (scope, image) => fcn.build(scope, image, { ...fcn.presets.tiny, dropout: 0 }),
  deeplab: (scope, image) =>
    deeplab.build(scope, image, {
      ...tinyDeeplab,
      backbone: { ...resnetPresets['resnet-50'], blocks: [1, 1, 1, 1], outputStride: 16 },
      aspp: { ...tinyDeeplab.aspp, dropout: 0 },
    }),
};

let runtime: Runtime;
beforeAll(() => {
  runtime = openRuntime({ host: 'inline', threads: 1 });
});
afterAll(() => runtime.close());

test.each(Object.keys(networks))('%s equals its definition in PyTorch', async (name) => {
  const recorded = parseRecorded(name);
  const build = networks[name]!;
  const image = float32(noise(9_000, 2 * 3 * side * side), [2, 3, side, side]);
  const imageInput = () => input('image', [2, 3, side, side]);

  const infer = createScope({ mode: 'infer' });
  const { logits } = await evaluate({ logits: build(infer, imageInput()) }, infer, { image });
  const scale = Math.max(...recorded.logits.map(Math.abs));
  recorded.logits.forEach((expected, i) => {
    const found = logits![i * recorded.step]!;
    expect(Math.abs(found - expected) / scale, `logit ${i * recorded.step}`).toBeLessThan(1e-3);
  });

  const train = createScope({ mode: 'train' });
  const truth = {
    classMap: input('class_map', [2, side, side], 'int64'),
    weight: input('weight', [2, side, side]),
  };
  const options = { classWeights: [2, 0.5], diceShare: 0 };
  const { loss } = pixelLoss(build(train, imageInput()), truth, options);
  const keys = Object.keys(recorded.gradients);
  const specs = [...train.declared.parameters.values()];
  const trained = specs.filter(({ isTrainable }) => isTrainable).map(({ key }) => key);
  expect(trained.sort()).toEqual(keys);
  const found = gradients(
    loss,
    keys.map((key) => train.declared.tensors.get(key)!),
  );
  const outputs = Object.fromEntries(keys.map((key, i) => [key, found[i]!]));
  const places = Array.from({ length: 2 * side * side }, (_, i) => i);
  const values = await evaluate({ loss, ...outputs }, train, {
    image,
    class_map: int64(
      places.map((i) => (Math.floor(i / 7) + Math.floor(i / side)) % 2),
      [2, side, side],
    ),
    weight: float32(
      places.map((i) => (i % side >= 4 ? 1 : 0)),
      [2, side, side],
    ),
  });
  expect(Math.abs(values['loss']![0]! / recorded.loss - 1)).toBeLessThan(1e-3);
  for (const key of keys) {
    const [norm, first] = recorded.gradients[key]!;
    const gradient = values[key]!;
    const ourNorm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
    // Float32 turns single ReLUs and maxima the other way: 1 % of a gradient's norm.
    expect(Math.abs(ourNorm - norm), key).toBeLessThan(0.01 * norm + 1e-6);
    expect(Math.abs(gradient[0]! - first), key).toBeLessThan(0.01 * norm + 1e-6);
  }
});

async function evaluate(
  outputs: Readonly<Record<string, Tensor>>,
  scope: Scope,
  feeds: Readonly<Record<string, TensorData>>,
): Promise<Record<string, number[]>> {
  const specs = [...scope.declared.parameters.values()];
  const parameterValues = foldValues(hashedWeights(specs), specs);
  const { model, inputKeys } = emitGraph({ name: 'segmenter', outputs, parameterValues });
  const session = await runtime.load(encodeOnnxModel(model));
  const results = await session.run(Object.fromEntries(inputKeys.map((key) => [key, feeds[key]!])));
  await session.dispose();
  return Object.fromEntries(
    Object.entries(results).map(([key, { data }]) => [key, Array.from(data as Float32Array)]),
  );
}

/** Weights from the hash, as generate.py fills them. */
function hashedWeights(specs: readonly ParameterSpec[]): Map<string, TensorData> {
  const sorted = [...specs].sort((a, b) => (a.key < b.key ? -1 : 1));
  return new Map(
    sorted.map(({ key, shape }, i) => {
      const count = shape.reduce((product, n) => product * n, 1);
      return [key, float32(noise(10_000 + i, count, ...limits(key, shape)), shape)];
    }),
  );
}

function limits(key: string, shape: readonly number[]): readonly [number, number] {
  if (key.endsWith('running_var')) return [0.5, 1.5];
  if (key.endsWith('running_mean')) return [-0.1, 0.1];
  if (shape.length === 1) return key.endsWith('weight') ? [0.4, 0.8] : [-0.1, 0.1];
  const limit = Math.sqrt(6 / shape.slice(1).reduce((product, n) => product * n, 1));
  return [-limit, limit];
}

function parseRecorded(name: string): Recorded {
  const file = new URL(`../../../fixtures/segmenters/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Recorded;
}
