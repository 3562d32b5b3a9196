/**
 * @file Finer types that a model tells only where the specimen is expected to hold them: a head over the features of a
 * cell, such as the stages of maturation in marrow, which in blood would only be a source of mistakes.
 */
import { expectations } from '@leukoscope/core';
import { z } from 'zod';
import { linearHeadFields } from './linear-head.ts';
import { classesSchema } from './model-family.ts';

/** The head, as descriptions hold it. */
export const stageHeadSchema = z
  .strictObject({
    /** The expectation that asks for it. */
    specimen: z.enum(expectations),
    /** What it tells apart; each is one of the model's classes or lies below one. */
    classes: classesSchema,
    /** A stage whose probability is below this is not to be trusted. */
    unsureBelow: z.number().min(0).max(1),
    ...linearHeadFields,
  })
  .refine(
    ({ classes, bias }) => bias.length === classes.length,
    'bias must have one number for each of its classes',
  );

/** The head of a model. */
export type StageHead = z.infer<typeof stageHeadSchema>;
