import { createScope, input } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { keysOf, trainLevels, withoutLostScales } from '../../test/harness/train-levels.ts';
import {
  type BackboneConfig,
  backbonePresets,
  backboneSchema,
  buildBackbone,
  frozenKeys,
} from './backbone.ts';
import { coarsestLevel, levelsOfStrides } from './feature-levels.ts';

const tiny: Record<string, BackboneConfig> = {
  'wbc-resnet': backbonePresets['wbc-resnet-tiny'],
  vgg: backbonePresets['vgg-tiny'],
  'vgg for ssd': backbonePresets['vgg-ssd-tiny'],
  'u-net encoder': backbonePresets['u-net-tiny'],
  alexnet: backbonePresets['alexnet-tiny'],
  'darknet-53': backbonePresets['darknet-53-tiny'],
  'darknet-19': backbonePresets['darknet-19-tiny'],
  'darknet-tiny': backbonePresets['darknet-tiny-narrow'],
  mobilenet: backbonePresets['mobilenet-tiny'],
};

test('every preset is what its schema reads', () => {
  for (const [name, preset] of Object.entries(backbonePresets)) {
    expect(backboneSchema.parse(preset), name).toEqual(preset);
  }
});

test('levels have the size that their strides say, the finest first', () => {
  for (const [name, config] of Object.entries(tiny)) {
    const scope = createScope({ mode: 'infer' });
    const levels = buildBackbone(scope, input('image', [1, 3, 128, 192]), config);
    for (const { map, stride } of levels) {
      const [height, width] = map.shape.slice(2) as [number, number];
      // AlexNet does not pad its poolings: a border is lost.
      const lost = config.kind === 'alexnet' ? 1 : 0;
      expect(128 / stride - height, `${name} at ${stride}`).toBeGreaterThanOrEqual(0);
      expect(128 / stride - height, `${name} at ${stride}`).toBeLessThanOrEqual(lost);
      expect(192 / stride - width, `${name} at ${stride}`).toBeLessThanOrEqual(lost);
    }
    const strides = levels.map(({ stride }) => stride);
    expect(
      [...strides].sort((a, b) => a - b),
      name,
    ).toEqual(strides);
  }
});

test('a gradient reaches every layer of every backbone', async () => {
  for (const [name, config] of Object.entries(tiny)) {
    const { losses, kept } = await trainLevels(
      (scope, x) => buildBackbone(scope, x, config).map(({ map }) => map),
      // Steps small enough to follow the gradient of the deepest of them.
      { side: 64, learningRate: 1e-4 },
    );
    expect(losses[1], name).toBeLessThan(losses[0]!);
    expect(withoutLostScales(kept), name).toEqual([]);
  }
}, 60_000);

test('frozen stages of every backbone train no weight and move no statistics', () => {
  for (const [name, config] of Object.entries({
    ...tiny,
    'vgg with norm': { ...backbonePresets['vgg-tiny'], norm: 'batch' } as const,
  })) {
    const frozenConfig = { ...config, frozenStages: 2 };
    const frozen = frozenKeys(frozenConfig, 'body');
    const scope = createScope({ mode: 'train', frozen });
    buildBackbone(scope.at('body'), input('image', [2, 3, 64, 64]), frozenConfig);
    const { parameters, updates } = scope.declared;
    const moving = new Set(updates.map(({ key }) => key));
    const isFrozen = (key: string) => frozen.some((prefix) => key.startsWith(`${prefix}.`));
    const still = [...parameters.values()].filter(
      ({ key, isTrainable }) => !isTrainable && !moving.has(key),
    );
    expect(frozen.length, name).toBeGreaterThan(0);
    expect(
      still.map(({ key }) => key),
      name,
    ).toEqual([...parameters.keys()].filter(isFrozen));
    expect(frozenKeys(config), name).toEqual([]);
  }
});

test('every norm can be chosen where a backbone has one', () => {
  for (const [name, config] of Object.entries(tiny)) {
    if (config.kind === 'alexnet') continue;
    const keys = (norm: 'batch' | 'group' | 'none') =>
      keysOf((scope) =>
        buildBackbone(scope, input('image', [1, 3, 64, 64]), { ...config, norm, normGroups: 2 }),
      );
    const isStatistic = (key: string) => key.endsWith('running_mean');
    expect(keys('batch').some(isStatistic), name).toBe(true);
    expect(keys('group').some(isStatistic), name).toBe(false);
    const [group, none] = [keys('group').length, keys('none').length];
    expect(none, name).toBeLessThan(group);
  }
});

test('a level is picked by its stride, the deepest of several', () => {
  const [two, four, deeper] = [2, 4, 4].map((stride) => ({
    stride,
    map: input('x', [1, 1, 8, 8]),
  })) as [never, never, never];
  expect(levelsOfStrides([two, four, deeper], [2, 4])).toEqual([two, deeper]);
  expect(levelsOfStrides([two, four, deeper], [4])[0]).toBe(deeper);
  expect(coarsestLevel([two, four])).toBe(four);
  expect(() => coarsestLevel([])).toThrow(/at least one level/);
});
