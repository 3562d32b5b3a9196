/**
 * @file U-Net (Ronneberger et al. 2015) with padded convolutions, so that the map has the image's size.
 *
 * Parameters: `encoder.features.*`, `decoder.*`, `classifier`.
 */
import { convLayer } from '@leukoscope/nn';
import { z } from 'zod';
import { buildVgg, vggPresets, vggSchema } from '../backbones/vgg.ts';
import { buildUnetDecoder, unetDecoderPresets, unetDecoderSchema } from '../necks/u-net-decoder.ts';
import { defineSegmenter, leukocytePixels, segmenterFields } from './segmenter.ts';

const schema = z.strictObject({
  ...segmenterFields,
  encoder: vggSchema,
  decoder: unetDecoderSchema,
});

type Config = z.infer<typeof schema>;

const paper: Config = {
  ...leukocytePixels,
  encoder: vggPresets['u-net'],
  decoder: { ...unetDecoderPresets['u-net'], norm: 'batch' },
};

/** The paper's widths divided by 4: a sixteenth of the work. */
const slim: Config = {
  ...leukocytePixels,
  diceShare: 1,
  encoder: {
    ...vggPresets['u-net'],
    layers: vggPresets['u-net'].layers.map((layer) =>
      typeof layer === 'number' ? layer / 4 : layer,
    ),
  },
  decoder: { ...unetDecoderPresets['u-net'], widths: [16, 32, 64, 128] },
};

/** The family. */
export const unet = defineSegmenter<Config>({
  name: 'u-net',
  title: 'U-Net',
  summary:
    'Encoder and decoder joined at every size (Ronneberger et al. 2015); a baseline of the leukocytemask and peripheral papers.',
  schema,
  presets: {
    tiny: {
      ...leukocytePixels,
      size: { width: 64, height: 64 },
      encoder: vggPresets['u-net-tiny'],
      decoder: unetDecoderPresets['u-net-tiny'],
    },
    slim,
    paper,
  },
  recipe: {
    optimiser: 'adamw',
    learningRate: 0.001,
    weightDecay: 0.0002,
    batchSize: 4,
    epochs: 40,
    augmentation: 'leukocytemask',
  },
  multipleOf: 16,
  logits(scope, image, { encoder, decoder, classes }) {
    const levels = buildVgg(scope.at('encoder'), image, encoder);
    const [finest] = buildUnetDecoder(scope.at('decoder'), levels, decoder);
    const channels = classes.length + 1;
    return convLayer(scope.at('classifier'), finest!.map, { channels, kernel: 1 });
  },
});
