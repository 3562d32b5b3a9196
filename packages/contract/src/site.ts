/** @file What a site sets for all its cases: names, reference ranges, codes, templates. */
import { z } from 'zod';
import { cellClassSchema } from './cell.ts';
import { expectationSchema, targetCellsSchema } from './case.ts';
import { rangeSchema } from './differential.ts';
import { idSchema, lineSchema, revisionSchema } from './ids.ts';
import { roleSchema, roles } from './user.ts';

const loincSchema = z
  .string()
  .regex(/^\d{1,7}-\d$/)
  .nullable();

/** What belongs to one cell class at this site. */
export const siteClassSchema = z.object({
  cellClass: cellClassSchema,
  /** Share of the leukocytes, 0..1. */
  share: rangeSchema.nullable(),
  /** In 10^9 per litre. */
  absolute: rangeSchema.nullable(),
  /** LOINC code for the share; null: none. */
  loinc: loincSchema,
  /** LOINC code for the absolute count; null: none. */
  loincAbsolute: loincSchema.default(null),
  /** Key that moves the cell under the pointer to this class. */
  key: z.string().length(1).nullable(),
});

/** The settings of a site. */
export const siteSchema = z.object({
  revision: revisionSchema,
  name: z.string().trim().max(200),
  address: z.string().trim().max(500),
  targetCells: targetCellsSchema,
  /** Of new cases of peripheral blood. */
  expectation: expectationSchema.default(null),
  signersNeeded: z.literal([1, 2]),
  /** People with these roles need a second factor to sign in with a password. */
  /** The role of accounts that are made when somebody signs in by the provider first; null: none are made. */
  providerRole: roleSchema.exclude(['administrator']).nullable().default(null),
  secondFactorRoles: z.array(roleSchema).max(roles.length).default([]),
  /** Cells that the model gives a lower score go to Unidentified. */
  scoreThreshold: z.number().min(0).max(1),
  classes: z.array(siteClassSchema).max(60),
  commentTemplates: z
    .array(z.object({ id: idSchema, title: lineSchema(80), text: z.string().max(4000) }))
    .max(200),
});

/** The settings of a site. */
export type Site = z.infer<typeof siteSchema>;
/** What belongs to one cell class at a site. */
export type SiteClass = z.infer<typeof siteClassSchema>;
