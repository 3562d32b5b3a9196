/**
 * @file DeepLabv3+ (Chen et al. 2018): dilated ResNet, pyramid pooling at stride 16, a decoder that joins the
 * enlarged result with the map of a quarter of the size, and bilinear enlargement by 4.
 *
 * Parameters: `backbone.*` as torchvision's ResNet, `classifier.0.*` as torchvision's DeepLabv3 pyramid,
 * `decoder.*`.
 */
import { concat, convLayer, convNormLayer, relu, resizeBilinear } from '@leukoscope/nn';
import { z } from 'zod';
import { count } from '../backbones/backbone-fields.ts';
import { levelsOfStrides } from '../backbones/feature-levels.ts';
import { buildResnet, frozenResnetKeys, resnetPresets, resnetSchema } from '../backbones/resnet.ts';
import { asppRates, asppSchema, buildAspp } from '../necks/aspp.ts';
import { defineSegmenter, leukocytePixels, segmenterFields } from './segmenter.ts';

const schema = z.strictObject({
  ...segmenterFields,
  backbone: resnetSchema,
  aspp: asppSchema,
  decoder: z.strictObject({
    /** Channels that the fine map is reduced to before it is joined. */
    fine: count,
    /** Channels of the two 3x3 convolutions. */
    channels: count,
  }),
});

type Config = z.infer<typeof schema>;

const pyramid = {
  channels: 256,
  rates: asppRates(16),
  dropout: 0.5,
  norm: 'batch',
  normGroups: 32,
} as const;

const paper: Config = {
  ...leukocytePixels,
  backbone: { ...resnetPresets['resnet-50'], outputStride: 16 },
  aspp: { ...pyramid, rates: [...pyramid.rates] },
  decoder: { fine: 48, channels: 256 },
};

/** The family. */
export const deeplab = defineSegmenter<Config>({
  name: 'deeplab',
  title: 'DeepLabv3+',
  summary:
    'Dilated ResNet with pyramid pooling and a decoder at a quarter of the size (Chen et al. 2018); the peripheral paper finds leukocytes with it.',
  schema,
  presets: {
    tiny: {
      ...paper,
      size: { width: 64, height: 64 },
      backbone: { ...resnetPresets['resnet-tiny'], outputStride: 16 },
      aspp: { ...paper.aspp, channels: 16, rates: [1, 2] },
      decoder: { fine: 8, channels: 16 },
    },
    slim: {
      ...paper,
      diceShare: 1,
      backbone: { ...resnetPresets['resnet-18'], outputStride: 16 },
      aspp: { ...paper.aspp, channels: 96 },
      decoder: { fine: 24, channels: 96 },
    },
    paper,
  },
  recipe: {
    optimiser: 'sgd',
    learningRate: 0.01,
    weightDecay: 0.0005,
    batchSize: 4,
    epochs: 30,
    augmentation: 'peripheral',
  },
  multipleOf: 16,
  frozen: ({ backbone }) => frozenResnetKeys(backbone).map((key) => `backbone.${key}`),
  logits(scope, image, { backbone, aspp, decoder, classes }) {
    const levels = buildResnet(scope.at('backbone'), image, backbone);
    const [fine, deep] = levelsOfStrides(levels, [4, backbone.outputStride]);
    const { norm, normGroups } = aspp;
    const pooled = buildAspp(scope.at('classifier').at(0), deep!.map, aspp);
    const at = scope.at('decoder');
    const reduced = relu(
      convNormLayer(at, fine!.map, {
        channels: decoder.fine,
        kernel: 1,
        norm,
        normGroups,
        names: { conv: 'fine', norm: 'fine_norm' },
      }),
    );
    const quarter = fine!.map.shape.slice(2) as [number, number];
    const smooth = (x: typeof pooled, i: number) =>
      relu(
        convNormLayer(at, x, {
          channels: decoder.channels,
          norm,
          normGroups,
          names: { conv: `conv${i}`, norm: `norm${i}` },
        }),
      );
    const joined = concat([resizeBilinear(pooled, quarter), reduced], 1);
    const channels = classes.length + 1;
    const scores = convLayer(at.at('classifier'), smooth(smooth(joined, 1), 2), {
      channels,
      kernel: 1,
    });
    return resizeBilinear(scores, image.shape.slice(2) as [number, number]);
  },
});
