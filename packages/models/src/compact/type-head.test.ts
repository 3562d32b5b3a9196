import { createRandom, type TensorData } from '@leukoscope/core';
import {
  buildInferenceModel,
  createScope,
  decodeOnnxModel,
  encodeOnnxModel,
  initialValues,
  type OnnxModel,
  quantiseModel,
  type Scope,
} from '@leukoscope/nn';
import { openRuntime, type Runtime } from '@leukoscope/nn/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { familyOf } from '../registry.ts';
import { freeBatch } from './free-shapes.ts';
import {
  readTypeHead,
  refinerBody,
  type TypeHead,
  withFeatures,
  withTypeHead,
} from './type-head.ts';

const side = 32;
const family = familyOf('compact-refiner').configure({ preset: 'tiny' });
const build = (scope: Scope) =>
  family.stage!(scope, { count: 2, size: { width: side, height: side } });
const K = family.classes.length;

/** Three crops of noise, the last one dark. */
const random = createRandom(4);
const image: TensorData = {
  dtype: 'float32',
  shape: [3, 3, side, side],
  data: Float32Array.from({ length: 9 * side * side }, (_, i) =>
    random.uniform(0, i < 6 * side * side ? 255 : 60),
  ),
};

let runtime: Runtime;
const networks: Record<string, OnnxModel> = {};
beforeAll(async () => {
  runtime = openRuntime({ host: 'inline', threads: 1, spinning: false });
  const scope = createScope({ mode: 'infer' });
  build(scope);
  const specs = [...scope.declared.parameters.values()];
  const weights = initialValues(specs, createRandom(1), new Map());
  const float = freeBatch(decodeOnnxModel(buildInferenceModel(build, weights)));
  networks['float'] = float;
  networks['int8'] = (await quantiseModel(float, { runtime, samples: [{ image }] })).model;
});
afterAll(() => runtime.close());

async function run(model: OnnxModel) {
  const session = await runtime.load(encodeOnnxModel(model));
  return session.run({ image });
}

function logitsBy({ weights, bias }: TypeHead, { shape, data }: TensorData, n: number): number[] {
  const F = shape[1]!;
  const own = weights.length / K;
  return Array.from(bias, (b, k) => {
    let z = b;
    for (let f = 0; f < own; f++) z += weights[k * own + f]! * Number(data[n * F + f]!);
    return z;
  });
}

const rows = ({ data }: TensorData) =>
  [0, 1, 2].map((n) => Array.from(data.slice(n * K, (n + 1) * K), Number));

test.each(['float', 'int8'])(
  'the layer of a %s network times its features is its logits',
  async (kind) => {
    const { logits, features } = await run(withFeatures(networks[kind]!));
    const head = readTypeHead(networks[kind]!);
    rows(logits!).forEach((row, n) => {
      const own = logitsBy(head, features!, n);
      row.forEach((z, k) => {
        expect(own[k]).toBeCloseTo(z, 4);
      });
    });
  },
);

test.each(['float', 'int8'])(
  'asking a %s network for features changes none of its answers',
  async (kind) => {
    const before = await run(networks[kind]!);
    const after = await run(withFeatures(networks[kind]!));
    for (const name of ['logits', 'mask']) expect(after[name]!.data).toEqual(before[name]!.data);
  },
);

test.each(['float', 'int8'])(
  'a %s network with its own layer, widened, answers as before',
  async (kind) => {
    const before = await run(networks[kind]!);
    const { features } = await run(withFeatures(networks[kind]!));
    const head = readTypeHead(networks[kind]!);
    const [F, own] = [features!.shape[1]!, head.weights.length / K];
    expect(F).toBeGreaterThan(own);
    const weights = new Float64Array(K * F);
    for (let k = 0; k < K; k++) weights.set(head.weights.subarray(k * own, (k + 1) * own), k * F);
    const after = await run(withTypeHead(networks[kind]!, { weights, bias: head.bias }));
    expect(after['mask']!.data).toEqual(before['mask']!.data);
    rows(before['logits']!).forEach((row, n) => {
      row.forEach((z, k) => {
        expect(rows(after['logits']!)[n]![k]).toBeCloseTo(z, 4);
      });
    });
  },
);

test.each(['float', 'int8'])(
  'a replaced layer of a %s network decides from all features, and is read back',
  async (kind) => {
    const { features } = await run(withFeatures(networks[kind]!));
    const F = features!.shape[1]!;
    const head = {
      weights: Float64Array.from({ length: K * F }, (_, i) =>
        Math.fround(((i * 7) % 11) / 10 - 0.5),
      ),
      bias: Float64Array.from({ length: K }, (_, k) => k / 8),
    };
    const adapted = decodeOnnxModel(encodeOnnxModel(withTypeHead(networks[kind]!, head)));
    rows((await run(adapted))['logits']!).forEach((row, n) => {
      const own = logitsBy(head, features!, n);
      row.forEach((z, k) => {
        expect(z).toBeCloseTo(own[k]!, 3);
      });
    });
    expect(readTypeHead(adapted)).toEqual(head);
    expect((await run(withFeatures(adapted)))['features']!.data).toEqual(features!.data);
  },
);

test('means are taken over the outlined cell, not over what lies around it', async () => {
  const { features, mask } = await run(withFeatures(networks['float']!));
  // The tiny network's widths 8, 12, 16, 24: pooled, then mean and deviation of each map.
  const width = 24 + 2 * (8 + 12 + 16 + 24);
  expect(features!.shape).toEqual([3, width]);
  const p = Array.from(mask!.data as Float32Array, (z) => 1 / (1 + Math.exp(-z)));
  expect(Math.min(...p)).toBeLessThan(Math.max(...p));
  for (const x of features!.data) expect(Number(x)).toBeGreaterThanOrEqual(0);
});

test('the body is one for a network and its adapted children, another for another network', () => {
  const { float, int8 } = networks;
  const F = 24 + 2 * 60;
  const head = { weights: new Float64Array(K * F), bias: new Float64Array(K) };
  const child = withTypeHead(int8!, head);
  expect(refinerBody(child)).toEqual(refinerBody(int8!));
  expect(refinerBody(withTypeHead(child, head))).toEqual(refinerBody(int8!));
  expect(refinerBody(float!)).not.toEqual(refinerBody(int8!));
});

test('a network without a linear layer over pooled features is refused', () => {
  const none = { ...networks['float']!, graph: { ...networks['float']!.graph, nodes: [] } };
  expect(() => readTypeHead(none)).toThrow('Received no output logits');
  expect(() => withFeatures(none)).toThrow('Received no pooled map');
});
