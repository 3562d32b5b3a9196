/** @file What a model of two stages says of a cell beside its type: a linear head for each attribute. */
import { attributeNames, attributeValues, type CellAttribute } from '@leukoscope/core';
import { z } from 'zod';
import {
  headProbabilities,
  type LinearHead,
  linearHeadFields,
  readLinearHead,
} from './linear-head.ts';
import { classesSchema } from './model-family.ts';

/** The heads, as descriptions hold them; values are in core's order. */
export const attributeHeadsSchema = z.strictObject({
  /** Cells of these kinds taught them; of others they say nothing. */
  kinds: classesSchema,
  heads: z
    .array(
      z
        .strictObject({ name: z.enum(attributeNames), ...linearHeadFields })
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
export interface ReadHead extends LinearHead {
  readonly name: CellAttribute['name'];
}

/** Read the weights. */
export function readAttributeHeads({ heads }: Pick<AttributeHeads, 'heads'>): ReadHead[] {
  return heads.map((head) => ({
    name: head.name,
    ...readLinearHead(head, `attributes.heads.${head.name}`, 'experiments/attributes/fit.ts'),
  }));
}

/** Say the likeliest value of each attribute. */
export function tellAttributes(
  heads: readonly ReadHead[],
  features: Float32Array,
): readonly CellAttribute[] {
  return heads.map((head) => {
    const probabilities = headProbabilities(head, features);
    const probability = Math.max(...probabilities);
    const value = attributeValues[head.name][probabilities.indexOf(probability)]!;
    return { name: head.name, value, probability };
  });
}
