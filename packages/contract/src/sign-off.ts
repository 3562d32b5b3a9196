/** @file Signing a case: what stands in the way, signatures, versions and amendments. */
import { z } from 'zod';
import { caseSchema } from './case.ts';
import { differentialSchema } from './differential.ts';
import {
  actorSchema,
  idSchema,
  lineSchema,
  revisionSchema,
  sequenceSchema,
  sha256Schema,
  timeSchema,
} from './ids.ts';

/** One reason why a case cannot be signed yet. */
export const blockerSchema = z.object({
  code: z.enum([
    'NO_LEUKOCYTES',
    'CELLS_UNIDENTIFIED',
    'CELLS_UNSEEN',
    'FILES_MISSING',
    'FIELDS_PENDING',
    'FIELDS_FAILED',
    'ALREADY_SIGNED_BY_YOU',
    'CHANGED_SINCE_FIRST',
    'NOT_OPEN',
  ]),
  count: z.int(),
  message: z.string(),
});

/** What a signature means: the signer has reviewed the result, approves it, or amends an earlier one. */
export const signatureMeaningSchema = z.enum(['reviewed', 'approved', 'amended']);

/**
 * One signature. Those given on older servers say neither what they mean nor what was signed: null.
 */
export const signatureSchema = z.object({
  id: idSchema,
  version: z.int().min(1),
  by: actorSchema,
  /** The name that the signer signs in with: no two accounts have the same. Null: no accounts, local mode. */
  account: z.string().nullable(),
  at: timeSchema,
  meaning: signatureMeaningSchema.nullable(),
  reason: z.string().nullable(),
  /** Of the canonical JSON of everything that was on the signer's screen to be signed. */
  sha256: sha256Schema.nullable(),
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

/** What a signature would bind: the case at one moment, with the hash that the signature must name. */
export const signingSchema = z.object({
  /** The last entry of the history that is in it. */
  sequence: sequenceSchema,
  sha256: sha256Schema,
  version: z.int().min(1),
  facts: caseSchema.pick({
    number: true,
    patientReference: true,
    specimen: true,
    collectedAt: true,
    leukocytesE9PerLitre: true,
    conclusion: true,
  }),
  differential: differentialSchema,
  fields: z.int(),
  cells: z.int(),
  comments: z.int(),
  /** Why the version before was opened; null for the first. */
  amendmentReason: z.string().nullable(),
  blockers: z.array(blockerSchema),
});

/** The signer's password, asked again; needed with accounts, not in local mode. */
const passwordAgain = z.string().max(200).optional();

/** A signature to be given. */
export const newSignatureSchema = z.object({
  /** Of what the signer's screen showed (`getSigning`); refused when the case is another by now. */
  sha256: sha256Schema,
  meaning: signatureMeaningSchema,
  /** Needed for `amended`. */
  reason: lineSchema(500).optional(),
  /** Signs although fewer leukocytes are counted than the case aims at. */
  acceptsFewer: z.boolean().optional(),
  password: passwordAgain,
});

/** Opens a locked case again: a signed one as its next version, a half-signed one by withdrawing. */
export const newAmendmentSchema = z.object({
  revision: revisionSchema,
  reason: lineSchema(500),
  password: passwordAgain,
});

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
/** What a signature means. */
export type SignatureMeaning = z.infer<typeof signatureMeaningSchema>;
/** What a signature would bind. */
export type Signing = z.infer<typeof signingSchema>;
/** One signature. */
export type Signature = z.infer<typeof signatureSchema>;
/** Whether and by whom the case can be signed. */
export type SignOff = z.infer<typeof signOffSchema>;
/** A signed version. */
export type Version = z.infer<typeof versionSchema>;
