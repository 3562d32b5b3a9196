/** @file What passkeys belong to: the name by which browsers reach the server. */
import { isIP } from 'node:net';

/** Under which name the server is reached: what a passkey belongs to. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}

/** Tell what passkeys belong to at an origin; undefined where browsers make none. */
export function partyOf(origin: string | undefined): RelyingParty | undefined {
  if (origin === undefined || !URL.canParse(origin)) return undefined;
  const { hostname: id, protocol } = new URL(origin);
  const isSafe = protocol === 'https:' || id === 'localhost';
  return isSafe && isIP(id) === 0 && !id.startsWith('[') ? { id, origin } : undefined;
}
