import { createScope, input } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { keysOf, trainLevels } from '../../test/harness/train-levels.ts';
import { backbonePresets, buildBackbone, frozenKeys } from './backbone.ts';
import { buildResnet, type ResnetConfig } from './resnet.ts';

const tiny = backbonePresets['resnet-tiny'];
const image = input('image', [2, 3, 64, 96]);
const levelsOf = (config: ResnetConfig) =>
  buildResnet(createScope({ mode: 'train' }), image, config).map(({ map, stride }) => ({
    shape: map.shape,
    stride,
  }));

test('gives four levels of strides 4 to 32', () => {
  expect(levelsOf(tiny)).toEqual([
    { shape: [2, 8, 16, 24], stride: 4 },
    { shape: [2, 16, 8, 12], stride: 8 },
    { shape: [2, 32, 4, 6], stride: 16 },
    { shape: [2, 64, 2, 3], stride: 32 },
  ]);
  expect(levelsOf({ ...tiny, block: 'bottleneck', width: 4 }).map(({ shape }) => shape[1])).toEqual(
    [16, 32, 64, 128],
  );
});

test('keeps the size of the last stages at a smaller output stride', () => {
  const strides = (outputStride: 8 | 16) =>
    levelsOf({ ...tiny, outputStride }).map(({ shape, stride }) => [stride, shape[2]]);
  expect(strides(16)).toEqual([
    [4, 16],
    [8, 8],
    [16, 4],
    [16, 4],
  ]);
  expect(strides(8)).toEqual([
    [4, 16],
    [8, 8],
    [8, 8],
    [8, 8],
  ]);
});

test('names parameters as torchvision', () => {
  const keys = keysOf((scope) => buildResnet(scope, image, backbonePresets['resnet-50']));
  // torchvision's resnet50 without fc: 53 convolutions and as many norms of four vectors.
  expect(keys).toHaveLength(53 * 5);
  for (const key of ['conv1.weight', 'bn1.running_var', 'layer1.0.downsample.1.bias']) {
    expect(keys).toContain(key);
  }
  expect(keys).toContain('layer4.2.conv3.weight');
  expect(keys).not.toContain('layer1.1.downsample.0.weight');
});

test('a gradient reaches every layer, with each norm', async () => {
  for (const norm of ['batch', 'frozen', 'group', 'none'] as const) {
    const config = { ...tiny, norm };
    const { losses, kept } = await trainLevels(
      (scope, x) => buildBackbone(scope, x, config).map(({ map }) => map),
      { side: 64 },
    );
    expect(losses[1], norm).toBeLessThan(losses[0]!);
    // A fixed norm keeps its four vectors.
    expect(kept.every((key) => norm === 'frozen' && !/conv|downsample\.0/.test(key))).toBe(true);
  }
});

test('frozen stages keep weights and statistics, also below a scope', async () => {
  const config = { ...tiny, frozenStages: 2 };
  const { moved, kept } = await trainLevels(
    (scope, x) => buildBackbone(scope.at('body'), x, config).map(({ map }) => map),
    { side: 64, frozen: frozenKeys(config, 'body') },
  );
  expect(frozenKeys(config)).toEqual(['conv1', 'bn1', 'layer1']);
  const isEarly = (key: string) => /^body\.(conv1|bn1|layer1)\./.test(key);
  expect(kept.length).toBe(15); // three convolutions, each with four vectors of its norm
  expect(kept.every(isEarly)).toBe(true);
  expect(moved.some(isEarly)).toBe(false);
});
