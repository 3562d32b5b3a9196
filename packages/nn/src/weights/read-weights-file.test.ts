import { readFileSync } from 'node:fs';
import { float32 } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { readWeightsFile, recogniseWeights } from './read-weights-file.ts';
import { writeSafetensors } from './write-safetensors.ts';

const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../../../../fixtures/weights/${name}`, import.meta.url));

const text = (content: string) => new TextEncoder().encode(content);

test.each([
  ['checkpoint.pth', 'pytorch', 7],
  ['state-dict-legacy.pth', 'pytorch', 19],
  ['numpy.pkl', 'pytorch', 3],
  ['torch.onnx', 'onnx', 4],
  ['caffe.caffemodel', 'caffe', 4],
  ['caffe-v1.caffemodel', 'caffe', 4],
] as const)('reads %s as %s, whatever its name', (name, format, count) => {
  for (const fileName of [name, 'weights', 'model.bin']) {
    const file = readWeightsFile(fixture(name), fileName);
    expect([file.format, file.tensors.size]).toEqual([format, count]);
  }
});

test('reads safetensors, whatever the name', () => {
  const bytes = writeSafetensors(new Map([['w', float32([1])]]), { a: 'b' });
  for (const name of ['a.safetensors', 'weights', 'a.onnx']) {
    const { format, tensors, metadata } = readWeightsFile(bytes, name);
    expect([format, [...tensors.keys()], metadata]).toEqual(['safetensors', ['w'], { a: 'b' }]);
  }
});

test('reads Darknet files with a layout and asks for it otherwise', () => {
  const layer = { kind: 'convolution', inputs: 3, outputs: 4, kernelSize: 3 } as const;
  const darknetLayout = [
    { ...layer, name: 'stem', batchNorm: true },
    { ...layer, name: 'head', inputs: 4, outputs: 2, kernelSize: 1, batchNorm: false },
  ];
  for (const name of ['darknet-v1.weights', 'darknet-v2.weights']) {
    for (const fileName of [name, 'tiny.bin']) {
      const file = readWeightsFile(fixture(name), fileName, { darknetLayout });
      expect([file.format, file.tensors.size]).toEqual(['darknet', 7]);
      expect(() => readWeightsFile(fixture(name), fileName)).toThrow('Give darknetLayout');
    }
  }
});

test('hands its options to the reader of PyTorch files', () => {
  const { tensors } = readWeightsFile(fixture('two-models.pth'), 'two-models.pth', {
    pytorch: { path: ['ema', 'weights'] },
  });
  expect(tensors.size).toBe(1);
});

test.each([
  ['an empty file', new Uint8Array(0), 'which is empty'],
  ['a web page', text('\n<!DOCTYPE html><html>'), 'which is a web page'],
  ['an error page', text('<?xml version="1.0"?><Error>'), 'which is a web page'],
  ['a Git LFS pointer', text('version https://git-lfs.github.com/spec/v1\noid'), 'git lfs pull'],
  ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), 'compressed with gzip'],
  ['bzip2', text('BZh91AY'), 'compressed with bzip2'],
  ['HDF5', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10), 'HDF5 (Keras)'],
  ['tar', text(`${'a'.repeat(257)}ustar`), 'a tar archive'],
  ['a JSON index', text('{"metadata": {"total_size": 5}}'), 'JSON text'],
  ['something else', Uint8Array.of(0xff, 0xd8, 0xff), 'begins with ff d8 ff'],
])('refuses %s by what it is', (_, bytes, message) => {
  expect(() => readWeightsFile(bytes, 'model.pth')).toThrow(message);
});

test('refuses an archive of something else', () => {
  // An empty data set of NumPy: a zip archive with one entry.
  const name = text('a.npy');
  const local = new Uint8Array(30 + name.length);
  local.set([0x50, 0x4b, 3, 4]);
  local[26] = name.length;
  local.set(name, 30);
  const directory = new Uint8Array(46 + name.length);
  directory.set([0x50, 0x4b, 1, 2]);
  directory[28] = name.length;
  directory.set(name, 46);
  const end = new Uint8Array(22);
  end.set([0x50, 0x4b, 5, 6]);
  end.set([1, 0, 1, 0, directory.length, 0, 0, 0, local.length], 8);
  const archive = Uint8Array.of(...local, ...directory, ...end);
  expect(() => readWeightsFile(archive, 'a.npz')).toThrow(
    'must have one entry data.pkl. Received 0 among 1 entries (a.npy)',
  );
});

test('tells a truncated download by its format', () => {
  const cut = (name: string) => fixture(name).subarray(0, 300);
  expect(() => readWeightsFile(cut('checkpoint.pth'), 'a.pth')).toThrow(
    'directory must be at its end',
  );
  expect(() => readWeightsFile(cut('torch.onnx'), 'a.onnx')).toThrow('must end inside its message');
  const file = writeSafetensors(new Map([['w', float32([1, 2, 3])]]));
  expect(() => readWeightsFile(file.subarray(0, file.length - 4), 'a')).toThrow(
    'must end within the 8',
  );
});

test('recognises by name what bytes cannot tell', () => {
  const bytes = Uint8Array.of(0x0a, 0x00);
  expect(recogniseWeights(bytes, 'A.ONNX')).toBe('onnx');
  expect(recogniseWeights(bytes, 'a.caffemodel')).toBe('caffe');
  expect(recogniseWeights(bytes, 'a.weights')).toBe('darknet');
  expect(recogniseWeights(bytes, 'a.safetensors')).toBe('safetensors');
  expect(recogniseWeights(bytes, 'a')).toBe('caffe');
});
