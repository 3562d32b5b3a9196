import os from 'node:os';
import { expect, test } from 'vitest';
import { createHostPool } from './host-pool.ts';

test.skipIf(process.platform === 'win32')(
  'children run at the priority of their parent, or so much lower as they are told',
  async () => {
    const script = new URL('../../test/priority-host.ts', import.meta.url);
    const common = { script, size: 1, deadlineMs: 60_000, memoryBytes: 2 ** 30 };
    for (const niceness of [undefined, 3]) {
      const pool = createHostPool({ ...common, ...(niceness === undefined ? {} : { niceness }) });
      try {
        expect(await pool.run({})).toBe(Math.min(19, os.getPriority() + (niceness ?? 0)));
      } finally {
        await pool.close();
      }
    }
  },
);
