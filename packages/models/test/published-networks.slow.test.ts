import {
  backbonePresets,
  buildBackbone,
  buildClassifier,
  classifierPresets,
  levelsOfStrides,
  ssdVggRename,
} from '@leukoscope/models';
import { expect, test } from 'vitest';
import { expectDarknet } from './harness/darknet.ts';
import { expectTorchvision, parseRecorded } from './harness/recorded.ts';

const torchvision = parseRecorded('torchvision-large');
const darknet = parseRecorded('darknet-large');

test.each(['resnet-50', 'alexnet', 'vgg-16', 'vgg-16-bn'] as const)(
  '%s gives the logits of torchvision at 224 pixels',
  async (name) => {
    await expectTorchvision(torchvision[name]!, (scope, image) => ({
      logits: buildClassifier(scope, image, classifierPresets[name]).logits,
    }));
  },
);

test("SSD's VGG-16 gives the maps of torchvision at 300 pixels", async () => {
  await expectTorchvision(
    torchvision['ssd-vgg-16']!,
    (scope, image) => {
      const levels = buildBackbone(scope, image, backbonePresets['vgg-16-ssd']);
      const [conv4, fc7] = levelsOfStrides(levels, [8, 16]);
      return { conv4_3: conv4!.map, fc7: fc7!.map };
    },
    { rename: ssdVggRename },
  );
});

test("Darknet-53 gives the maps and logits of Debian's darknet", async () => {
  expect(Object.keys(darknet)).toEqual(['darknet-53']);
  await expectDarknet(darknet['darknet-53']!, backbonePresets['darknet-53'], 1000);
});
