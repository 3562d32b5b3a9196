import { expect, test } from 'vitest';
import { type TfliteNode, type TfliteTensor, writeTflite } from '../../test/write-tflite.ts';
import { readTflite } from './read-tflite.ts';
import { readWeightsFile } from './read-weights-file.ts';

const [convolution, depthwise, dequantise, dense] = [3, 4, 6, 9];
const ramp = (count: number) => Float32Array.from({ length: count }, (_, i) => i);

// Two outputs, 1 x 2 pixels, three inputs: [O, H, W, I].
const kernel: TfliteTensor = { name: 'a;b', shape: [2, 1, 2, 3], data: ramp(12) };
const tensors: TfliteTensor[] = [
  { name: 'image', shape: [1, 8, 8, 3] },
  kernel,
  { name: 'bias', shape: [2], data: Float32Array.of(5, 6) },
  { name: 'x', shape: [1, 8, 8, 2] },
  // 1 and 2 in halves: 0x3c00, 0x4000.
  {
    name: 'half',
    shape: [1, 1, 1, 2],
    type: 1,
    data: Uint16Array.of(0x3c00, 0x4000),
  },
  { name: 'widened', shape: [1, 1, 1, 2] },
  { name: 'y', shape: [1, 8, 8, 2] },
  { name: 'dense', shape: [1, 2], data: Float32Array.of(7, 8) },
  { name: 'z', shape: [1, 1] },
];
const nodes: TfliteNode[] = [
  { operator: convolution!, inputs: [0, 1, 2], outputs: [3] },
  { operator: dequantise!, inputs: [4], outputs: [5] },
  { operator: depthwise!, inputs: [3, 5, -1], outputs: [6] },
  { operator: dense!, inputs: [6, 7], outputs: [8] },
  // A product of two computed tensors.
  { operator: dense!, inputs: [6, 3], outputs: [8] },
];

test('layers in the order in which they run, in our order of axes, halves widened', () => {
  const { tensors: read, metadata } = readTflite(writeTflite(tensors, nodes));
  expect(metadata).toEqual({ description: 'made for a test' });
  expect([...read].map(([name, { shape, data }]) => [name, shape, [...data]])).toEqual([
    ['layers.0.weight', [2, 3, 1, 2], [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]],
    ['layers.0.bias', [2], [5, 6]],
    ['layers.1.weight', [2, 1, 1, 1], [1, 2]],
    ['layers.2.weight', [1, 2], [7, 8]],
  ]);
});

test('is told by its mark, whatever it is called', () => {
  expect(readWeightsFile(writeTflite(tensors, nodes), 'model.bin').format).toBe('tflite');
});

test('8 bits, another schema and wrong sizes are refused by name', () => {
  const eight = [{ ...kernel, type: 9, data: new Int8Array(12) }];
  const one = [{ operator: convolution!, inputs: [0, 0], outputs: [0] }];
  expect(() => readTflite(writeTflite(eight, one))).toThrow('"a;b" must hold floats');
  expect(() => readTflite(writeTflite([{ ...kernel, shape: [2, 3] }], one))).toThrow('48 bytes');
  expect(() => readTflite(writeTflite([{ ...kernel, shape: [12] }], one))).toThrow('four axes');
  expect(() => readTflite(writeTflite(tensors, nodes, 2))).toThrow('version 3');
  const bytes = writeTflite(tensors, nodes);
  expect(() => readTflite(bytes.subarray(0, 40))).toThrow('damaged');
  expect(() => readTflite(Uint8Array.from(bytes, (byte, i) => (i === 4 ? 0 : byte)))).toThrow(
    'the mark TFL3',
  );
});
