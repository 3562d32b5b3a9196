import { createScope, input } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { keysOf, trainLevels } from '../../test/harness/train-levels.ts';
import { backbonePresets, buildBackbone } from '../backbones/backbone.ts';
import { type AsppConfig, asppRates, asppSchema, buildAspp, buildDeepLabHead } from './aspp.ts';

const tiny: AsppConfig = asppSchema.parse({ channels: 8, rates: [2, 4], normGroups: 4 });
const map = input('map', [2, 12, 9, 7]);

test('keeps the size of the map, and its head gives one map per class', () => {
  const scope = createScope({ mode: 'train' });
  expect(buildAspp(scope, map, tiny).shape).toEqual([2, 8, 9, 7]);
  expect(buildDeepLabHead(scope.at('head'), map, tiny, 5).shape).toEqual([2, 5, 9, 7]);
});

test('names parameters as torchvision', () => {
  const config = { ...tiny, rates: asppRates(8) };
  const keys = keysOf((scope) => buildDeepLabHead(scope.at('classifier'), map, config, 5));
  const weights = keys.filter((key) => key.endsWith('weight'));
  expect(weights).toEqual(
    [
      ...[0, 1, 2, 3].flatMap((i) => [`0.convs.${i}.0.weight`, `0.convs.${i}.1.weight`]),
      '0.convs.4.1.weight',
      '0.convs.4.2.weight',
      '0.project.0.weight',
      '0.project.1.weight',
      '1.weight',
      '2.weight',
      '4.weight',
    ].map((key) => `classifier.${key}`),
  );
});

test('rates double where the output stride halves', () => {
  expect(asppRates(16)).toEqual([6, 12, 18]);
  expect(asppRates(8)).toEqual(asppRates(16).map((rate) => 2 * rate));
});

test('drops the share that is asked for, and nothing at inference', () => {
  const noises = (dropout: number, mode: 'train' | 'infer') => {
    const scope = createScope({ mode });
    buildAspp(scope, map, { ...tiny, dropout });
    return scope.declared.noises.length;
  };
  expect([noises(0.5, 'train'), noises(0, 'train'), noises(0.5, 'infer')]).toEqual([1, 0, 0]);
});

test('a gradient reaches every branch on a dilated backbone', async () => {
  const { losses, kept } = await trainLevels(
    (scope, x) => {
      const levels = buildBackbone(scope.at('backbone'), x, {
        ...backbonePresets['resnet-tiny'],
        outputStride: 8,
      });
      return [
        buildDeepLabHead(scope.at('classifier'), levels.at(-1)!.map, { ...tiny, dropout: 0 }, 3),
      ];
    },
    { side: 64 },
  );
  expect(losses[1]).toBeLessThan(losses[0]!);
  expect(kept).toEqual([]);
});

test('refuses to normalise the image branch over one image', () => {
  const build = (norm: AsppConfig['norm'], mode: 'train' | 'infer') => () =>
    buildAspp(createScope({ mode }), input('map', [1, 12, 9, 7]), { ...tiny, norm });
  expect(build('batch', 'train')).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: the image branch of a pyramid pooling must be normalised over two images or more. Received one image per batch. Use larger batches, or the norm "frozen" or "group".]`,
  );
  for (const norm of ['frozen', 'group', 'none'] as const)
    expect(build(norm, 'train')).not.toThrow();
  expect(build('batch', 'infer')).not.toThrow();
});
