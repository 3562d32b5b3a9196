/**
 * @file Fully convolutional networks (Long, Shelhamer & Darrell 2015): the dense layers of a classifier as
 * convolutions, and the coarse scores enlarged.
 *
 * On VGG-16 as FCN-8s: scores of strides 32, 16 and 8 are joined on the way up. On AlexNet as FCN-32s, as
 * the peripheral paper's FCN-AlexNet. Sizes are kept by padding; the original pads the image by 100 pixels
 * and cuts. Enlarging begins as bilinear interpolation and is learnt, as there.
 */
import {
  add,
  convLayer,
  convTransposeLayer,
  dropoutLayer,
  type Initialiser,
  maxPool,
  normal,
  relu,
  resizeBilinear,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import { z } from 'zod';
import {
  alexnetPresets,
  alexnetSchema,
  buildAlexnet,
  frozenAlexnetKeys,
} from '../backbones/alexnet.ts';
import { count } from '../backbones/backbone-fields.ts';
import { coarsestLevel, levelsOfStrides } from '../backbones/feature-levels.ts';
import { buildVgg, frozenVggKeys, vggPresets, vggSchema } from '../backbones/vgg.ts';
import { defineSegmenter, leukocytePixels, segmenterFields } from './segmenter.ts';

const schema = z.strictObject({
  ...segmenterFields,
  backbone: z.discriminatedUnion('kind', [vggSchema, alexnetSchema]),
  /** Channels of fc6 and fc7. */
  hidden: count,
  /** Side of fc6: 7 on VGG, 6 on AlexNet in the original; odd sides keep the size. */
  kernel: count,
  /** Share of hidden elements dropped while training. */
  dropout: z.number().min(0).lt(1),
});

type Config = z.infer<typeof schema>;

const paper: Config = {
  ...leukocytePixels,
  backbone: vggPresets['vgg-16'],
  hidden: 4096,
  kernel: 7,
  dropout: 0.5,
};

const recipe = {
  optimiser: 'adamw',
  learningRate: 0.0005,
  weightDecay: 0.0002,
  batchSize: 4,
  epochs: 40,
  augmentation: 'leukocytemask-without-elastic',
} as const;

/** FCN-8s on VGG. */
export const fcn = defineSegmenter<Config>({
  name: 'fcn',
  title: 'FCN-8s',
  summary:
    'VGG-16 as a fully convolutional network, scores of three strides joined (Long et al. 2015); a baseline of the leukocytemask paper.',
  schema,
  presets: {
    tiny: {
      ...paper,
      size: { width: 64, height: 64 },
      backbone: vggPresets['vgg-tiny'],
      hidden: 16,
      kernel: 3,
    },
    slim: {
      ...paper,
      backbone: {
        ...vggPresets['vgg-16'],
        norm: 'batch',
        layers: vggPresets['vgg-16'].layers.map((layer) =>
          typeof layer === 'number' ? layer / 2 : layer,
        ),
      },
      hidden: 256,
      kernel: 3,
    },
    paper,
  },
  recipe,
  multipleOf: 32,
  frozen: ({ backbone }) => frozenOf(backbone),
  logits: fcnLogits,
});

/** FCN-32s on AlexNet. */
export const fcnAlexnet = defineSegmenter<Config>({
  name: 'fcn-alexnet',
  title: 'FCN-AlexNet',
  summary:
    'AlexNet as a fully convolutional network, enlarged 32 times (Long et al. 2015); a baseline of the peripheral paper.',
  schema,
  presets: {
    tiny: {
      ...paper,
      size: { width: 192, height: 192 },
      backbone: alexnetPresets['alexnet-tiny'],
      hidden: 16,
      kernel: 3,
    },
    slim: { ...paper, backbone: alexnetPresets.alexnet, hidden: 256, kernel: 3 },
    paper: { ...paper, backbone: alexnetPresets.alexnet, kernel: 7 },
  },
  recipe,
  multipleOf: 32,
  frozen: ({ backbone }) => frozenOf(backbone),
  logits: fcnLogits,
});

function frozenOf(backbone: Config['backbone']): string[] {
  const keys = backbone.kind === 'vgg' ? frozenVggKeys(backbone) : frozenAlexnetKeys(backbone);
  return keys.map((key) => `backbone.${key}`);
}

function fcnLogits(scope: Scope, image: Tensor, config: Config): Tensor {
  const { backbone, classes } = config;
  const channels = classes.length + 1;
  const size = image.shape.slice(2) as [number, number];
  const below = scope.at('backbone');
  const scored = (name: string, map: Tensor) =>
    convLayer(scope.at(name), map, { channels, kernel: 1, initialise: normal(0.01) });
  if (backbone.kind === 'alexnet') {
    const { map } = coarsestLevel(buildAlexnet(below, image, backbone));
    return resizeBilinear(scored('score', hidden(scope, map, config)), size);
  }
  const levels = buildVgg(below, image, backbone);
  // Levels are the maps in front of each pooling; FCN reads those behind the third and fourth.
  const [at8, at16] = levelsOfStrides(levels, [4, 8]).map(({ map }) => maxPool(map, 2));
  const at32 = coarsestLevel(levels).map;
  const score32 = scored('score', hidden(scope, at32, config));
  const score16 = add(enlarge(scope.at('up2'), score32, 2), scored('score_pool4', at16!));
  const score8 = add(enlarge(scope.at('up4'), score16, 2), scored('score_pool3', at8!));
  return enlarge(scope.at('up8'), score8, 8);
}

/** fc6 and fc7. */
function hidden(scope: Scope, x: Tensor, { hidden: channels, kernel, dropout }: Config): Tensor {
  const first = relu(convLayer(scope.at('fc6'), x, { channels, kernel }));
  const dropped = dropoutLayer(scope.at('drop6'), first, dropout);
  const second = relu(convLayer(scope.at('fc7'), dropped, { channels, kernel: 1 }));
  return dropoutLayer(scope.at('drop7'), second, dropout);
}

/** Enlarge by a transposed convolution of twice the factor. */
function enlarge(scope: Scope, x: Tensor, factor: number): Tensor {
  return convTransposeLayer(scope, x, {
    channels: x.shape[1]!,
    kernel: 2 * factor,
    stride: factor,
    padding: factor / 2,
    bias: false,
    initialise: bilinearKernel,
  });
}

/** Weights [C, C, k, k] of a transposed convolution that interpolates each channel bilinearly. */
const bilinearKernel: Initialiser = (shape) => {
  const [C, O, k] = shape as [number, number, number, number];
  const data = new Float32Array(C * O * k * k);
  const centre = (k - 1) / 2;
  const hat = (i: number) => 1 - Math.abs(i - centre) / (k / 2);
  for (let c = 0; c < Math.min(C, O); c++) {
    const at = (c * O + c) * k * k;
    for (let y = 0; y < k; y++) {
      for (let x = 0; x < k; x++) data[at + y * k + x] = hat(y) * hat(x);
    }
  }
  return data;
};
