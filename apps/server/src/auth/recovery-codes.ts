/**
 * @file Recovery codes: ten, each for one sign-in without the second factor. A code has 120 random bits, so that one
 * round of SHA-256 is enough to keep it.
 */
import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../canonical-json.ts';

const count = 10;
const signs = 24;
/** Crockford's base 32: no letter is taken for a digit. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Make codes as they are shown, and their hashes as they are kept. */
export function makeRecoveryCodes(): { readonly codes: string[]; readonly hashes: string[] } {
  const codes = Array.from({ length: count }, makeCode);
  return { codes, hashes: codes.map(hashRecoveryCode) };
}

/** Hash a code as somebody types it. */
export function hashRecoveryCode(typed: string): string {
  const read = typed
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replaceAll('o', '0')
    .replaceAll(/[il]/g, '1');
  return sha256Hex(read);
}

function makeCode(): string {
  const text = [...randomBytes(signs)].map((byte) => alphabet[byte % 32]).join('');
  return text.match(/.{4}/g)!.join('-');
}
