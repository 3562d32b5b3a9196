import { expect, test } from 'vitest';
import { residentGrowth } from './harness/resident-memory.ts';

test('keeps memory flat over 10,000 steps', async () => {
  expect(await residentGrowth(1000, 10_000)).toBeLessThan(100);
});
