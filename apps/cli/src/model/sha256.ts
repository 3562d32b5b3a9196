/** @file The hash of a file's bytes, as descriptions name it. */
import { createHash } from 'node:crypto';

/** Compute SHA-256 in hexadecimal. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
