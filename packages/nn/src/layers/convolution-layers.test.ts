import { createRandom } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { input } from '../graph/tensor.ts';
import { createScope, type Scope } from '../params/scope.ts';
import {
  type ConvLayerOptions,
  channelAffineLayer,
  convLayer,
  convNormLayer,
  convTransposeLayer,
} from './convolution-layers.ts';

const x = input('x', [1, 4, 9, 12]);
const keysOf = (scope: Scope) => [...scope.declared.parameters.keys()];

test('keeps the size by default, also where the kernel is long or dilated', () => {
  const shape = (options: ConvLayerOptions) =>
    convLayer(createScope({ mode: 'train' }), x, options).shape;
  expect(shape({ channels: 8 })).toEqual([1, 8, 9, 12]);
  expect(shape({ channels: 8, kernel: [1, 5] })).toEqual([1, 8, 9, 12]);
  expect(shape({ channels: 8, dilation: 2 })).toEqual([1, 8, 9, 12]);
  expect(shape({ channels: 8, dilation: [1, 3], kernel: [5, 3] })).toEqual([1, 8, 9, 12]);
  expect(shape({ channels: 8, stride: 2 })).toEqual([1, 8, 5, 6]);
  expect(shape({ channels: 8, padding: 0 })).toEqual([1, 8, 7, 10]);
  expect(shape({ channels: 8, padding: [0, 0, 1, 2] })).toEqual([1, 8, 8, 12]);
  expect(shape({ channels: 8, groups: 4 })).toEqual([1, 8, 9, 12]);
});

test('declares a bias unless it is switched off', () => {
  const scope = createScope({ mode: 'train' });
  convLayer(scope.at('with'), x, { channels: 2 });
  convLayer(scope.at('without'), x, { channels: 2, bias: false });
  convTransposeLayer(scope.at('up'), x, { channels: 2, kernel: 2, stride: 2, bias: false });
  channelAffineLayer(scope.at('affine'), x);
  expect(keysOf(scope)).toEqual([
    'with.weight',
    'with.bias',
    'without.weight',
    'up.weight',
    'affine.weight',
    'affine.bias',
  ]);
});

test('declares the same parameters for training, frozen training and inference', () => {
  const declared = (mode: 'train' | 'infer', norm: 'batch' | 'frozen') => {
    const scope = createScope({ mode });
    convNormLayer(scope, x, { channels: 3, norm, names: { conv: 'c', norm: 'n' } });
    return keysOf(scope).sort();
  };
  const keys = ['c.weight', 'n.bias', 'n.running_mean', 'n.running_var', 'n.weight'];
  expect(declared('train', 'batch')).toEqual(keys);
  expect(declared('train', 'frozen')).toEqual(keys);
  expect(declared('infer', 'batch')).toEqual(keys);
});

test('trains neither scale nor shift of a frozen norm', () => {
  const scope = createScope({ mode: 'train' });
  convNormLayer(scope, x, { channels: 3, norm: 'frozen' });
  const trained = [...scope.declared.parameters.values()].filter((spec) => spec.isTrainable);
  expect(trained.map(({ key }) => key)).toEqual(['conv.weight']);
});

test('declares neither statistics nor folding for a group norm, and a bias where there is no norm', () => {
  for (const mode of ['train', 'infer'] as const) {
    const scope = createScope({ mode });
    convNormLayer(scope.at('a'), x, { channels: 6, norm: 'group', normGroups: 3 });
    convNormLayer(scope.at('b'), x, { channels: 6, norm: 'none' });
    const keys = ['a.conv.weight', 'a.bn.weight', 'a.bn.bias', 'b.conv.weight', 'b.conv.bias'];
    expect(keysOf(scope)).toEqual(keys);
    const folded = [...scope.declared.parameters.values()].filter((spec) => spec.foldedNorm);
    expect(folded).toEqual([]);
  }
});

test('takes the norm groups and the first scale that are given', () => {
  const scope = createScope({ mode: 'train' });
  const group = { channels: 6, norm: 'group', gamma: 0.5 } as const;
  convNormLayer(scope, x, { ...group, normGroups: 2 });
  const { initialise } = scope.declared.parameters.get('bn.weight')!;
  expect([...initialise([2], createRandom(1))]).toEqual([0.5, 0.5]);
  // 32 groups, the default, do not divide 6 channels.
  expect(() => convNormLayer(scope.at('other'), x, group)).toThrowError(
    /divisible by groups \(32\)/,
  );
});
