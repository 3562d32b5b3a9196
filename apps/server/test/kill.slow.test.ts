import { expectSurvived } from './expect-survived.ts';
import { test } from 'vitest';

test('killed at 30 random moments of 200 uploads, nothing that was answered is lost and nothing doubled', async () => {
  await expectSurvived({ kills: 30, uploads: 200, seed: 7, mostMs: 2500 });
}, 3_600_000);
