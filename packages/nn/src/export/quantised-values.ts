/**
 * @file Numbers as 8 bits: real = scale · (stored - zeroPoint).
 *
 * Activations: uint8 with a zero point. Weights: int8 around zero, one scale per output channel.
 * Biases: int32 with the product of both scales, so that they add to the products directly.
 */
import type { TensorData } from '@leukoscope/core';
import type { ValueRange } from './quantisation-range.ts';

/** How a uint8 value is read. */
export interface ActivationScale {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** Lay 256 steps over a range that contains 0. */
export function activationScale({ low, high }: ValueRange): ActivationScale {
  // A tensor that is 0 everywhere needs some scale; 0 must be stored exactly, as padding is 0.
  if (high <= low) return { scale: 1, zeroPoint: 0 };
  const scale = Math.fround((high - low) / 255);
  return { scale, zeroPoint: Math.max(0, Math.min(255, Math.round(-low / scale))) };
}

/** Weights as int8 with their scales. */
export interface QuantisedWeights {
  readonly values: TensorData<'int8'>;
  /** One per output channel. */
  readonly scales: Float32Array;
  /** Whether a scale had to be raised for a bias, so that these belong to that input only. */
  readonly isRaised: boolean;
}

/** Options of `quantiseWeights`. */
export interface WeightOptions {
  /** Where the output channels stand: 0 for convolutions, 1 for matrices [K, N]. */
  readonly axis: 0 | 1;
  /**
   * 7 keeps within ±64: processors without VNNI add pairs of products in 16 bits, where
   * 2 · 255 · 64 = 32,640 still fits and 2 · 255 · 127 saturates.
   */
  readonly bits: 7 | 8;
  /** Smallest scale per channel, see `smallestScales`. */
  readonly least: Float32Array;
}

/** Round weights to int8, one scale per output channel. */
export function quantiseWeights(
  weights: TensorData<'float32'>,
  { axis, bits, least }: WeightOptions,
): QuantisedWeights {
  const { shape, data } = weights;
  const channels = shape[axis]!;
  const inner = axis === 0 ? data.length / channels : 1;
  const channelOf = (i: number) => (axis === 0 ? Math.floor(i / inner) : i % channels);
  const largest = bits === 8 ? 127 : 64;
  const scales = new Float32Array(channels);
  for (let i = 0; i < data.length; i++) {
    const channel = channelOf(i);
    scales[channel] = Math.max(scales[channel]!, Math.abs(data[i]!) / largest);
  }
  let isRaised = false;
  scales.forEach((scale, channel) => {
    const floor = least[channel]!;
    if (scale < floor) isRaised = true;
    scales[channel] = Math.max(scale, floor) || 1; // neither weights nor bias: any scale will do
  });
  const values = new Int8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const stored = Math.round(data[i]! / scales[channelOf(i)]!);
    values[i] = Math.max(-largest, Math.min(largest, stored));
  }
  return { values: { dtype: 'int8', shape, data: values }, scales, isRaised };
}

/**
 * Smallest weight scales at which a bias still fits into 31 bits: |b| / (s_x 2³⁰). It matters for
 * channels whose weights are (nearly) 0 but whose bias is not.
 */
export function smallestScales(bias: Float32Array, input: ActivationScale): Float32Array {
  return bias.map((b) => Math.abs(b) / (input.scale * 2 ** 30));
}

/** Round a bias to int32: b / (s_x s_w). */
export function quantiseBias(
  bias: Float32Array,
  input: ActivationScale,
  scales: Float32Array,
): TensorData<'int32'> {
  const data = Int32Array.from(bias, (b, i) => Math.round(b / (input.scale * scales[i]!)));
  return { dtype: 'int32', shape: [bias.length], data };
}
