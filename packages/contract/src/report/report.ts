/** @file A case as a report has it: the JSON export, which screen, PDF, FHIR and HL7 are all written from. */
import { z } from 'zod';
import { caseSchema } from '../case.ts';
import { cellSchema } from '../cell.ts';
import { commentSchema } from '../comment.ts';
import { differentialSchema } from '../differential.ts';
import { fieldSchema } from '../field.ts';
import { sha256Schema, timeSchema } from '../ids.ts';
import { signatureSchema } from '../sign-off.ts';
import { siteSchema } from '../site.ts';

/** A case to be reported. */
export const reportSchema = z.object({
  snapshot: z.object({
    case: caseSchema.pick({
      id: true,
      number: true,
      patientReference: true,
      specimen: true,
      collectedAt: true,
      leukocytesE9PerLitre: true,
      version: true,
      conclusion: true,
    }),
    site: siteSchema.pick({ name: true, address: true, classes: true }),
    differential: differentialSchema,
    fields: z.array(fieldSchema),
    cells: z.array(cellSchema),
    comments: z.array(commentSchema),
  }),
  /** Empty: preliminary. */
  signatures: z.array(signatureSchema),
  amendmentReason: z.string().nullable(),
  /** When it was signed, or now. */
  at: timeSchema,
  /** Of everything that was signed; null: preliminary. */
  sha256: sha256Schema.nullable(),
  /** Versions signed before this one, oldest first. */
  earlier: z.array(
    z.object({ version: z.int().min(1), signedAt: timeSchema, sha256: sha256Schema }),
  ),
});

/** A case to be reported. */
export type Report = z.infer<typeof reportSchema>;
