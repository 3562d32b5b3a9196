/**
 * @file The organisation's sign-in provider (OpenID Connect): authorisation code with PKCE, state and nonce, ID tokens
 * with their signature checked. Knows nothing of accounts.
 */
import { messageOf } from '@leukoscope/core';
import * as oidc from 'openid-client';
import { z } from 'zod';
import { HttpError } from '../http-error.ts';
import type { OidcSettings } from '../settings.ts';

const timeoutSeconds = 10;
/** A confirmation is a sign-in of these last minutes. */
const freshSeconds = 600;

/** What has to be kept here while somebody is at the provider. */
export const keptSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  isFresh: z.boolean(),
});
/** What has to be kept here while somebody is at the provider. */
export type Kept = z.infer<typeof keptSchema>;

/** Whom the provider has confirmed. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** What the provider calls the person; may be missing, and is never proof of anything. */
  readonly userName: string | undefined;
  readonly displayName: string | undefined;
  /** When the person signed in there; told of fresh sign-ins only. */
  readonly signedInAt: Date | undefined;
}

/** A sign-in provider. */
export interface OidcClient {
  /** What people call it. */
  readonly name: string;
  readonly issuer: string;
  /** Begin; `isFresh`: the person shall sign in there now, whatever session there is. */
  begin(isFresh: boolean): Promise<{ readonly url: string; readonly kept: Kept }>;
  /** Go on with what the provider has sent the browser back with. */
  finish(query: string, kept: Kept): Promise<Identity>;
}

/** Make the client. The provider is first asked when somebody signs in by it. */
export function createOidcClient(settings: OidcSettings): OidcClient {
  const { name, issuer, clientId, clientSecret, redirectUri } = settings;
  let discovered: Promise<oidc.Configuration> | undefined;
  const discover = () => {
    discovered ??= discoverProvider(settings, clientId, clientSecret).catch((error: unknown) => {
      // One that was down this time is not down for ever.
      discovered = undefined;
      throw silent(error);
    });
    return discovered;
  };
  return {
    name,
    issuer,
    begin: async (isFresh) => {
      const configuration = await discover();
      const kept = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
        isFresh,
      };
      const url = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        state: kept.state,
        nonce: kept.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(kept.verifier),
        code_challenge_method: 'S256',
        ...(isFresh ? { prompt: 'login', max_age: '0' } : {}),
      });
      return { url: url.href, kept };
    },
    finish: async (query, kept) => {
      const configuration = await discover();
      const address = new URL(redirectUri);
      address.search = query;
      try {
        const tokens = await oidc.authorizationCodeGrant(configuration, address, {
          expectedState: kept.state,
          expectedNonce: kept.nonce,
          pkceCodeVerifier: kept.verifier,
          idTokenExpected: true,
          ...(kept.isFresh ? { maxAge: freshSeconds } : {}),
        });
        const claims = tokens.claims()!;
        return identityOf(issuer, claims, {
          kept,
          more: await moreOf(configuration, claims, tokens.access_token),
        });
      } catch (error) {
        // What cannot be reached is no refusal.
        throw isUnreachable(error) ? silent(error) : refused(error);
      }
    },
  };
}

async function discoverProvider(
  { issuer }: OidcSettings,
  clientId: string,
  clientSecret: string | undefined,
): Promise<oidc.Configuration> {
  const server = new URL(issuer);
  // Settings let plain HTTP pass on this machine only.
  const plain = server.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
  return oidc.discovery(
    server,
    clientId,
    undefined,
    clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret),
    { execute: [...plain, oidc.enableNonRepudiationChecks], timeout: timeoutSeconds },
  );
}

/** Many providers tell names only where they are asked for them. */
async function moreOf(
  configuration: oidc.Configuration,
  { sub, name, preferred_username: userName }: oidc.IDToken,
  accessToken: string,
): Promise<object> {
  const isTold = name !== undefined && userName !== undefined;
  const canAsk = configuration.serverMetadata().userinfo_endpoint !== undefined;
  return isTold || !canAsk ? {} : oidc.fetchUserInfo(configuration, accessToken, sub);
}

function identityOf(
  issuer: string,
  claims: oidc.IDToken,
  { kept, more }: { readonly kept: Kept; readonly more: object },
): Identity {
  const { sub, auth_time: at } = claims;
  const told = new Map(Object.entries({ ...more, ...claims }));
  const userName = told.get('preferred_username');
  const email = told.get('email');
  const name = told.get('name');
  return {
    issuer,
    subject: sub,
    userName: textOf(userName) ?? textOf(email),
    displayName: textOf(name),
    signedInAt: kept.isFresh && at !== undefined ? new Date(at * 1000) : undefined,
  };
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim.trim() !== '' ? claim.trim() : undefined;
}

function isUnreachable(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  return error instanceof oidc.ClientError && error.code === 'OAUTH_TIMEOUT';
}

function silent(cause: unknown): HttpError {
  return new HttpError(
    503,
    'PROVIDER_SILENT',
    `sign-in provider must answer. Received: ${messageOf(cause).slice(0, 200)}. Try again in a moment, or ask an administrator.`,
    { cause },
  );
}

function refused(cause: unknown): HttpError {
  return new HttpError(
    403,
    'PROVIDER_REFUSED',
    `sign-in provider must confirm the sign-in that was begun here. Received: ${messageOf(cause).slice(0, 200)}. Begin again.`,
    { cause },
  );
}
