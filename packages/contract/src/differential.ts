/** @file The differential of a case: counts, shares with exact limits, reference ranges, and what the model said. */
import { z } from 'zod';
import { cellClassSchema } from './cell.ts';
import { flagSchema } from './field.ts';

/** A range of shares (0..1) or of absolute counts; null: open on that side. */
export const rangeSchema = z.object({ low: z.number().nullable(), high: z.number().nullable() });

/** One cell class of the differential. */
export const differentialRowSchema = z.object({
  cellClass: cellClassSchema,
  name: z.string(),
  count: z.int(),
  /** Of the leukocytes counted, 0..1. */
  share: z.number(),
  /** Exact (Clopper-Pearson) limits of the share. */
  low: z.number(),
  high: z.number(),
  /** In 10^9 per litre; null without the case's leukocyte count. */
  absoluteE9PerLitre: z.number().nullable(),
  reference: rangeSchema.nullable(),
  interpretation: z.enum(['low', 'normal', 'high']).nullable(),
  /** What the model alone had counted here. */
  modelCount: z.int(),
});

/** The differential of a case. */
export const differentialSchema = z.object({
  /** Leukocytes counted: the denominator of every share. */
  leukocytes: z.int(),
  targetCells: z.int(),
  /** Of the exact limits. */
  confidence: z.number(),
  rows: z.array(differentialRowSchema),
  /** Erythroblasts, smudge cells, artefacts, giant platelets: per 100 leukocytes. */
  nonLeukocytes: z.array(
    z.object({
      cellClass: cellClassSchema,
      name: z.string(),
      count: z.int(),
      per100: z.number().nullable(),
    }),
  ),
  unidentified: z.int(),
  notClassed: z.int(),
  flags: z.array(flagSchema),
});

/** A range. */
export type Range = z.infer<typeof rangeSchema>;
/** One cell class of the differential. */
export type DifferentialRow = z.infer<typeof differentialRowSchema>;
/** The differential of a case. */
export type DifferentialJson = z.infer<typeof differentialSchema>;
