/**
 * @file Secrets that must be read again, unlike passwords, and that the database alone must not tell: AES-256-GCM with
 * a key made from the key file's. Whose a secret is goes into the seal, so that it opens in no other row.
 *
 *     gcm $ key id $ nonce $ encrypted secret and tag
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyRing } from './key-ring.ts';
import { secretFor } from './strands.ts';

const nonceBytes = 12;
const tagBytes = 16;

/** Seal a secret for its owner, under the newest key. */
export function sealSecret(keys: KeyRing, owner: string, secret: Uint8Array): string {
  const keyId = keys.newest();
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', cipherKey(secretFor(keys, keyId)), nonce);
  cipher.setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  return ['gcm', keyId, nonce.toString('base64url'), sealed.toString('base64url')].join('$');
}

/** Open a secret; undefined when its key is lost or unknown, or it was changed or put into another row. */
export function openSecret(keys: KeyRing, owner: string, sealed: string): Buffer | undefined {
  const [kind, keyId, nonce, data] = sealed.split('$');
  if (kind !== 'gcm' || keyId === undefined || nonce === undefined || data === undefined) {
    return undefined;
  }
  const bytes = Buffer.from(data, 'base64url');
  try {
    const key = keys.secretOf(keyId);
    if (key === undefined) return undefined;
    const decipher = createDecipheriv(
      'aes-256-gcm',
      cipherKey(key),
      Buffer.from(nonce, 'base64url'),
      { authTagLength: tagBytes },
    );
    decipher.setAAD(Buffer.from(owner));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]);
  } catch {
    // A key that the file does not know, or a seal that is not of this secret and owner.
    return undefined;
  }
}

/** Not the key that seals histories itself: one key, one use. */
function cipherKey(secret: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'leukoscope secrets at rest', 32));
}
