import {
  asppRates,
  asppSchema,
  backbonePresets,
  buildBackbone,
  buildClassifier,
  buildClassifierHead,
  buildDeepLabHead,
  buildFpn,
  type ClassifierConfig,
  classifierPresets,
  coarsestLevel,
  type FpnConfig,
  fpnPresets,
  levelsOfStrides,
  type ResnetConfig,
  ssdVggRename,
} from '@leukoscope/models';
import { maxPool, type Scope, split, type Tensor } from '@leukoscope/nn';
import { describe, test } from 'vitest';
import { type Builder, expectTorchvision, parseRecorded } from './harness/recorded.ts';

const recorded = parseRecorded('torchvision');

const classifier =
  (config: ClassifierConfig): Builder =>
  (scope, image) => ({ logits: buildClassifier(scope, image, config).logits });

const resnetLevels =
  (config: ResnetConfig): Builder =>
  (scope, image) => {
    const levels = buildBackbone(scope, image, config);
    const { map } = coarsestLevel(levels);
    const head = { kind: 'pooled', dropout: 0 } as const;
    const options = { head, classes: 10, backbone: config.kind };
    return {
      ...Object.fromEntries(levels.map((level, i) => [`layer${i + 1}`, level.map])),
      logits: buildClassifierHead(scope, map, options).logits,
    };
  };

describe('outputs, names and shapes are those of torchvision:', () => {
  const narrow = { width: 8, blocks: [1, 2, 2, 2] } as const;
  const bottleneck = { ...backbonePresets['resnet-50'], ...narrow };
  test.each<[name: string, config: ResnetConfig]>([
    ['resnet-basic', { ...backbonePresets['resnet-18'], ...narrow }],
    ['resnet-dilated-16', { ...bottleneck, outputStride: 16 }],
    ['resnet-dilated-8', { ...bottleneck, outputStride: 8 }],
  ])('%s, every level', async (name, config) => {
    await expectTorchvision(recorded[name]!, resnetLevels(config));
  });

  const vgg = classifierPresets['vgg-16'];
  const small = {
    ...vgg,
    backbone: {
      ...vgg.backbone,
      layers: [8, 'pool', 12, 'pool', 16, 16, 'pool', 16, 'pool', 16, 'pool'],
    },
    head: { ...vgg.head, hidden: [20, 12] },
    classes: 10,
  } as const;
  const norm = { norm: 'batch', biasBeforeNorm: true } as const;
  const { alexnet } = classifierPresets;
  const mobilenet = { ...classifierPresets['mobilenet-v2'], classes: 10 };
  test.each<[name: string, config: ClassifierConfig]>([
    ['vgg-small', small],
    ['vgg-small-bn', { ...small, backbone: { ...small.backbone, ...norm } }],
    ['alexnet-small', { ...alexnet, head: { ...alexnet.head, hidden: [20, 12] }, classes: 10 }],
    ['mobilenet-v2', mobilenet],
    ['mobilenet-v2-narrow', { ...mobilenet, backbone: { ...mobilenet.backbone, width: 0.35 } }],
  ])('classifier %s', async (name, config) => {
    await expectTorchvision(recorded[name]!, classifier(config));
  });

  test("SSD's VGG, by names that are renamed", async () => {
    const config = backbonePresets['vgg-16-ssd'];
    const widths = [8, 8, 8, 8, 8, 8, 8, 8, 8, 512, 8, 8, 512];
    const layers = config.layers.map((layer) =>
      typeof layer === 'number' ? widths.shift()! : layer,
    );
    const build = (scope: Scope, image: Tensor) => {
      const levels = buildBackbone(scope, image, { ...config, layers });
      const [conv4, fc7] = levelsOfStrides(levels, [8, 16]);
      return { conv4_3: conv4!.map, fc7: fc7!.map };
    };
    await expectTorchvision(recorded['ssd-vgg-small']!, build, {
      rename: ssdVggRename,
    });
  });

  test.each<[name: string, config: FpnConfig, names: readonly string[]]>([
    ['fpn-pool', fpnPresets['p2-p6-tiny'], ['0', '1', '2', 'pool']],
    ['fpn-convolutions', fpnPresets['p3-p7-tiny'], ['0', '1', '2', 'p6', 'p7']],
    [
      'fpn-backbone-convolutions',
      { ...fpnPresets['p3-p7-tiny'], extra: 'backbone-convolutions' },
      ['0', '1', '2', 'p6', 'p7'],
    ],
  ])('pyramid %s', async (name, config, names) => {
    await expectTorchvision(recorded[name]!, (scope, image) => {
      // Channels of one image, pooled, stand for the levels of a backbone.
      const [fine, middle, coarse] = split(image, [8, 16, 32], 1) as [Tensor, Tensor, Tensor];
      const levels = [
        { map: fine, stride: 8 },
        { map: maxPool(middle, 2), stride: 16 },
        { map: maxPool(maxPool(coarse, 2), 2), stride: 32 },
      ];
      const pyramid = buildFpn(scope, levels, config);
      return Object.fromEntries(pyramid.map(({ map }, i) => [names[i]!, map]));
    });
  });

  test('head of DeepLabv3', async () => {
    const config = asppSchema.parse({ rates: asppRates(8) });
    await expectTorchvision(recorded['deeplab-head']!, (scope, map) => ({
      logits: buildDeepLabHead(scope, map, config, 5),
    }));
  });
});
