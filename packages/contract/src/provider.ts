/** @file Signing in by the organisation's own provider (OpenID Connect), and confirming there who signs a case. */
import { z } from 'zod';
import { sessionSchema } from './user.ts';

/** What somebody goes to the provider for: to sign in, or to confirm who signs a case. */
export const providerPurposeSchema = z.enum(['sign-in', 'confirm']);

/** Begins. */
export const providerStartSchema = z.object({ purpose: providerPurposeSchema });

/** Where the browser has to go. */
export const providerAddressSchema = z.object({ url: z.string() });

/** What the browser came back with: all behind the `?` of the address. */
export const providerReturnSchema = z.object({ query: z.string().max(8000) });

/** What came of it. */
export const providerOutcomeSchema = z.object({
  purpose: providerPurposeSchema,
  session: sessionSchema,
});

/** What somebody goes to the provider for. */
export type ProviderPurpose = z.infer<typeof providerPurposeSchema>;
