/** @file The SHA-256 of many bytes, a part at a time: half a gigabyte at once would hold up every other request. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

const partBytes = 4 * 2 ** 20;

/** Hash bytes, in hexadecimal, letting others have their turn in between. */
export async function hashBytes(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += partBytes) {
    hash.update(bytes.subarray(at, at + partBytes));
    if (at + partBytes < bytes.length) await setImmediate();
  }
  return hash.digest('hex');
}
