import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compareWithAnchor, parseAnchor, takeAnchor } from '../src/backup/anchor.ts';
import { verifyAll } from '../src/backup/verify.ts';
import { createCase } from '../src/services/cases.ts';
import { type Core, openCore } from '../src/start-server.ts';
import { testSettings } from './test-server.ts';

const settings = await testSettings({ work: { workers: 0 } });
afterAll(() => rmSync(settings.folder, { recursive: true, force: true }));

async function inCore<T>(work: (core: Core) => Promise<T>): Promise<T> {
  const core = await openCore(settings);
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}
const add = (number: string) =>
  inCore(async ({ context }) => {
    const actor = { kind: 'user', id: null, name: 'Ann' } as const;
    await createCase(context, { actor, role: 'reviewer' }, { number, isNewNumber: false });
    return takeAnchor(context);
  });

test('a data folder that is put back to an earlier day is whole, and no longer what its anchor says', async () => {
  const first = await add('DAY-1');
  const kept = path.join(settings.folder, 'kept');
  cpSync(settings.dataFolder, kept, { recursive: true });
  const second = await add('DAY-2');
  await inCore(async ({ context }) => {
    expect(await compareWithAnchor(context, first)).toEqual([]);
    expect(await compareWithAnchor(context, second)).toEqual([]);
  });
  rmSync(settings.dataFolder, { recursive: true });
  cpSync(kept, settings.dataFolder, { recursive: true });
  await inCore(async ({ context }) => {
    expect(await verifyAll(context)).toEqual([]);
    expect(await compareWithAnchor(context, first)).toEqual([]);
    expect(await compareWithAnchor(context, second)).toEqual([
      expect.stringMatching(/^ledger: line \d+ of strand \d+, which the anchor of .* is not there/),
    ]);
  });
  // And gone on from there, as somebody would do who hides it.
  const other = await add('DAY-2B');
  await inCore(async ({ context }) => {
    expect(await compareWithAnchor(context, other)).toEqual([]);
    expect(await compareWithAnchor(context, second)).not.toEqual([]);
  });
}, 120_000);

test('a file that is no anchor is refused with its name', () => {
  expect(() => parseAnchor('{}', 'a.json')).toThrow(/^anchor must be .* Received a\.json/);
});
