import { expect, test } from 'vitest';
import { residentGrowth } from './harness/resident-memory.ts';

test('keeps memory flat over 500 steps', async () => {
  expect(await residentGrowth(100, 500)).toBeLessThan(100);
});
