import { readFileSync } from 'node:fs';
import type { TensorData } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { ProtobufWriter } from '../onnx/protobuf-writer.ts';
import { readCaffemodel } from './read-caffemodel.ts';
import { type DarknetLayer, readDarknet } from './read-darknet.ts';
import { readOnnxWeights } from './read-onnx-weights.ts';

const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../../../../fixtures/weights/${name}`, import.meta.url));

/** Floats that make.py writes: element i is (i + start - 3) / 4. */
const ramp = (shape: number[], start = 0): TensorData => {
  const count = shape.reduce((product, extent) => product * extent, 1);
  const data = Float32Array.from({ length: count }, (_, i) => (i + start - 3) / 4);
  return { dtype: 'float32', shape, data };
};

const layout: DarknetLayer[] = [
  { kind: 'convolution', name: 'stem', inputs: 3, outputs: 4, kernelSize: 3, batchNorm: true },
  { kind: 'convolution', name: 'head', inputs: 4, outputs: 2, kernelSize: 1, batchNorm: false },
];

test.each([
  ['darknet-v1.weights', { version: '0.1.0', imagesSeen: '6400' }],
  ['darknet-v2.weights', { version: '0.2.5', imagesSeen: '32013312' }],
])('reads %s by its layout', (name, metadata) => {
  const weights = readDarknet(fixture(name), layout);
  expect(weights.metadata).toEqual(metadata);
  expect([...weights.tensors]).toEqual([
    ['stem.norm.bias', ramp([4], 0)],
    ['stem.norm.weight', ramp([4], 4)],
    ['stem.norm.running_mean', ramp([4], 8)],
    ['stem.norm.running_var', ramp([4], 12)],
    ['stem.weight', ramp([4, 3, 3, 3], 16)],
    ['head.bias', ramp([2], 124)],
    ['head.weight', ramp([2, 4, 1, 1], 126)],
  ]);
});

test('reads grouped convolutions and connected layers in Darknet’s order', () => {
  const counts = [2, 2 * 2 * 9, 3, 6, 3, 3, 3]; // bias, weights; bias, weights, scale, mean, variance
  const numbers = Float32Array.from(
    { length: counts.reduce((a, b) => a + b) },
    (_, i) => (i - 3) / 4,
  );
  const file = new Uint8Array(20 + numbers.byteLength);
  file.set([0, 0, 0, 0, 2]);
  file.set(new Uint8Array(numbers.buffer), 20);
  const { tensors } = readDarknet(file, [
    {
      kind: 'convolution',
      name: 'a',
      inputs: 4,
      outputs: 2,
      kernelSize: 3,
      groups: 2,
      batchNorm: false,
    },
    { kind: 'connected', name: 'b', inputs: 2, outputs: 3, batchNorm: true },
  ]);
  expect([...tensors]).toEqual([
    ['a.bias', ramp([2])],
    ['a.weight', ramp([2, 2, 3, 3], 2)],
    ['b.norm.bias', ramp([3], 38)],
    ['b.weight', ramp([3, 2], 41)],
    ['b.norm.weight', ramp([3], 47)],
    ['b.norm.running_mean', ramp([3], 50)],
    ['b.norm.running_var', ramp([3], 53)],
  ]);
});

test('counts the bytes that a Darknet file lacks or has left over', () => {
  const file = fixture('darknet-v2.weights');
  expect(() => readDarknet(file.subarray(0, file.length - 6), layout)).toThrow(
    'must hold 536 bytes after its header for a layout of 2 layers. Received 530: 6 are missing.',
  );
  const stem = layout.slice(0, 1);
  expect(() => readDarknet(file, stem)).toThrow('40 are left over');
  expect(readDarknet(file, stem, { allowLeftOver: true }).tensors.size).toBe(5);
});

test('refuses a Darknet file without a header and layouts that cannot be', () => {
  expect(() => readDarknet(new Uint8Array(10), [])).toThrow(
    'Received 10 bytes, 4 more are needed at byte 8',
  );
  expect(() => readDarknet(new TextEncoder().encode('<!DOCTYPE html><html>'), [])).toThrow(
    'must begin with a version',
  );
  const file = fixture('darknet-v1.weights');
  const twice = layout.map((layer) => ({ ...layer, name: 'same' }));
  expect(() => readDarknet(file, twice)).toThrow('Received "same.weight" twice.');
  const uneven = layout.map((layer) => ({ ...layer, groups: 3 }));
  expect(() => readDarknet(file, uneven)).toThrow('that its groups divide. Received 1.33');
});

test('reads the blobs of a Caffe model by layer', () => {
  const { tensors, metadata } = readCaffemodel(fixture('caffe.caffemodel'));
  expect(metadata).toEqual({ name: 'tiny' });
  expect([...tensors]).toEqual([
    ['conv1.0', ramp([2, 3, 3, 3])],
    ['conv1.1', ramp([2], 10)],
    ['fc.0', ramp([3, 8])],
    ['fc.1', ramp([3], 10)],
  ]);
});

test('reads old Caffe models, whose shapes always have four extents', () => {
  const { tensors } = readCaffemodel(fixture('caffe-v1.caffemodel'));
  expect([...tensors]).toEqual([
    ['conv1.0', ramp([2, 3, 3, 3])],
    ['conv1.1', ramp([1, 1, 1, 2], 10)],
    ['fc.0', ramp([1, 1, 3, 8])],
    ['fc.1', ramp([1, 1, 1, 3], 10)],
  ]);
});

test('reads Caffe blobs of doubles and of numbers that come one by one', () => {
  const writer = new ProtobufWriter();
  writer.message(100, () => {
    writer.string(1, 'a');
    writer.message(7, () => {
      for (const value of [1.5, 2.5]) writer.float(5, value);
    });
    writer.message(7, () => writer.bytes(8, new Uint8Array(Float64Array.of(0.1).buffer)));
  });
  const { tensors } = readCaffemodel(writer.finish());
  expect([...tensors.values()]).toEqual([
    { dtype: 'float32', shape: [2], data: Float32Array.of(1.5, 2.5) },
    { dtype: 'float64', shape: [1], data: Float64Array.of(0.1) },
  ]);
});

test('refuses Caffe files without blobs, of wrong shapes, and with a layer twice', () => {
  const layer = (extents: number[], copies = 1): Uint8Array => {
    const writer = new ProtobufWriter();
    for (let i = 0; i < copies; i++) {
      writer.message(100, () => {
        writer.string(1, 'a');
        writer.message(7, () => {
          writer.message(7, () => writer.packedInts(1, extents));
          writer.packedFloats(5, [1, 2]);
        });
      });
    }
    return writer.finish();
  };
  expect(readCaffemodel(layer([2])).tensors.size).toBe(1);
  expect(() => readCaffemodel(new Uint8Array(0))).toThrow('must hold layers with blobs');
  expect(() => readCaffemodel(layer([3]))).toThrow('of its shape [3]. Received 2.');
  expect(() => readCaffemodel(layer([-1, -2]))).toThrow('of its shape [-1, -2]');
  expect(() => readCaffemodel(layer([2], 2))).toThrow('Received "a" twice');
});

test('reads the initialisers of ONNX models by name', () => {
  const { tensors } = readOnnxWeights(fixture('torch-unfolded.onnx'));
  expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([
    ['0.weight', [4, 3, 3, 3]],
    ['0.bias', [4]],
    ['1.weight', [4]],
    ['1.bias', [4]],
    ['1.running_mean', [4]],
    ['1.running_var', [4]],
    ['4.weight', [2, 36]],
    ['4.bias', [2]],
  ]);
  expect(tensors.get('1.running_var')!.data).toEqual(Float32Array.of(0.5, 1, 2, 4));
});
