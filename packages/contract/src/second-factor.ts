/**
 * @file The second factor of an account: one-time codes of an app (TOTP), passkeys, and recovery codes for when both are
 * lost; how they are added, and how a sign-in goes on with one of them.
 */
import { z } from 'zod';
import { idSchema, lineSchema, timeSchema } from './ids.ts';
import { passkeyAnswerSchema, passkeyOptionsSchema } from './passkey.ts';

/** What can prove a person beside the password. */
export const secondFactorKindSchema = z.enum(['totp', 'passkey', 'recovery-codes']);

/** One second factor of an account, without its secret. */
export const secondFactorSchema = z.object({
  id: idSchema,
  kind: secondFactorKindSchema,
  /** The person's own word for it. */
  name: z.string(),
  createdAt: timeSchema,
  lastUsedAt: timeSchema.nullable(),
  /** How many recovery codes are left; null for other kinds. */
  left: z.int().nullable(),
});

/** One's own second factors. */
export const secondFactorsSchema = z.object({
  items: z.array(secondFactorSchema),
  /** The site asks one of people with this role. */
  isRequired: z.boolean(),
});

const tokenSchema = z.string().min(1).max(200);
const passwordAgain = z.object({ password: z.string().max(200) });

/** Asks for the password again: whoever finds a session open adds and removes no factor. */
export const secondFactorPasswordSchema = passwordAgain;

/** An app to be added: its secret is shown this once. */
export const newTotpSchema = z.object({
  /** Names this step; it holds for ten minutes. */
  token: tokenSchema,
  /** Base32, to be typed where no picture can be taken. */
  secret: z.string(),
  /** `otpauth://totp/...`, to be shown as a QR code. */
  uri: z.string(),
});

/** The digits that an app shows, without spaces. */
export const totpCodeSchema = z
  .string()
  .regex(/^\d{6}$/, 'must be the six digits that the app shows');

/** Shows that the app has the secret. */
export const totpProofSchema = z.object({
  token: tokenSchema,
  code: totpCodeSchema,
  name: lineSchema(80),
});

/** What was added, and, with the first factor, recovery codes: they are shown this once. */
export const addedFactorSchema = z.object({
  factor: secondFactorSchema,
  recoveryCodes: z.array(z.string()).nullable(),
});

/** New recovery codes, in the place of those from before. */
export const recoveryCodesSchema = z.object({ recoveryCodes: z.array(z.string()) });

/** The answer to a right password where a second factor is asked as well. */
export const secondStepSchema = z.object({
  /** Names this sign-in; it holds for ten minutes. */
  token: tokenSchema,
  kinds: z.array(secondFactorKindSchema),
  /** What the browser is to ask a passkey; null where the account has none, or none can be used at this address. */
  passkey: passkeyOptionsSchema.nullable(),
});

/** Goes on with a sign-in. */
export const secondStepProofSchema = z.object({
  token: tokenSchema,
  proof: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('totp'), code: totpCodeSchema }),
    z.object({ kind: z.literal('recovery-codes'), code: z.string().min(1).max(80) }),
    z.object({ kind: z.literal('passkey'), answer: passkeyAnswerSchema }),
  ]),
});

/** What can prove a person beside the password. */
export type SecondFactorKind = z.infer<typeof secondFactorKindSchema>;
/** One second factor of an account. */
export type SecondFactor = z.infer<typeof secondFactorSchema>;
/** One's own second factors. */
export type SecondFactors = z.infer<typeof secondFactorsSchema>;
/** An app to be added. */
export type NewTotp = z.infer<typeof newTotpSchema>;
/** What was added. */
export type AddedFactor = z.infer<typeof addedFactorSchema>;
/** The answer to a right password where a second factor is asked as well. */
export type SecondStep = z.infer<typeof secondStepSchema>;
/** What proves a person beside the password. */
export type SecondStepProof = z.output<typeof secondStepProofSchema>['proof'];
