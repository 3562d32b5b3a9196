/**
 * @file What a model of two stages says of a cell beside its type: multinomial logistic heads over the mean, over the
 * cell's views, of the features that types are decided from.
 *
 *   p_v = softmax_v(b_v + Σ_f W_vf x_f)
 *
 * Temperatures are in W and b already.
 */
import {
  attributeNames,
  attributeValues,
  type CellAttribute,
  LeukoscopeError,
} from '@leukoscope/core';
import { z } from 'zod';
import { classesSchema } from './model-family.ts';

/** The heads, as descriptions hold them. */
export const attributeHeadsSchema = z.strictObject({
  /** Cells of these kinds taught them; of others they say nothing. */
  kinds: classesSchema,
  heads: z
    .array(
      z
        .strictObject({
          name: z.enum(attributeNames),
          /** One a value, in core's order. */
          bias: z.array(z.number()).readonly(),
          /** [values][features], float32, little-endian, in base64: numbers by the thousand are no text. */
          weights: z.base64(),
        })
        .refine(
          ({ name, bias }) => bias.length === attributeValues[name].length,
          'bias must have one number for each value of the attribute',
        ),
    )
    .readonly(),
});

/** The heads of a model. */
export type AttributeHeads = z.infer<typeof attributeHeadsSchema>;

/** A head whose weights are read. */
export interface ReadHead {
  readonly name: CellAttribute['name'];
  readonly bias: readonly number[];
  /** [values][features], flat. */
  readonly weights: Float32Array;
}

/** Read the weights. */
export function readAttributeHeads({ heads }: Pick<AttributeHeads, 'heads'>): ReadHead[] {
  return heads.map(({ name, bias, weights }) => {
    const bytes = Uint8Array.from(atob(weights), (c) => c.charCodeAt(0));
    const read = bytes.length % 4 === 0 ? new Float32Array(bytes.buffer) : undefined;
    if (read !== undefined && read.length > 0 && read.length % bias.length === 0)
      return { name, bias, weights: read };
    throw new LeukoscopeError(
      'MODEL_DESCRIPTION',
      `attributes.heads.${name} must hold as many weights for each of its ${bias.length} values. Received ${bytes.length} bytes. Write them by experiments/attributes/fit.ts.`,
    );
  });
}

/** Write weights as descriptions hold them. */
export function encodeHeadWeights(weights: Float32Array): string {
  return btoa(String.fromCharCode(...new Uint8Array(weights.buffer)));
}

/** Say the likeliest value of each attribute. */
export function tellAttributes(
  heads: readonly ReadHead[],
  features: Float32Array,
): readonly CellAttribute[] {
  return heads.map(({ name, bias, weights }) => {
    const width = weights.length / bias.length;
    const logits = bias.map((b, v) => {
      let z = b;
      for (let f = 0; f < width; f++) z += weights[v * width + f]! * features[f]!;
      return z;
    });
    const highest = Math.max(...logits);
    const best = logits.indexOf(highest);
    const sum = logits.reduce((total, z) => total + Math.exp(z - highest), 0);
    return { name, value: attributeValues[name][best]!, probability: 1 / sum };
  });
}
