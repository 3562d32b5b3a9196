import { createScope, input } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { keysOf, trainLevels, withoutLostScales } from '../../test/harness/train-levels.ts';
import {
  buildClassifier,
  type ClassifierConfig,
  classifierPresets,
  classifierSchema,
} from './classifier.ts';

const image = input('image', [2, 3, 64, 64]);
const tiny = ['resnet-tiny', 'vgg-tiny', 'alexnet-tiny', 'darknet-tiny', 'mobilenet-tiny'] as const;
const headKeys = (config: ClassifierConfig) =>
  keysOf((scope) => buildClassifier(scope, image, config)).filter((key) =>
    /^(fc|classifier)\b/.test(key),
  );
const both = (...names: string[]) => names.flatMap((n) => [`${n}.weight`, `${n}.bias`]);

test('every preset is what its schema reads', () => {
  for (const [name, preset] of Object.entries(classifierPresets)) {
    expect(classifierSchema.parse(preset), name).toEqual(preset);
  }
});

test('heads have the names of published weights', () => {
  expect(headKeys(classifierPresets['resnet-50'])).toEqual(both('fc'));
  expect(headKeys(classifierPresets['vgg-16'])).toEqual(
    both('classifier.0', 'classifier.3', 'classifier.6'),
  );
  expect(headKeys(classifierPresets.alexnet)).toEqual(
    both('classifier.1', 'classifier.4', 'classifier.6'),
  );
  expect(headKeys(classifierPresets['mobilenet-v2'])).toEqual(both('classifier.1'));
  expect(headKeys(classifierPresets['darknet-53'])).toEqual(both('classifier'));
});

test.each(tiny)('a gradient reaches every layer of backbone and head: %s', async (name) => {
  const { losses, kept } = await trainLevels(
    (scope, x) => [buildClassifier(scope, x, classifierPresets[name]).logits],
    { side: 64 },
  );
  expect(losses[1]).toBeLessThan(losses[0]!);
  // A hidden ReLU may be dead for both images; whole layers may not.
  expect(withoutLostScales(kept)).toEqual([]);
});

test('a dense head takes the map as it is, or averaged into a grid', () => {
  const inputs = (grid: readonly [number, number] | null) => {
    const preset = classifierPresets['vgg-tiny'];
    const scope = createScope({ mode: 'train' });
    buildClassifier(scope, input('image', [1, 3, 96, 96]), {
      ...preset,
      head: { ...preset.head, grid },
    });
    return scope.declared.parameters.get('classifier.0.weight')!.shape[1];
  };
  expect(inputs(null)).toBe(16 * 3 * 3);
  expect(inputs([2, 1])).toBe(16 * 2);
});

test('each head drops its share while training', () => {
  const noises = (config: ClassifierConfig) => {
    const scope = createScope({ mode: 'train' });
    buildClassifier(scope, image, config);
    return scope.declared.noises.map(({ key, shape }) => [key, shape[1]]);
  };
  expect(noises(classifierPresets['vgg-16'])).toEqual([
    ['classifier.2.noise', 4096],
    ['classifier.5.noise', 4096],
  ]);
  expect(noises(classifierPresets.alexnet)).toEqual([
    ['classifier.0.noise', 9216],
    ['classifier.3.noise', 4096],
  ]);
  expect(noises(classifierPresets['mobilenet-v2'])).toEqual([['classifier.0.noise', 1280]]);
  expect(noises(classifierPresets['resnet-50'])).toEqual([]);
});
