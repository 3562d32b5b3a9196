/** @file Signing a case: what stands in the way, signatures, versions and amendments. */
import { z } from 'zod';
import { differentialSchema } from './differential.ts';
import {
  actorSchema,
  idSchema,
  lineSchema,
  revisionSchema,
  sha256Schema,
  timeSchema,
} from './ids.ts';

/** One reason why a case cannot be signed yet. */
export const blockerSchema = z.object({
  code: z.enum([
    'NO_LEUKOCYTES',
    'CELLS_UNIDENTIFIED',
    'CELLS_UNSEEN',
    'FIELDS_PENDING',
    'FIELDS_FAILED',
    'ALREADY_SIGNED_BY_YOU',
    'NOT_OPEN',
  ]),
  count: z.int(),
  message: z.string(),
});

/** One signature. */
export const signatureSchema = z.object({
  id: idSchema,
  version: z.int().min(1),
  by: actorSchema,
  at: timeSchema,
});

/** Whether and by whom the case can be signed. */
export const signOffSchema = z.object({
  /** May the one who asks sign now? */
  canSign: z.boolean(),
  blockers: z.array(blockerSchema),
  signersNeeded: z.literal([1, 2]),
  /** Of the version that is being worked on, or was signed last. */
  signatures: z.array(signatureSchema),
});

/** A signature to be given. */
export const newSignatureSchema = z.object({
  revision: revisionSchema,
  /** The signer's password, asked again; needed with accounts, not in local mode. */
  password: z.string().max(200).optional(),
});

/** Opens a signed case again. */
export const newAmendmentSchema = z.object({ revision: revisionSchema, reason: lineSchema(500) });

/** A signed version: never changed again. */
export const versionSchema = z.object({
  caseId: idSchema,
  version: z.int().min(1),
  signedAt: timeSchema,
  signatures: z.array(signatureSchema),
  /** Why the version before it was opened; null for the first. */
  amendmentReason: z.string().nullable(),
  conclusion: z.string(),
  differential: differentialSchema,
  /** Of the canonical JSON of everything that was signed. */
  sha256: sha256Schema,
});

/** One reason why a case cannot be signed yet. */
export type Blocker = z.infer<typeof blockerSchema>;
/** One signature. */
export type Signature = z.infer<typeof signatureSchema>;
/** Whether and by whom the case can be signed. */
export type SignOff = z.infer<typeof signOffSchema>;
/** A signed version. */
export type Version = z.infer<typeof versionSchema>;
