import { readdirSync, readFileSync } from 'node:fs';
import {
  createRandom,
  float32,
  LeukoscopeError,
  type Random,
  type TensorData,
} from '@leukoscope/core';
import { describe, expect, test } from 'vitest';
import { writeTflite } from '../../test/write-tflite.ts';
import { decodeOnnxModel } from '../onnx/read-model.ts';
import { readCaffemodel } from './read-caffemodel.ts';
import { readDarknet } from './read-darknet.ts';
import { readOnnxWeights } from './read-onnx-weights.ts';
import { readPytorch } from './read-pytorch.ts';
import { readSafetensors } from './read-safetensors.ts';
import { readWeightsFile } from './read-weights-file.ts';
import { readTflite } from './read-tflite.ts';
import type { Weights } from './weights.ts';
import { writeSafetensors } from './write-safetensors.ts';

const folder = new URL('../../../../fixtures/weights/', import.meta.url);
const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));

const safetensors = writeSafetensors(
  new Map<string, TensorData>([
    ['a.weight', float32([1, 2, 3, 4, 5, 6], [2, 3])],
    ['b', { dtype: 'float16', shape: [2], data: Uint16Array.of(1, 2) }],
  ]),
  { step: '3' },
);

const layout = [
  { kind: 'convolution', name: 'a', inputs: 3, outputs: 4, kernelSize: 3, batchNorm: true },
  { kind: 'convolution', name: 'b', inputs: 4, outputs: 2, kernelSize: 1, batchNorm: false },
] as const;

const onnxModel = (bytes: Uint8Array): Weights => {
  const { graph, metadata } = decodeOnnxModel(bytes);
  return { tensors: new Map(graph.initializers.map((tensor) => [tensor.name, tensor])), metadata };
};

const tflite = writeTflite(
  [
    { name: 'image', shape: [1, 4, 4, 3] },
    { name: 'kernel', shape: [2, 1, 1, 3], data: new Float32Array(6) },
    { name: 'bias', shape: [2], data: new Float32Array(2) },
  ],
  [{ operator: 3, inputs: [0, 1, 2], outputs: [0] }],
);

const readers: [string, Uint8Array, (bytes: Uint8Array) => Weights, number][] = [
  ['safetensors', safetensors, readSafetensors, 1500],
  ['an ONNX model', fixture('torch-unfolded.onnx'), onnxModel, 1000],
  ['ONNX weights', fixture('torch.onnx'), readOnnxWeights, 1000],
  ['a Caffe model', fixture('caffe.caffemodel'), readCaffemodel, 1000],
  ['an old Caffe model', fixture('caffe-v1.caffemodel'), readCaffemodel, 1000],
  ['a Darknet file', fixture('darknet-v2.weights'), (bytes) => readDarknet(bytes, layout), 300],
  ['a TensorFlow Lite model', tflite, readTflite, 1500],
  ['a PyTorch archive', fixture('checkpoint.pth'), readPytorch, 1000],
  ['a compressed PyTorch archive', fixture('compressed.pth'), readPytorch, 1000],
  ['an old PyTorch file', fixture('state-dict-legacy.pth'), readPytorch, 1000],
  ['a pickle of protocol 4', fixture('state-dict-protocol-4.pth'), readPytorch, 1000],
  ['a pickle of arrays', fixture('numpy.pkl'), readPytorch, 1000],
];

/** Change a file as damage and attackers do: flip, set, cut, repeat, drop, swap in large numbers. */
function mutate(original: Uint8Array, random: Random): Uint8Array {
  let bytes = original.slice();
  const at = (): number => random.integer(0, bytes.length);
  for (let change = random.integer(1, 5); change > 0 && bytes.length > 1; change--) {
    const place = at();
    switch (random.integer(0, 6)) {
      case 0:
        bytes[place]! ^= 1 << random.integer(0, 8);
        break;
      case 1:
        bytes[place] = random.integer(0, 256);
        break;
      case 2:
        bytes.fill(random.integer(0, 2) * 255, place, place + random.integer(1, 9));
        break;
      case 3:
        bytes = bytes.slice(0, place);
        break;
      case 4:
        bytes.copyWithin(place, at(), at());
        break;
      default:
        bytes = Uint8Array.of(...bytes.subarray(0, place), ...bytes.subarray(at()));
    }
  }
  return bytes;
}

describe('a damaged file is read or refused, never more', () => {
  test.each(readers)('%s', (_, original, read, runs) => {
    const random = createRandom(7);
    let refused = 0;
    for (let run = 0; run < runs; run++) {
      const bytes = mutate(original, random);
      try {
        const { tensors } = read(bytes);
        let size = 0;
        for (const { data, shape } of tensors.values()) {
          size += data.byteLength;
          expect(data.length).toBe(shape.reduce((product, extent) => product * extent, 1));
        }
        // Strides of 0 may repeat values, and small kinds widen; nothing may grow without measure.
        expect(size).toBeLessThan(2 ** 28 + 8 * bytes.length);
      } catch (error) {
        if (!(error instanceof LeukoscopeError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(runs / 10);
  });
});

test('random bytes under any name are refused by a LeukoscopeError', () => {
  const random = createRandom(11);
  const names = ['a.onnx', 'a.caffemodel', 'a.pth', 'a.safetensors', 'a.weights', 'a'];
  for (let run = 0; run < 2000; run++) {
    const bytes = Uint8Array.from({ length: random.integer(0, 64) }, () => random.integer(0, 256));
    if (run % 3 === 0) bytes.set([0x80, 2].slice(0, bytes.length));
    try {
      readWeightsFile(bytes, names[run % names.length]!);
    } catch (error) {
      if (!(error instanceof LeukoscopeError)) throw error;
    }
  }
});

test('every fixture is small', () => {
  for (const name of readdirSync(folder)) expect(fixture(name).length, name).toBeLessThan(50_000);
});
