import { createScope, input, type Scope, type Tensor } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { keysOf, trainLevels } from '../../test/harness/train-levels.ts';
import { backbonePresets, buildBackbone } from '../backbones/backbone.ts';
import { levelsOfStrides } from '../backbones/feature-levels.ts';
import { buildFpn, type FpnConfig, fpnPresets } from './fpn.ts';

const tiny = backbonePresets['resnet-tiny'];
const image = input('image', [1, 3, 80, 96]);
const fpn = (scope: Scope, x: Tensor, config: FpnConfig, strides: readonly number[]) =>
  buildFpn(
    scope.at('fpn'),
    levelsOfStrides(buildBackbone(scope.at('body'), x, tiny), strides),
    config,
  );
const shapes = (config: FpnConfig, strides: readonly number[]) =>
  fpn(createScope({ mode: 'train' }), image, config, strides).map(({ map, stride }) => [
    stride,
    ...map.shape.slice(1),
  ]);

test('gives P2 to P6 by taking every second cell', () => {
  expect(shapes(fpnPresets['p2-p6-tiny'], [4, 8, 16, 32])).toEqual([
    [4, 16, 20, 24],
    [8, 16, 10, 12],
    [16, 16, 5, 6],
    [32, 16, 3, 3],
    [64, 16, 2, 2],
  ]);
});

test('gives P3 to P7 by strided convolutions, from the pyramid or from the backbone', () => {
  const config = fpnPresets['p3-p7-tiny'];
  const expected = [
    [8, 16, 10, 12],
    [16, 16, 5, 6],
    [32, 16, 3, 3],
    [64, 16, 2, 2],
    [128, 16, 1, 1],
  ];
  expect(shapes(config, [8, 16, 32])).toEqual(expected);
  expect(shapes({ ...config, extra: 'backbone-convolutions' }, [8, 16, 32])).toEqual(expected);
  const p6Inputs = (extra: FpnConfig['extra']) => {
    const scope = createScope({ mode: 'train' });
    fpn(scope, image, { ...config, extra }, [8, 16, 32]);
    return scope.declared.parameters.get('fpn.extra_blocks.p6.weight')!.shape[1];
  };
  expect(p6Inputs('convolutions')).toBe(16);
  expect(p6Inputs('backbone-convolutions')).toBe(64);
});

test('adds no level where none is asked for', () => {
  const config = { ...fpnPresets['p2-p6-tiny'], extra: 'none' } as const;
  expect(shapes(config, [4, 8]).map(([stride]) => stride)).toEqual([4, 8]);
});

test('names parameters as torchvision, with a norm too', () => {
  const keys = (config: FpnConfig) =>
    keysOf((scope) => fpn(scope, image, config, [8, 16, 32]))
      .filter((key) => key.startsWith('fpn.'))
      .sort();
  const names = ['inner_blocks', 'layer_blocks'].flatMap((block) =>
    [0, 1, 2].flatMap((i) => [`fpn.${block}.${i}.0.bias`, `fpn.${block}.${i}.0.weight`]),
  );
  const extra = ['p6', 'p7'].flatMap((p) => [
    `fpn.extra_blocks.${p}.bias`,
    `fpn.extra_blocks.${p}.weight`,
  ]);
  expect(keys(fpnPresets['p3-p7-tiny'])).toEqual([...extra, ...names]);
  const group = keys({ ...fpnPresets['p2-p6-tiny'], norm: 'group' });
  expect(group.slice(0, 3)).toEqual([
    'fpn.inner_blocks.0.0.weight',
    'fpn.inner_blocks.0.1.bias',
    'fpn.inner_blocks.0.1.weight',
  ]);
});

test('a gradient reaches every layer of pyramid and backbone', async () => {
  for (const preset of ['p2-p6-tiny', 'p3-p7-tiny'] as const) {
    const config = fpnPresets[preset];
    const { losses, kept } = await trainLevels(
      (scope, x) => fpn(scope, x, config, [8, 16, 32]).map(({ map }) => map),
      { side: 64 },
    );
    expect(losses[1], preset).toBeLessThan(losses[0]!);
    expect(kept).toEqual([]);
  }
});

test('refuses levels whose strides do not double, and strides that a backbone lacks', () => {
  const config = fpnPresets['p2-p6-tiny'];
  expect(() => shapes(config, [8, 32])).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: a feature pyramid must get levels whose strides double. Received strides 8, 32. Pick levels with levelsOfStrides, or give the backbone output stride 32.]`,
  );
  expect(() => shapes(config, [])).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: a feature pyramid must get levels whose strides double. Received strides of no level. Pick levels with levelsOfStrides, or give the backbone output stride 32.]`,
  );
  expect(() => shapes(config, [2, 4])).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: strides must be those of the backbone's levels (4, 8, 16, 32). Received 2. Choose other strides or another backbone.]`,
  );
});
