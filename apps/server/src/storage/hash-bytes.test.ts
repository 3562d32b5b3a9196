import { expect, test } from 'vitest';
import { sha256Hex } from '../canonical-json.ts';
import { hashBytes } from './hash-bytes.ts';

test('hashes as at once, and lets others have their turn between parts', async () => {
  for (const length of [0, 1, 4 * 2 ** 20, 4 * 2 ** 20 + 1]) {
    const bytes = new Uint8Array(length).map((_, i) => i % 251);
    expect(await hashBytes(bytes)).toBe(sha256Hex(bytes));
  }
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await hashBytes(new Uint8Array(40 * 2 ** 20));
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});
