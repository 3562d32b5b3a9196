import { createScope, input } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { keysOf } from '../../test/harness/train-levels.ts';
import { buildMobilenet, type MobilenetConfig, mobilenetPresets } from './mobilenet.ts';

const levelsOf = (config: MobilenetConfig) =>
  buildMobilenet(createScope({ mode: 'infer' }), input('image', [1, 3, 64, 64]), config).map(
    ({ map, stride }) => [stride, map.shape[1], map.shape[2]],
  );
const full = mobilenetPresets['mobilenet-v2'];

test('gives five levels with the channels of the paper, or a share of them', () => {
  expect(levelsOf(full)).toEqual([
    [2, 16, 32],
    [4, 24, 16],
    [8, 32, 8],
    [16, 96, 4],
    [32, 1280, 2],
  ]);
  // 8 is the least; 96 * 0.35 = 33.6 rounds to 32.
  const narrow = levelsOf({ ...full, width: 0.35, lastChannels: 100 });
  expect(narrow.map(([, channels]) => channels)).toEqual([8, 8, 16, 32, 100]);
});

test('keeps the size of the last stages at a smaller output stride', () => {
  const sizes = (outputStride: 8 | 16) =>
    levelsOf({ ...full, outputStride }).map(([stride, , size]) => [stride, size]);
  expect(sizes(16).slice(2)).toEqual([
    [8, 8],
    [16, 4],
    [16, 4],
  ]);
  expect(sizes(8).slice(2)).toEqual([
    [8, 8],
    [8, 8],
    [8, 8],
  ]);
});

test('names parameters as torchvision', () => {
  const keys = keysOf((scope) => buildMobilenet(scope, input('image', [1, 3, 64, 64]), full));
  expect(keys).toHaveLength(52 * 5);
  for (const key of [
    'features.0.0.weight',
    'features.1.conv.0.1.running_mean',
    'features.1.conv.1.weight',
    'features.17.conv.3.bias',
    'features.18.1.weight',
  ]) {
    expect(keys).toContain(key);
  }
});
