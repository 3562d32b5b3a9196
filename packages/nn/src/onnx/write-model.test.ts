import type { TensorData } from '@leukoscope/core';
import { float32, int64 } from '@leukoscope/core';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import type { OnnxModel, OnnxNode } from './model.ts';
import { decodeOnnxModel } from './read-model.ts';
import { encodeOnnxModel } from './write-model.ts';

const node = (opType: string, inputs: string[], outputs: string[], rest: Partial<OnnxNode> = {}) =>
  ({ opType, inputs, outputs, attributes: {}, ...rest }) satisfies OnnxNode;

/** y = relu(conv(x, w, b)) reshaped, with a branch in it: every kind of attribute but strings. */
function convolutionModel(): OnnxModel {
  const weights = Float32Array.from({ length: 2 * 3 * 3 * 3 }, (_, i) => (i % 7) - 3);
  return {
    irVersion: 8,
    opsetImports: [{ domain: '', version: 18 }],
    producerName: 'leukoscope',
    producerVersion: '0.1.0',
    metadata: { 'leukoscope.classes': '["neutrophil","Lymphozyt ü"]', empty: '' },
    docString: 'a test',
    graph: {
      name: 'convolution',
      nodes: [
        node('Conv', ['x', 'w', 'b'], ['c'], {
          name: 'conv1',
          attributes: {
            pads: { type: 'ints', value: [1, 1, 1, 1] },
            auto_pad: { type: 'string', value: 'NOTSET' },
            group: { type: 'int', value: 1 },
          },
        }),
        node('LeakyRelu', ['c'], ['r'], { attributes: { alpha: { type: 'float', value: 0.25 } } }),
        node('Reshape', ['r', 'shape'], ['y']),
        node('Constant', [], ['constant'], {
          attributes: {
            value: { type: 'tensor', value: { name: 'k', ...float32([1.5, -2], [2]) } },
          },
        }),
      ],
      inputs: [{ name: 'x', dtype: 'float32', shape: ['batch', 3, 4, 4] }],
      outputs: [
        { name: 'y', dtype: 'float32', shape: ['batch', 32] },
        { name: 'constant', dtype: 'float32', shape: [2] },
      ],
      initializers: [
        { name: 'w', dtype: 'float32', shape: [2, 3, 3, 3], data: weights },
        { name: 'b', ...float32([0.5, -1]) },
        { name: 'shape', ...int64([-1, 32]) },
      ],
    },
  };
}

test('writes a model that ONNX Runtime loads and runs', async () => {
  const model = convolutionModel();
  const session = await ort.InferenceSession.create(encodeOnnxModel(model));
  const x = Float32Array.from({ length: 48 }, (_, i) => Math.sin(i));
  const result = await session.run({ x: new ort.Tensor('float32', x, [1, 3, 4, 4]) });
  await session.release();

  expect(result['constant']!.data).toEqual(Float32Array.of(1.5, -2));
  expect(result['y']!.dims).toEqual([1, 32]);
  const w = model.graph.initializers[0]!.data as Float32Array;
  const y = result['y']!.data as Float32Array;
  for (let o = 0; o < 2; o++) {
    for (let at = 0; at < 16; at++) {
      let sum = o === 0 ? 0.5 : -1;
      for (let k = 0; k < 27; k++) {
        const row = Math.floor(at / 4) + Math.floor((k % 9) / 3) - 1;
        const column = (at % 4) + (k % 3) - 1;
        if (row < 0 || row > 3 || column < 0 || column > 3) continue;
        sum += w[o * 27 + k]! * x[Math.floor(k / 9) * 16 + row * 4 + column]!;
      }
      expect(y[o * 16 + at]).toBeCloseTo(sum > 0 ? sum : 0.25 * sum, 4);
    }
  }
});

test('gives back the same model when decoded', () => {
  const model = convolutionModel();
  expect(decodeOnnxModel(encodeOnnxModel(model))).toEqual(model);
});

test('keeps every dtype, negative and 64-bit numbers, text, branches and unknown extents', () => {
  const tensors: TensorData[] = [
    { dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) },
    { dtype: 'float64', shape: [1], data: Float64Array.of(Math.PI) },
    { dtype: 'int32', shape: [2, 1], data: Int32Array.of(-5, 2 ** 31 - 1) },
    { dtype: 'int64', shape: [], data: BigInt64Array.of(-(2n ** 63n)) },
    { dtype: 'int8', shape: [3], data: Int8Array.of(-128, 0, 127) },
    { dtype: 'uint8', shape: [0, 4], data: new Uint8Array(0) },
    { dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) },
  ];
  const branch = {
    name: 'then',
    nodes: [],
    inputs: [],
    outputs: [{ name: 'p' }, { name: 'q', dtype: 'bool' as const }],
    initializers: [],
  };
  const model: OnnxModel = {
    ...convolutionModel(),
    opsetImports: [
      { domain: '', version: 21 },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      ...branch,
      inputs: [{ name: 'free', dtype: 'float16', shape: ['', 7, 'n', 0] }],
      initializers: tensors.map((tensor, i) => ({ name: `t${i}`, ...tensor })),
      nodes: [
        node('If', ['', 'a'], ['b', ''], {
          domain: 'com.microsoft',
          attributes: {
            then_branch: { type: 'graph', value: branch },
            ints: { type: 'ints', value: [0, -1, 127, 128, 2 ** 40, -(2n ** 63n), 2n ** 62n] },
            none: { type: 'ints', value: [] },
            floats: { type: 'floats', value: [0.5, -Infinity, 2 ** -149] },
            strings: { type: 'strings', value: ['', 'Δ', 'b'] },
            big: { type: 'int', value: 2n ** 63n - 1n },
            low: { type: 'int', value: -1 },
          },
        }),
      ],
    },
  };
  expect(decodeOnnxModel(encodeOnnxModel(model))).toEqual(model);
});

test('refuses a tensor whose data and shape differ, and a whole number that lost digits', () => {
  const model = convolutionModel();
  const wrong = { name: 'w', dtype: 'float32', shape: [3], data: new Float32Array(2) } as const;
  const graph = { ...model.graph, initializers: [wrong] };
  expect(() => encodeOnnxModel({ ...model, graph })).toThrow(
    'Tensor "w" must hold 3 elements for shape [3]. Received 2.',
  );
  const broken = node('Cast', ['x'], ['y'], {
    attributes: { to: { type: 'int', value: 2 ** 53 } },
  });
  expect(() => encodeOnnxModel({ ...model, graph: { ...model.graph, nodes: [broken] } })).toThrow(
    'Attribute "to" must be a whole number below 2^53',
  );
});
