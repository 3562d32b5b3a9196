/**
 * @file How model and people agree over the signed cases of a site: what a laboratory writes into the validation report
 * of a method (CLSI H20, ICSH), and whether the model drifts.
 *
 * What people signed is the reference; `model` is where the model's answer had put the cell by the site's threshold.
 */
import { z } from 'zod';
import { binSchema, cellClassSchema } from './cell.ts';
import { idSchema, sha256Schema, timeSchema } from './ids.ts';

/** Query: signed in this period, answered by this version of a model. */
export const agreementQuerySchema = z.object({
  /** The first day, by UTC. */
  from: z.iso.date().optional(),
  /** The last day, by UTC. */
  to: z.iso.date().optional(),
  modelSha256: sha256Schema.optional(),
});

/** A value with its 95 % limits; those are null where there are too few cases to tell. */
const estimateSchema = z.object({
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

/** Cells of one side, of the other, of both. */
const overlapSchema = z.object({ people: z.int(), model: z.int(), both: z.int() });

/** One type, or one kind of cells. */
const typeAgreementSchema = overlapSchema.extend({
  /** Of those that people call so, how many the model called so; cells that it missed count. */
  sensitivity: estimateSchema.nullable(),
  /** Of all others, how many it did not call so. */
  specificity: estimateSchema.nullable(),
  /** Of those that the model called so, how many people call so. */
  predictive: estimateSchema.nullable(),
});

/** The share of one type in case after case, in percent of the leukocytes. */
const shareAgreementSchema = z.object({
  cellClass: cellClassSchema,
  name: z.string(),
  cases: z.int(),
  /** Bland-Altman: mean difference of model and people, and the limits that hold 95 % of the differences. */
  bias: estimateSchema,
  lowerLimit: estimateSchema,
  upperLimit: estimateSchema,
  /** Passing-Bablok: model = intercept + slope x people. Null where no line can be fitted. */
  slope: estimateSchema.nullable(),
  intercept: estimateSchema.nullable(),
});

const weekSchema = z.object({
  /** The Monday, by UTC. */
  start: z.iso.date(),
  cases: z.int(),
  cells: z.int(),
  corrected: z.int(),
  /** Cells whose type the model did not trust. */
  unsure: z.int(),
});

/** Control limits of a share by week. */
const driftSchema = z.object({
  what: z.enum(['corrected', 'unsure']),
  centre: z.number(),
  /** How much more the shares vary than by chance. */
  spread: z.number(),
  points: z.array(
    z.object({ share: z.number(), low: z.number(), high: z.number(), isOut: z.boolean() }),
  ),
});

/** Agreement over signed cases. */
export const agreementSchema = z.object({
  from: z.iso.date().nullable(),
  to: z.iso.date().nullable(),
  modelSha256: sha256Schema.nullable(),
  /** Of limits. */
  confidence: z.number(),
  /** Newest first; at most as many as were read. */
  cases: z.array(
    z.object({
      id: idSchema,
      number: z.string(),
      signedAt: timeSchema,
      cells: z.int(),
      corrected: z.int(),
    }),
  ),
  /** There are more cases in the period than are read. */
  hasMore: z.boolean(),
  /** Versions of models that typed the cells. */
  models: z.array(
    z.object({ modelId: z.string(), modelSha256: sha256Schema, cases: z.int(), cells: z.int() }),
  ),
  cells: z.int(),
  /** Places: found by both, missed by the model, and findings that are no cells. */
  found: z.object({ both: z.int(), missed: z.int(), spurious: z.int() }),
  /** Share of the cells in which both say one type, and Cohen's kappa. */
  sameType: estimateSchema.nullable(),
  kappa: estimateSchema.nullable(),
  /** How often which answer of the model met which answer of people. */
  pairs: z.array(
    z.object({ people: binSchema.nullable(), model: binSchema.nullable(), count: z.int() }),
  ),
  types: z.array(typeAgreementSchema.extend({ bin: binSchema, name: z.string() })),
  /** Blasts, immature granulocytes, plasma cells, reactive lymphocytes and erythroblasts together. */
  abnormal: typeAgreementSchema.extend({
    /** Of those that people call so: sent to a person without a type. */
    unidentified: z.int(),
  }),
  shares: z.array(shareAgreementSchema),
  /** Two people about the same cells: who signs answers for every cell of the case. */
  people: z.array(
    z.object({
      first: z.string(),
      second: z.string(),
      cases: z.int(),
      cells: z.int(),
      same: z.int(),
      kappa: z.number().nullable(),
    }),
  ),
  weeks: z.array(weekSchema),
  drift: z.array(driftSchema),
});

/** Forms of the report. */
export const agreementFormats = {
  html: { mediaType: 'text/html; charset=utf-8' },
  pdf: { mediaType: 'application/pdf' },
  csv: { mediaType: 'text/csv; charset=utf-8' },
} as const;

/** A form of the report. */
export const agreementFormatSchema = z.enum(['html', 'pdf', 'csv']);

/** A form of the report. */
export type AgreementFormat = z.infer<typeof agreementFormatSchema>;
/** Agreement over signed cases. */
export type Agreement = z.infer<typeof agreementSchema>;
/** Which cases. */
export type AgreementQuery = z.infer<typeof agreementQuerySchema>;
/** A value with its limits. */
export type AgreementEstimate = z.infer<typeof estimateSchema>;
