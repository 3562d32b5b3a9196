/** @file The sign-in provider, where it is needed. */
import type { Context } from '../context.ts';
import { HttpError } from '../http-error.ts';
import type { OidcClient } from './oidc-client.ts';

/** Get the provider; refuses where there is none. */
export function requireProvider({ provider }: Context): OidcClient {
  if (provider !== undefined) return provider;
  throw new HttpError(
    409,
    'PROVIDER_NONE',
    'server must have a sign-in provider for this. Received a request to one without. Set LEUKOSCOPE_OIDC_ISSUER, or sign in with name and password.',
  );
}
