/** @file Normalisation of images [N, C, ...]: batch, group, and SSD's L2 over channels. */
import { elementCount } from '@leukoscope/core';
import { float, int } from '../graph/onnx-attributes.ts';
import { applyOp, applyOp1, constant, type Op, shapeError, type Tensor } from '../graph/tensor.ts';
import { add, div, mul, pow, sqrt, sub } from './elementwise.ts';
import { mean, sum } from './reduction.ts';
import { reshape } from './shaping.ts';

/** Batch statistics: y, mean and biased variance over N, H, W, per channel. */
export const batchNormOp: Op<{ readonly epsilon: number }> = {
  name: 'batchNorm',
  infer: (inputs) => {
    const [x, gamma, beta] = inputs as [Tensor, Tensor, Tensor];
    const channels = x.shape[1]!;
    if (
      x.shape.length < 2 ||
      [gamma, beta].some((t) => t.shape.length !== 1 || t.shape[0] !== channels)
    ) {
      throw shapeError(
        'batchNorm',
        'x must be [N, C, ...], gamma and beta [C]',
        inputs,
        'Give one number per channel.',
      );
    }
    const perChannel = { shape: [channels], dtype: x.dtype };
    return [{ shape: x.shape, dtype: x.dtype }, perChannel, perChannel];
  },
  emit: (emitter, node) => {
    const [x, gamma, beta] = node.inputs.map(emitter.nameOf) as [string, string, string];
    const { shape } = node.inputs[0]!;
    // ONNX Runtime writes the statistics over inputs 3 and 4, even if these are constants that other
    // nodes read, too. So each node gets vectors of its own, made from its image at every run.
    const others = shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
    const corner = emitter.add('Slice', [
      x,
      emitter.int64s(others.map(() => 0)),
      emitter.int64s(others.map(() => 1)),
      emitter.int64s(others),
    ]);
    const first = emitter.add('Reshape', [corner, emitter.int64s([shape[1]!])]);
    const own = (offset: number) => emitter.add('Add', [first, emitter.scalar(offset)]);
    // With momentum 0 the "running" outputs are this batch's own mean and biased variance.
    return emitter.addMany('BatchNormalization', [x, gamma, beta, own(1), own(2)], 3, {
      epsilon: float(node.attributes.epsilon),
      momentum: float(0),
      training_mode: int(1),
    });
  },
  gradient: {
    backward: (node, [g, gMean, gVariance]) => {
      if (gMean !== undefined || gVariance !== undefined) {
        throw shapeError(
          'batchNorm',
          'only y has a gradient',
          node.inputs,
          'Use stopGradient() on the statistics.',
        );
      }
      if (g === undefined) return [undefined, undefined, undefined];
      const [x, gamma] = node.inputs as [Tensor, Tensor];
      const [, batchMean, variance] = node.outputs as readonly [Tensor, Tensor, Tensor];
      const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
      const count = elementCount(x.shape) / x.shape[1]!;
      const inverse = div(1, sqrt(add(variance, node.attributes.epsilon))); // 1/σ
      const dBeta = sum(g, axes); // Σ g
      // Σ g x̂ = (Σ g x - μ Σ g) / σ
      const dGamma = mul(sub(sum(mul(g, x), axes), mul(batchMean, dBeta)), inverse);
      // dx = γ/σ (g - mean(g) - x̂ mean(g x̂)) = A g + (B x + C), all per channel
      const a = mul(gamma, inverse);
      const b = mul(mul(a, inverse), div(dGamma, -count));
      const c = sub(mul(a, div(dBeta, -count)), mul(b, batchMean));
      const dx = add(mul(g, perChannel(a, x)), channelAffine(x, b, c));
      return [dx, dGamma, dBeta];
    },
  },
};

/** scale x + shift per channel, in one pass (frozen batch norm, after folding its statistics). */
export const channelAffineOp: Op<Record<never, never>> = {
  name: 'channelAffine',
  infer: (inputs) => {
    const [x, ...vectors] = inputs as [Tensor, Tensor, Tensor];
    if (
      x.shape.length < 2 ||
      vectors.some(({ shape }) => shape.length !== 1 || shape[0] !== x.shape[1])
    ) {
      throw shapeError(
        'channelAffine',
        'x must be [N, C, ...], scale and shift [C]',
        inputs,
        'Give one number per channel.',
      );
    }
    return [{ shape: x.shape, dtype: x.dtype }];
  },
  emit: (emitter, node) => {
    const channels = node.inputs[0]!.shape[1]!;
    const fill = (value: number) =>
      emitter.constant({
        dtype: 'float32',
        shape: [channels],
        data: new Float32Array(channels).fill(value),
      });
    return [
      emitter.add('BatchNormalization', [...node.inputs.map(emitter.nameOf), fill(0), fill(1)], {
        epsilon: float(0),
      }),
    ];
  },
  gradient: {
    backward: (node, [g], needed) => {
      if (g === undefined) return [undefined, undefined, undefined];
      const [x, scale] = node.inputs as [Tensor, Tensor];
      const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
      return [
        needed[0] ? mul(g, perChannel(scale, x)) : undefined,
        needed[1] ? sum(mul(g, x), axes) : undefined,
        needed[2] ? sum(g, axes) : undefined,
      ];
    },
  },
};

/** Give a [C] vector the shape [1, C, 1, ...] of images like x. */
function perChannel(vector: Tensor, x: Tensor): Tensor {
  return reshape(
    vector,
    x.shape.flatMap((_, axis) => (axis === 0 ? [] : [axis === 1 ? -1 : 1])),
  );
}

/** Normalise with this batch's statistics; also returns the mean and biased variance per channel. */
export function batchNorm(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  options: { readonly epsilon?: number } = {},
): { readonly y: Tensor; readonly mean: Tensor; readonly variance: Tensor } {
  const { epsilon = 1e-5 } = options;
  const [y, batchMean, variance] = applyOp(batchNormOp, [x, gamma, beta], { epsilon });
  return { y: y!, mean: batchMean!, variance: variance! };
}

/** scale x + shift, one number per channel. */
export function channelAffine(x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  return applyOp1(channelAffineOp, [x, scale, shift], {});
}

/** Normalise over groups of channels and all pixels (Wu & He 2018), then scale and shift per channel. */
export function groupNorm(
  x: Tensor,
  groups: number,
  gamma: Tensor,
  beta: Tensor,
  options: { readonly epsilon?: number } = {},
): Tensor {
  const { epsilon = 1e-5 } = options;
  const channels = x.shape[1]!;
  if (channels % groups !== 0) {
    throw shapeError(
      'groupNorm',
      `channels must be divisible by groups (${groups})`,
      [x],
      'Use a divisor.',
    );
  }
  const grouped = reshape(x, [x.shape[0]!, groups, -1]);
  const centred = sub(grouped, mean(grouped, [2], true));
  const variance = mean(mul(centred, centred), [2], true);
  const normal = reshape(mul(centred, pow(add(variance, epsilon), -0.5)), x.shape);
  return channelAffine(normal, gamma, beta);
}

/** x / ‖x‖₂ over the channels of each pixel, times a learned scale per channel (SSD's conv4_3). */
export function l2Norm(
  x: Tensor,
  scale: Tensor,
  options: { readonly epsilon?: number } = {},
): Tensor {
  const { epsilon = 1e-10 } = options;
  const norm = sqrt(add(sum(mul(x, x), [1], true), epsilon));
  return mul(div(x, norm), perChannel(scale, x));
}

/** A [C] vector of one value. */
export function channelConstant(channels: number, value: number): Tensor {
  return constant({
    dtype: 'float32',
    shape: [channels],
    data: new Float32Array(channels).fill(value),
  });
}
