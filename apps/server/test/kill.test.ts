import { expectSurvived } from './expect-survived.ts';
import { test } from 'vitest';

// kill.slow.test.ts does this with 30 kills and 200 uploads.
test('killed three times during uploads, nothing that was answered is lost and nothing doubled', async () => {
  await expectSurvived({ kills: 3, uploads: 12, seed: 1, mostMs: 600 });
}, 900_000);
