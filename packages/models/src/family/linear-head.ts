/**
 * @file A multinomial logistic head over the mean, over a cell's views, of the features that types are decided from, as
 * descriptions hold it:
 *
 *   p_v = softmax_v(b_v + Σ_f W_vf x_f)
 *
 * Temperatures are in W and b already.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { z } from 'zod';

/** The fields of a head. */
export const linearHeadFields = {
  /** One a value, in the order of the values. */
  bias: z.array(z.number()).readonly(),
  /** [values][features], float32, little-endian, in base64: numbers by the thousand are no text. */
  weights: z.base64(),
} as const;

/** A head as descriptions hold it. */
export interface WrittenHead {
  readonly bias: readonly number[];
  readonly weights: string;
}

/** A head whose weights are read. */
export interface LinearHead {
  readonly bias: readonly number[];
  /** [values][features], flat. */
  readonly weights: Float32Array;
}

/** Read the weights; `where` says in errors which head, `writer` what writes it. */
export function readLinearHead(
  { bias, weights }: WrittenHead,
  where: string,
  writer: string,
): LinearHead {
  const bytes = Uint8Array.from(atob(weights), (c) => c.charCodeAt(0));
  const read = bytes.length % 4 === 0 ? new Float32Array(bytes.buffer) : undefined;
  if (read !== undefined && read.length > 0 && read.length % bias.length === 0)
    return { bias, weights: read };
  throw new LeukoscopeError(
    'MODEL_DESCRIPTION',
    `${where} must hold as many weights for each of its ${bias.length} values. Received ${bytes.length} bytes. Write them by ${writer}.`,
  );
}

/** Write weights as descriptions hold them. */
export function encodeHeadWeights(weights: Float32Array): string {
  return btoa(String.fromCharCode(...new Uint8Array(weights.buffer)));
}

/** The probability of each value. */
export function headProbabilities({ bias, weights }: LinearHead, features: Float32Array): number[] {
  const width = weights.length / bias.length;
  const logits = bias.map((b, v) => {
    let z = b;
    for (let f = 0; f < width; f++) z += weights[v * width + f]! * features[f]!;
    return z;
  });
  const highest = Math.max(...logits);
  const powers = logits.map((z) => Math.exp(z - highest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
