import { createScope, input } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { keysOf, trainLevels } from '../../test/harness/train-levels.ts';
import { buildVgg, frozenVggKeys, type VggConfig, vggPresets } from './vgg.ts';

const levelsOf = (config: VggConfig, side: number) =>
  buildVgg(createScope({ mode: 'infer' }), input('image', [1, 3, side, side]), config).map(
    ({ map, stride }) => [stride, map.shape[1], map.shape[2]],
  );

test('VGG-16 gives the maps in front of its poolings, then the last', () => {
  expect(levelsOf(vggPresets['vgg-16'], 96)).toEqual([
    [1, 64, 96],
    [2, 128, 48],
    [4, 256, 24],
    [8, 512, 12],
    [16, 512, 6],
    [32, 512, 3],
  ]);
});

test("SSD's form has 38 cells at conv4_3 and 19 at fc7 for 300 pixels, as the paper", () => {
  const levels = levelsOf(vggPresets['vgg-16-ssd'], 300);
  expect(levels.slice(3)).toEqual([
    [8, 512, 38],
    [16, 512, 19],
    [16, 1024, 19],
  ]);
  const keys = keysOf((scope) =>
    buildVgg(scope, input('image', [1, 3, 64, 64]), vggPresets['vgg-16-ssd']),
  );
  expect(keys.slice(-4)).toEqual(['fc6.weight', 'fc6.bias', 'fc7.weight', 'fc7.bias']);
});

test('the encoder of U-Net ends with 1024 channels at stride 16', () => {
  expect(levelsOf(vggPresets['u-net'], 64).map(([stride, channels]) => [stride, channels])).toEqual(
    [
      [1, 64],
      [2, 128],
      [4, 256],
      [8, 512],
      [16, 1024],
    ],
  );
});

test('names count ReLUs and norms as torchvision does, with its bias in front of a norm', () => {
  const keys = (config: VggConfig) =>
    keysOf((scope) => buildVgg(scope, input('image', [1, 3, 32, 32]), config));
  const plain = keys(vggPresets['vgg-16']);
  expect(plain).toContain('features.28.weight');
  expect(plain).toHaveLength(26);
  const normed = keys(vggPresets['vgg-16-bn']);
  expect(normed).toContain('features.40.bias');
  expect(normed).toContain('features.41.running_var');
  expect(normed).toHaveLength(13 * 6);
  expect(keys({ ...vggPresets['vgg-16-bn'], biasBeforeNorm: false })).toHaveLength(13 * 5);
});

test('frozen stages end at poolings', () => {
  const frozen = (config: VggConfig) => frozenVggKeys({ ...config, frozenStages: 2 });
  expect(frozen(vggPresets['vgg-16'])).toEqual([0, 2, 5, 7].map((i) => `features.${i}`));
  expect(frozen(vggPresets['vgg-16-bn'])).toEqual(
    [0, 1, 3, 4, 7, 8, 10, 11].map((i) => `features.${i}`),
  );
});

test('with a fixed norm, training moves the convolutions only, their folded biases not', async () => {
  const config = { ...vggPresets['vgg-tiny'], norm: 'frozen', biasBeforeNorm: true } as const;
  const { losses, moved, kept } = await trainLevels(
    (scope, x) => buildVgg(scope, x, config).map(({ map }) => map),
    { side: 32 },
  );
  expect(losses[1]).toBeLessThan(losses[0]!);
  const convolutions = [0, 4, 8, 12, 15, 19];
  expect(moved).toEqual(convolutions.map((i) => `features.${i}.weight`).sort());
  expect(kept).toHaveLength(convolutions.length * 5);
});
