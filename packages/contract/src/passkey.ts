/**
 * @file Passkeys as browsers write them in JSON (WebAuthn level 3). What lies in their bytes is checked by the server's
 * library; the forms here only keep out what can be none.
 */
import { z } from 'zod';
import { lineSchema } from './ids.ts';

const tokenSchema = z.string().min(1).max(200);
const bytesSchema = z
  .string()
  .max(20_000)
  .regex(/^[\w-]*$/, 'must be base64url');
const credentialShape = {
  id: bytesSchema,
  rawId: bytesSchema,
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}),
};

/** What a browser is asked for when a passkey is made or used, as WebAuthn writes it in JSON. */
export const passkeyOptionsSchema = z.looseObject({ challenge: z.string() });

/** A passkey to be added. */
export const newPasskeySchema = z.object({ token: tokenSchema, options: passkeyOptionsSchema });

/** A passkey that a browser has made. */
export const passkeyProofSchema = z.object({
  token: tokenSchema,
  name: lineSchema(80),
  response: z.object({
    ...credentialShape,
    response: z.object({
      clientDataJSON: bytesSchema,
      attestationObject: bytesSchema,
      transports: z.array(z.string().max(40)).max(10).optional(),
    }),
  }),
});

/** What a browser answers with a passkey that it has. */
export const passkeyAnswerSchema = z.object({
  ...credentialShape,
  response: z.object({
    clientDataJSON: bytesSchema,
    authenticatorData: bytesSchema,
    signature: bytesSchema,
    userHandle: bytesSchema.optional(),
  }),
});

/** A passkey to be added. */
export type NewPasskey = z.infer<typeof newPasskeySchema>;
/** A passkey that a browser has made. */
export type PasskeyProof = z.output<typeof passkeyProofSchema>;
/** What a browser answers with a passkey that it has. */
export type PasskeyAnswer = z.output<typeof passkeyAnswerSchema>;
