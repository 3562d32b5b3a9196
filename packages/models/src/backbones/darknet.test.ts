import { createScope, input } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { keysOf } from '../../test/harness/train-levels.ts';
import { buildDarknet, type DarknetConfig, darknetLayout, darknetPresets } from './darknet.ts';

const levelsOf = (config: DarknetConfig, side: number) =>
  buildDarknet(createScope({ mode: 'infer' }), input('image', [1, 3, side, side]), config).map(
    ({ map, stride }) => [stride, map.shape[1], map.shape[2]],
  );

test('Darknet-53 gives the levels that YOLOv3 reads', () => {
  expect(levelsOf(darknetPresets['darknet-53'], 64).slice(3)).toEqual([
    [8, 256, 8],
    [16, 512, 4],
    [32, 1024, 2],
  ]);
});

test('Darknet-19 gives the level of stride 16 for the passthrough of YOLOv2', () => {
  expect(levelsOf(darknetPresets['darknet-19'], 64).slice(4)).toEqual([
    [16, 512, 4],
    [32, 1024, 2],
  ]);
});

test('the tiny one keeps the size at its last pooling, also where sizes are odd', () => {
  expect(levelsOf(darknetPresets['darknet-tiny'], 416).slice(4)).toEqual([
    [16, 256, 26],
    [32, 1024, 13],
  ]);
});

test('names and order are those of the .cfg file', () => {
  for (const [name, convolutions, last] of [
    ['darknet-53', 52, 73],
    ['darknet-19', 18, 22],
    ['darknet-tiny', 7, 12],
  ] as const) {
    const layout = darknetLayout(darknetPresets[name], { classes: 10, path: 'body' });
    expect(layout).toHaveLength(convolutions + 1);
    expect(layout.at(-2)!.name).toBe(`body.layers.${last}`);
    expect(layout.at(-1)).toMatchObject({ name: 'body.classifier', outputs: 10, batchNorm: false });
  }
});

test('the layout names exactly the parameters of the graph', () => {
  for (const preset of Object.values(darknetPresets)) {
    for (const norm of ['batch', 'none'] as const) {
      const config = { ...preset, norm };
      const keys = keysOf((scope) => buildDarknet(scope, input('image', [1, 3, 64, 64]), config));
      const named = darknetLayout(config).flatMap(({ name, batchNorm }) =>
        batchNorm
          ? ['weight', 'norm.weight', 'norm.bias', 'norm.running_mean', 'norm.running_var'].map(
              (suffix) => `${name}.${suffix}`,
            )
          : [`${name}.weight`, `${name}.bias`],
      );
      expect(named.sort()).toEqual(keys.sort());
    }
  }
});
