import { createRandom, float32, type TensorData } from '@leukoscope/core';
import {
  buildInferenceModel,
  constant,
  createScope,
  initialValues,
  input,
  matchWeights,
  type Scope,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { expect, test } from 'vitest';
import { evaluateGraph } from '../../../nn/test/evaluate-graph.ts';
import { evenScales } from '../heads/default-boxes.ts';
import { ssd } from './ssd.ts';

const build = (preset: string) => {
  const config = ssd.presets[preset]!;
  const { width, height } = config.size;
  const scope = createScope({ mode: 'infer' });
  const outputs = ssd.build(scope, input('image', [1, 3, height, width]), config);
  return { outputs, specs: [...scope.declared.parameters.values()] };
};

test('SSD300 has 8,732 default boxes and SSD512 24,564', () => {
  expect(build('paper').outputs.deltas.shape).toEqual([1, 8732, 4]);
  expect(build('paper').outputs.logits.shape).toEqual([1, 8732, 12]);
  expect(build('ssd512').outputs.deltas.shape).toEqual([1, 24564, 4]);
});

test('scales are those of the original scripts', () => {
  expect(evenScales(0.2, 0.9, 6)).toEqual([0.1, 0.2, 0.37, 0.54, 0.71, 0.88, 1.05]);
  expect(evenScales(0.15, 0.9, 6)).toEqual([0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05]);
  expect(evenScales(0.15, 0.9, 7)).toEqual([0.07, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.05]);
  expect(ssd.presets['ssd300-smin-0.1']!.defaultBoxes.scales[1]).toBe(0.1);
});

test('the first place has a square, a larger one, a wide and a tall box', async () => {
  const { boxes } = await evaluateGraph({ boxes: build('paper').outputs.anchors.boxes });
  const around = (w: number, h: number) => [4 - w / 2, 4 - h / 2, 4 + w / 2, 4 + h / 2];
  const larger = Math.sqrt(30 * 60);
  const [wide, tall] = [30 * Math.SQRT2, 30 / Math.SQRT2];
  const expected = [around(30, 30), around(larger, larger), around(wide, tall), around(tall, wide)];
  boxes.slice(0, 16).forEach((x, i) => {
    expect(x).toBeCloseTo(expected.flat()[i]!, 3);
  });
});

test.each(['paper', 'ssd512'])("the names of Caffe's %s become ours", (preset) => {
  const { specs } = build(preset);
  const numbers = Array.from({ length: preset === 'paper' ? 4 : 5 }, (_, i) => i + 6);
  const vgg = [2, 2, 3, 3, 3].flatMap((count, stage) =>
    Array.from({ length: count }, (_, i) => `conv${stage + 1}_${i + 1}`),
  );
  const sources = ['conv4_3_norm', 'fc7', ...numbers.map((i) => `conv${i}_2`)];
  const layers = [
    ...vgg,
    'fc6',
    'fc7',
    ...numbers.flatMap((i) => [`conv${i}_1`, `conv${i}_2`]),
    ...sources.flatMap((source) => [`${source}_mbox_loc`, `${source}_mbox_conf`]),
  ];
  const names = ['conv4_3_norm.0', ...layers.flatMap((layer) => [`${layer}.0`, `${layer}.1`])];
  const file = new Map(names.map((name) => [name, float32([0])]));
  const { missing, leftOver } = matchWeights(specs, file, { rename: ssd.rename });
  expect({ missing, leftOver }).toEqual({ missing: [], leftOver: [] });
});

test('the order of channels reaches the network', async () => {
  const planes = (values: readonly number[]) =>
    float32(
      values.flatMap((value) => new Array<number>(64 * 64).fill(value)),
      [1, 3, 64, 64],
    );
  const build = (channelOrder: 'rgb' | 'bgr', image: TensorData) => (scope: Scope) => {
    const { logits } = ssd.build(scope, constant(image), { ...ssd.presets.tiny, channelOrder });
    return { logits };
  };
  const scope = createScope({ mode: 'infer' });
  build('rgb', planes([1, 2, 3]))(scope);
  const specs = [...scope.declared.parameters.values()];
  const weights = initialValues(specs, createRandom(1), new Map());
  const runtime = openRuntime({ host: 'inline', threads: 1 });
  const logitsOf = async (channelOrder: 'rgb' | 'bgr', image: TensorData) => {
    const session = await runtime.load(buildInferenceModel(build(channelOrder, image), weights));
    const { logits } = await session.run({});
    return [...(logits!.data as Float32Array)];
  };
  const ofTurned = await logitsOf('rgb', planes([3, 2, 1]));
  expect(await logitsOf('bgr', planes([1, 2, 3]))).toEqual(ofTurned);
  expect(await logitsOf('rgb', planes([1, 2, 3]))).not.toEqual(ofTurned);
  await runtime.close();
});
