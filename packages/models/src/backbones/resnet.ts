/**
 * @file Residual networks (He et al. 2016) with torchvision's parameter names.
 *
 * Levels c2 ... c5 have strides 4, 8, 16, 32. In the bottleneck the 3x3 carries the stride (v1.5, as
 * torchvision). Reference: torchvision.models.resnet 0.14.
 */
import {
  add,
  convNormLayer,
  type Initialiser,
  kaiming,
  maxPool,
  type NormMode,
  relu,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';

/** The shape of a residual network. */
export interface ResnetConfig {
  readonly block: 'basic' | 'bottleneck';
  /** Blocks of the four stages. */
  readonly blocks: readonly [number, number, number, number];
  /** Channels of the first stage. */
  readonly width: number;
  /** Batch statistics, or fixed ones folded into the weights. */
  readonly norm: NormMode;
}

export const resnet18Config: ResnetConfig = {
  block: 'basic',
  blocks: [2, 2, 2, 2],
  width: 64,
  norm: 'batch',
};

export const resnet50Config: ResnetConfig = {
  block: 'bottleneck',
  blocks: [3, 4, 6, 3],
  width: 64,
  norm: 'batch',
};

/** Feature maps by level. */
export interface ResnetLevels {
  readonly c2: Tensor;
  readonly c3: Tensor;
  readonly c4: Tensor;
  readonly c5: Tensor;
}

// torchvision initialises by fan-out, which keeps the gradients' scale through the strided stages.
const initialise: Initialiser = kaiming('fan-out');

/** Apply a residual network to images [N, 3, H, W]. */
export function buildResnet(scope: Scope, image: Tensor, config: ResnetConfig): ResnetLevels {
  const { norm, width } = config;
  const stem = convNormLayer(scope, image, {
    channels: width,
    kernel: 7,
    stride: 2,
    padding: 3,
    norm,
    initialise,
    names: { conv: 'conv1', norm: 'bn1' },
  });
  let x = maxPool(relu(stem), 3, { stride: 2, padding: 1 });
  const levels: Tensor[] = [];
  config.blocks.forEach((count, stage) => {
    const channels = width * 2 ** stage;
    for (let i = 0; i < count; i++) {
      const stride = i === 0 && stage > 0 ? 2 : 1;
      const blockScope = scope.at(`layer${stage + 1}`).at(i);
      x =
        config.block === 'basic'
          ? basicBlock(blockScope, x, channels, stride, norm)
          : bottleneckBlock(blockScope, x, channels, stride, norm);
    }
    levels.push(x);
  });
  const [c2, c3, c4, c5] = levels as [Tensor, Tensor, Tensor, Tensor];
  return { c2, c3, c4, c5 };
}

function basicBlock(scope: Scope, x: Tensor, channels: number, stride: number, norm: NormMode) {
  const names = (i: number) => ({ conv: `conv${i}`, norm: `bn${i}` });
  const first = convNormLayer(scope, x, { channels, stride, norm, initialise, names: names(1) });
  const second = convNormLayer(scope, relu(first), { channels, norm, initialise, names: names(2) });
  return relu(add(second, shortcut(scope, x, channels, stride, norm)));
}

function bottleneckBlock(
  scope: Scope,
  x: Tensor,
  channels: number,
  stride: number,
  norm: NormMode,
) {
  const layer = (input: Tensor, i: number, kernel: number, out: number, step: number) =>
    convNormLayer(scope, input, {
      channels: out,
      kernel,
      stride: step,
      norm,
      initialise,
      names: { conv: `conv${i}`, norm: `bn${i}` },
    });
  const reduced = relu(layer(x, 1, 1, channels, 1));
  const middle = relu(layer(reduced, 2, 3, channels, stride));
  const widened = layer(middle, 3, 1, channels * 4, 1);
  return relu(add(widened, shortcut(scope, x, channels * 4, stride, norm)));
}

/** The identity, or a 1x1 convolution where channels or size change. */
function shortcut(
  scope: Scope,
  x: Tensor,
  channels: number,
  stride: number,
  norm: NormMode,
): Tensor {
  if (stride === 1 && x.shape[1] === channels) return x;
  return convNormLayer(scope, x, {
    channels,
    kernel: 1,
    stride,
    norm,
    initialise,
    names: { conv: 'downsample.0', norm: 'downsample.1' },
  });
}
