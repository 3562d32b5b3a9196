import { createScope, input } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { keysOf } from '../../test/harness/train-levels.ts';
import { buildWbcResnet, wbcResnetPresets } from './wbc-resnet.ts';

const paper = wbcResnetPresets['wbc-resnet'];

test('is ResNet-50 with two 3x3 in its stem, 2 blocks in conv3_x and 3 in conv4_x', () => {
  const image = input('image', [1, 3, 64, 64]);
  const levels = buildWbcResnet(createScope({ mode: 'infer' }), image, paper);
  expect(levels.map(({ map, stride }) => [stride, map.shape[1], map.shape[2]])).toEqual([
    [4, 256, 16],
    [8, 512, 8],
    [16, 1024, 4],
    [32, 2048, 2],
  ]);
  const scope = createScope({ mode: 'train' });
  buildWbcResnet(scope, image, paper);
  expect(scope.declared.parameters.get('conv1.0.weight')!.shape).toEqual([64, 3, 3, 3]);
  expect(scope.declared.parameters.get('conv1.1.weight')!.shape).toEqual([64, 64, 3, 3]);
  const keys = keysOf((s) => buildWbcResnet(s, image, paper));
  const blocks = (stage: number) =>
    keys.filter((key) => key.startsWith(`layer${stage}.`) && key.endsWith('.conv1.weight')).length;
  expect([1, 2, 3, 4].map(blocks)).toEqual([3, 2, 3, 3]);
});
