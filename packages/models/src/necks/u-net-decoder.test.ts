import { createScope, input } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { keysOf, trainLevels } from '../../test/harness/train-levels.ts';
import { backbonePresets, buildBackbone } from '../backbones/backbone.ts';
import type { FeatureLevels } from '../backbones/feature-levels.ts';
import { buildUnetDecoder, unetDecoderPresets } from './u-net-decoder.ts';

const tiny = unetDecoderPresets['u-net-tiny'];
const levels: FeatureLevels = [
  { map: input('a', [1, 5, 21, 30]), stride: 4 },
  { map: input('b', [1, 6, 11, 15]), stride: 8 },
  { map: input('c', [1, 7, 6, 8]), stride: 16 },
];

test('gives the map of every step in the size of its level, also where that is odd', () => {
  for (const enlarge of ['transposed', 'bilinear'] as const) {
    const scope = createScope({ mode: 'train' });
    const steps = buildUnetDecoder(scope, levels, { ...tiny, enlarge });
    expect(steps.map(({ map, stride }) => [stride, ...map.shape])).toEqual([
      [4, 1, 8, 21, 30],
      [8, 1, 12, 11, 15],
    ]);
    const kernel = enlarge === 'transposed' ? [7, 12, 2, 2] : [12, 7, 1, 1];
    expect(scope.declared.parameters.get('1.up.weight')!.shape).toEqual(kernel);
  }
});

test('joins levels of one size without enlarging', () => {
  const flat = [
    levels[0]!,
    levels[1]!,
    { ...levels[2]!, map: input('c', [1, 7, 11, 15]), stride: 8 },
  ];
  const keys = keysOf((scope) => buildUnetDecoder(scope, flat, tiny));
  expect(keys.filter((key) => key.includes('up'))).toEqual(['0.up.weight', '0.up.bias']);
});

test('a gradient reaches every layer of encoder and decoder', async () => {
  for (const enlarge of ['transposed', 'bilinear'] as const) {
    const { losses, kept } = await trainLevels(
      (scope, x) =>
        buildUnetDecoder(
          scope.at('decoder'),
          buildBackbone(scope.at('encoder'), x, backbonePresets['u-net-tiny']),
          { ...tiny, enlarge },
        ).map(({ map }) => map),
      { side: 32 },
    );
    expect(losses[1]).toBeLessThan(losses[0]!);
    expect(kept).toEqual([]);
  }
});

test('refuses widths and levels that do not go together', () => {
  const build =
    (widths: readonly number[], given = levels) =>
    () =>
      buildUnetDecoder(createScope({ mode: 'train' }), given, { ...tiny, widths });
  expect(build([8])).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: a U-Net decoder must get levels whose strides stay or double, and one width fewer than levels. Received strides 4, 8, 16 and 1 width(s). Pick levels with levelsOfStrides, or give other widths.]`,
  );
  expect(build([8], [levels[0]!, levels[2]!])).toThrow(/stay or double/);
});
