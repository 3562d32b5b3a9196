/**
 * @file Heads that turn a feature map into logits [N, K], with the names that published weights have.
 *
 * `pooled` averages over the image, then one linear layer: ResNet's `fc`, MobileNetV2's `classifier.1`,
 * Darknet's `classifier` (a 1x1 convolution there, which is the same). `dense` flattens a grid and has
 * hidden layers: VGG's `classifier.0`, `.3`, `.6`, AlexNet's `classifier.1`, `.4`, `.6`.
 */
import {
  adaptiveAveragePool,
  convLayer,
  dropoutLayer,
  flatten,
  linearLayer,
  mean,
  normal,
  relu,
  type Scope,
  type Tensor,
  uniform,
} from '@leukoscope/nn';
import { z } from 'zod';
import type { BackboneConfig } from '../backbones/backbone.ts';
import { count } from '../backbones/backbone-fields.ts';

const dropout = z.number().min(0).lt(1);

/** The shape of a classifier's head. */
export const classifierHeadSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pooled'),
    /** Share of the averages dropped while training. */
    dropout: dropout.default(0),
  }),
  z.strictObject({
    kind: z.literal('dense'),
    /** Outputs of the hidden layers. */
    hidden: z.array(count).readonly(),
    /** Share of hidden elements dropped while training. */
    dropout: dropout.default(0.5),
    /** Rows and columns that the map is averaged into first; null takes the map as it is. */
    grid: z.tuple([count, count]).readonly().nullable().default(null),
    /** Drop in front of each hidden layer, as AlexNet, or behind it, as VGG. */
    drops: z.enum(['before', 'behind']).default('behind'),
  }),
]);

/** The shape of a classifier's head. */
export type ClassifierHeadConfig = z.infer<typeof classifierHeadSchema>;

/** What a head gets to know besides its shape. */
export interface ClassifierHeadOptions {
  readonly head: ClassifierHeadConfig;
  readonly classes: number;
  /** Whose names a pooled head follows. */
  readonly backbone: BackboneConfig['kind'];
}

/** What a head says of N images. */
export interface ClassifierOutputs {
  /** [N, K]. */
  readonly logits: Tensor;
  /** [N, F]: what the last layer sees. */
  readonly features: Tensor;
}

/** Apply the head to a backbone's last map [N, C, H, W]. */
export function buildClassifierHead(
  scope: Scope,
  map: Tensor,
  { head, classes, backbone }: ClassifierHeadOptions,
): ClassifierOutputs {
  if (head.kind === 'dense') return denseHead(scope.at('classifier'), map, head, classes);
  const averages = mean(map, [2, 3], true);
  const dropped = dropoutLayer(scope.at('classifier.0'), averages, head.dropout);
  // PyTorch's default for linear layers: uniform within 1 / √inputs.
  const initialise = uniform(1 / Math.sqrt(map.shape[1]!));
  if (backbone === 'darknet') {
    const options = { channels: classes, kernel: 1, initialise };
    const scores = convLayer(scope.at('classifier'), dropped, options);
    return { logits: flatten(scores), features: flatten(averages) };
  }
  const name = backbone === 'mobilenet' ? 'classifier.1' : 'fc';
  const logits = linearLayer(scope.at(name), flatten(dropped), classes, { initialise });
  return { logits, features: flatten(averages) };
}

function denseHead(
  scope: Scope,
  map: Tensor,
  config: Extract<ClassifierHeadConfig, { kind: 'dense' }>,
  classes: number,
): ClassifierOutputs {
  const { hidden, dropout: share, grid, drops } = config;
  const initialise = normal(0.01);
  let x = flatten(grid === null ? map : adaptiveAveragePool(map, grid));
  // torchvision counts ReLUs and dropouts: dropout, linear, ReLU in AlexNet; linear, ReLU, dropout in VGG.
  hidden.forEach((outputs, i) => {
    if (drops === 'before') {
      x = dropoutLayer(scope.at(3 * i), x, share);
      x = relu(linearLayer(scope.at(3 * i + 1), x, outputs, { initialise }));
    } else {
      x = relu(linearLayer(scope.at(3 * i), x, outputs, { initialise }));
      x = dropoutLayer(scope.at(3 * i + 2), x, share);
    }
  });
  const logits = linearLayer(scope.at(3 * hidden.length), x, classes, { initialise });
  return { logits, features: x };
}
