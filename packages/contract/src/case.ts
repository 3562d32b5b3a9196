/** @file Cases: one smear of one patient, from the first field to the signed report. */
import { expectations } from '@leukoscope/core';
import { z } from 'zod';
import {
  actorSchema,
  idSchema,
  lineSchema,
  revisionSchema,
  sequenceSchema,
  timeSchema,
} from './ids.ts';
import { pageQuerySchema } from './page.ts';

/**
 * `open`: may be changed. `half-signed`: the first of two signers has signed, locked.
 * `signed`: locked; only an amendment opens it again, as the next version. `discarded`: put away.
 */
export const caseStateSchema = z.enum(['open', 'half-signed', 'signed', 'discarded']);

/** What a specimen is expected to hold; null: nothing, the model's own probabilities stand. */
export const expectationSchema = z.enum(expectations).nullable();

/** How many leukocytes the differential aims at. */
export const targetCellsSchema = z.literal([100, 200, 400, 500]);

const caseFields = {
  /** The laboratory's number of the sample. */
  number: lineSchema(64),
  /** A reference to the patient; no more than the report needs. Empty: none. */
  patientReference: z.string().trim().max(120),
  specimen: z.enum(['peripheral-blood', 'bone-marrow', 'body-fluid', 'other']),
  /** Holds for fields that are analysed from now on. */
  expectation: expectationSchema,
  collectedAt: timeSchema.nullable(),
  /** Leukocytes in 10^9 per litre, from the analyser; gives absolute counts. */
  leukocytesE9PerLitre: z.number().min(0).max(2000).nullable(),
  targetCells: targetCellsSchema,
  signersNeeded: z.literal([1, 2]),
  /** The text of the report's comment. */
  conclusion: z.string().max(10_000),
};

/** One case. */
export const caseSchema = z.object({
  id: idSchema,
  ...caseFields,
  state: caseStateSchema,
  revision: revisionSchema,
  sequence: sequenceSchema,
  /** The version that is being worked on (1 before the first signature, 2 in the first amendment). */
  version: z.int().min(1),
  createdAt: timeSchema,
  createdBy: actorSchema,
  changedAt: timeSchema,
  counts: z.object({
    fields: z.int(),
    fieldsAnalysed: z.int(),
    fieldsFailed: z.int(),
    /** Cells that are not deleted. */
    cells: z.int(),
    /** Leukocytes in the differential. */
    leukocytes: z.int(),
    unidentified: z.int(),
    unseen: z.int(),
  }),
});

/** What a new case says; what is left out takes the site's defaults. */
export const newCaseSchema = z.object({
  number: caseFields.number,
  patientReference: caseFields.patientReference.optional(),
  specimen: caseFields.specimen.optional(),
  expectation: caseFields.expectation.optional(),
  collectedAt: caseFields.collectedAt.optional(),
  leukocytesE9PerLitre: caseFields.leukocytesE9PerLitre.optional(),
  targetCells: caseFields.targetCells.optional(),
  /** Fewer than the site asks for: only by a signer, with the reason. */
  signersNeeded: caseFields.signersNeeded.optional(),
  reason: lineSchema(500).optional(),
  /** Refuse (`409 CASE_NUMBER_EXISTS`, with the case's id) a number that a case has already which is not discarded. */
  isNewNumber: z.boolean().default(false),
});

/** A change of a case's own facts. Fewer signers than before: only by a signer, with the reason. */
export const caseChangeSchema = z
  .object(caseFields)
  .partial()
  .extend({ revision: revisionSchema, reason: lineSchema(500).optional() });

/** Query of the worklist. */
export const caseQuerySchema = pageQuerySchema.extend({
  state: caseStateSchema.optional(),
  /** Part of the number or of the patient's reference. */
  search: z.string().trim().max(120).optional(),
});

/** One case. */
export type Case = z.infer<typeof caseSchema>;
/** The state of a case. */
export type CaseState = z.infer<typeof caseStateSchema>;
