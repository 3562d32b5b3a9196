import { readFileSync } from 'node:fs';
import type { TensorData } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { float16ToFloat32 } from '../onnx/half-floats.ts';
import { readPytorch } from './read-pytorch.ts';

const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../../../../fixtures/weights/${name}`, import.meta.url));

/** Element i of every float tensor that make.py writes. */
const ramp = (i: number): number => (i - 3) / 4;
const ramps = (count: number, at = (i: number): number => i): number[] =>
  Array.from({ length: count }, (_, i) => ramp(at(i)));

const numbersOf = ({ data }: TensorData): (number | bigint)[] => Array.from<number | bigint>(data);

test.each(['state-dict.pth', 'state-dict-legacy.pth', 'state-dict-protocol-4.pth'])(
  'reads every kind of tensor of %s',
  (name) => {
    const { tensors } = readPytorch(fixture(name));
    const expected: [string, TensorData['dtype'], number[], (number | bigint)[]][] = [
      ['plain', 'float32', [2, 3, 2, 2], ramps(24)],
      // element (row, column) of the transposed [6, 4] is element (column, row) of [4, 6]
      ['transposed', 'float32', [6, 4], ramps(24, (i) => (i % 4) * 6 + Math.floor(i / 4))],
      // rows 1 to 2 and columns 2 to 4 of [4, 6]
      ['part', 'float32', [2, 3], ramps(6, (i) => (1 + Math.floor(i / 3)) * 6 + 2 + (i % 3))],
      ['stepped', 'float32', [4, 3], ramps(12, (i) => 2 * i)],
      ['expanded', 'float32', [3, 4], ramps(12, (i) => Math.floor(i / 4))],
      ['channels_last', 'float32', [2, 3, 2, 2], ramps(24)],
      ['parameter', 'float32', [5], ramps(5)],
      ['scalar', 'float32', [], [-2.5]],
      ['empty', 'float32', [0, 3], []],
      ['bfloat16', 'float32', [6], ramps(6)],
      ['double', 'float64', [6], ramps(6)],
      ['int64', 'int64', [3], [0n, 1n, 2n].map((i) => i - 2n ** 40n)],
      ['int32', 'int32', [3], [-2, -1, 0]],
      ['int16', 'int32', [3], [-300, -299, -298]],
      ['int8', 'int8', [3], [-2, -1, 0]],
      ['uint8', 'uint8', [3], [253, 254, 255]],
      ['bool', 'bool', [2], [1, 0]],
      ['transposed_int64', 'int64', [3, 2], [0n, 3n, 1n, 4n, 2n, 5n]],
    ];
    for (const [key, dtype, shape, values] of expected) {
      const tensor = tensors.get(key)!;
      expect([key, tensor.dtype, tensor.shape, numbersOf(tensor)]).toEqual([
        key,
        dtype,
        shape,
        values,
      ]);
    }
    const half = tensors.get('half')!;
    expect(half.dtype).toBe('float16');
    expect(Array.from(float16ToFloat32(half.data as Uint16Array))).toEqual(ramps(6));
    expect(tensors.size).toBe(expected.length + 1);
  },
);

test('finds the state dict of a training checkpoint, and its numbers and text', () => {
  const { tensors, metadata } = readPytorch(fixture('checkpoint.pth'));
  expect([...tensors.keys()]).toEqual([
    '0.weight',
    '0.bias',
    '1.weight',
    '1.bias',
    '1.running_mean',
    '1.running_var',
    '1.num_batches_tracked',
  ]);
  expect(tensors.get('0.weight')!.shape).toEqual([2, 1, 3, 3]);
  expect(metadata).toEqual({ epoch: '12', arch: 'tiny' });
});

test('does not copy contiguous values that are aligned in the file', () => {
  const file = fixture('checkpoint.pth');
  const { tensors } = readPytorch(file);
  expect(tensors.get('0.weight')!.data.buffer).toBe(file.buffer);
});

test('reads the same from an archive that was packed again with compression', () => {
  expect(readPytorch(fixture('compressed.pth'))).toEqual(readPytorch(fixture('checkpoint.pth')));
});

test('asks for a path where several dicts hold tensors, and follows it', () => {
  const file = fixture('two-models.pth');
  expect(() => readPytorch(file)).toThrow(
    'Received 2. Choose one with the option path: ["state_dict"] (7 tensors), ["ema","weights"] (1 tensors).',
  );
  const { tensors } = readPytorch(file, { path: ['ema', 'weights'] });
  expect(numbersOf(tensors.get('0.weight')!)).toEqual(ramps(2));
  expect(readPytorch(file, { path: ['state_dict'] }).tensors.size).toBe(7);
  expect(() => readPytorch(file, { path: ['ema', 'nothing'] })).toThrow(
    'Received ["ema","nothing"], where nothing is. The keys beside it are "weights".',
  );
  expect(() => readPytorch(file, { path: ['ema'] })).toThrow('Received ["ema"], where none is.');
});

test.each([
  ['malicious.pth', 'Received "posix.system", which is code and is never run.'],
  ['whole-module.pth', 'Received "torch.nn.modules.container.Sequential"'],
  ['torchscript.pt', 'This is a TorchScript model; in Python, save its state dict'],
  ['with-namespace.pth', "pass over such values with ignoreGlobals: ['argparse.Namespace']"],
])('refuses the code in %s by name', (name, message) => {
  expect(() => readPytorch(fixture(name))).toThrow(message);
});

test('passes over objects of classes that it is told to ignore', () => {
  const { tensors } = readPytorch(fixture('with-namespace.pth'), {
    ignoreGlobals: ['argparse.Namespace'],
  });
  expect(tensors.size).toBe(7);
});

test.each(['numpy.pkl', 'numpy-protocol-5.pkl'])('reads the NumPy arrays of %s', (name) => {
  const { tensors, metadata } = readPytorch(fixture(name));
  const expected: [string, TensorData['dtype'], number[], (number | bigint)[]][] = [
    ['conv1_w', 'float32', [3, 4], ramps(12)],
    ['fortran', 'float32', [2, 3], ramps(6)],
    ['count', 'int64', [3], [0n, 1n, 2n]],
  ];
  expect([...tensors].map(([key, t]) => [key, t.dtype, t.shape, numbersOf(t)])).toEqual(expected);
  expect(metadata).toEqual({ __author__: 'test' });
});

test('takes no more memory for strided and compressed values than allowed', () => {
  expect(() => readPytorch(fixture('state-dict.pth'), { maxExpandedBytes: 100 })).toThrow(
    /must expand to at most 100 bytes.*raise maxExpandedBytes/,
  );
  expect(() => readPytorch(fixture('compressed.pth'), { maxExpandedBytes: 100 })).toThrow(
    /must expand to at most 100 bytes/,
  );
});

test('refuses a file cut off anywhere', () => {
  for (const name of ['state-dict.pth', 'state-dict-legacy.pth', 'numpy.pkl']) {
    const file = fixture(name);
    for (let length = 0; length < file.length; length += 7) {
      expect(() => readPytorch(file.subarray(0, length)), `${name} at ${length}`).toThrow(
        /must|is not valid/,
      );
    }
  }
});
