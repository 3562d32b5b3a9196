/**
 * @file VGG (Simonyan & Zisserman 2015) with batch norm, and its three fully connected layers.
 *
 * Parameter names are those of torchvision's `vgg16_bn`: `features.0` convolution, `features.1` norm,
 * `features.2` ReLU, ...; `classifier.0`, `.3`, `.6`. The marrow paper's stage network is this shape
 * with 13 convolutions and 3 fully connected layers at 96x96.
 */
import {
  convLayer,
  convNormLayer,
  dropoutLayer,
  flatten,
  kaiming,
  linearLayer,
  maxPool,
  normal,
  relu,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';

/** The shape of a VGG classifier. */
export interface VggConfig {
  /** Channels of each convolution, 'pool' between stages. */
  readonly layers: readonly (number | 'pool')[];
  /** Outputs of the hidden fully connected layers. */
  readonly hidden: readonly number[];
  readonly norm: 'batch' | 'none';
  /** Share of hidden outputs dropped while training. */
  readonly dropout: number;
  readonly classes: number;
}

export const vgg16Config: VggConfig = {
  layers: [
    64,
    64,
    'pool',
    128,
    128,
    'pool',
    256,
    256,
    256,
    'pool',
    512,
    512,
    512,
    'pool',
    512,
    512,
    512,
    'pool',
  ],
  hidden: [4096, 4096],
  norm: 'batch',
  dropout: 0.5,
  classes: 1000,
};

/** Apply the classifier to images [N, 3, H, W]; returns logits [N, K]. */
export function buildVggClassifier(scope: Scope, image: Tensor, config: VggConfig): Tensor {
  const features = scope.at('features');
  let x = image;
  let index = 0;
  for (const layer of config.layers) {
    if (layer === 'pool') {
      x = maxPool(x, 2);
      index += 1;
    } else if (config.norm === 'batch') {
      const names = { conv: String(index), norm: String(index + 1) };
      const options = { channels: layer, names, initialise: kaiming('fan-out') };
      x = relu(convNormLayer(features, x, options));
      index += 3;
    } else {
      x = relu(
        convLayer(features.at(index), x, { channels: layer, initialise: kaiming('fan-out') }),
      );
      index += 2;
    }
  }
  const head = scope.at('classifier');
  const initialise = normal(0.01);
  x = flatten(x);
  config.hidden.forEach((outputs, i) => {
    x = relu(linearLayer(head.at(3 * i), x, outputs, { initialise }));
    x = dropoutLayer(head.at(3 * i + 2), x, config.dropout);
  });
  return linearLayer(head.at(3 * config.hidden.length), x, config.classes, { initialise });
}
