/** @file Tokens of sessions, keys, links and tickets: 256 random bits, so that one round of SHA-256 is enough to keep them. */
import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../canonical-json.ts';

/** Make a token. Keys begin with `lk_`, so that scanners of repositories can find leaked ones. */
export function newToken(prefix = ''): { token: string; hash: string } {
  const token = prefix + randomBytes(32).toString('base64url');
  return { token, hash: sha256Hex(token) };
}
