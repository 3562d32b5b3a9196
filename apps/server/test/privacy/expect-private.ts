/** @file Where the tests of privacy run, and what they expect of a program. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type WatchOptions, watchProgram, whyNotWatched } from './watch-program.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
// What Node compiled, beside the program's own files: faster starts, and nothing of anybody's data.
const compiled = path.join(root, 'apps/cli/node_modules/.cache/compile');

/** Why programs cannot be watched here; undefined where they can. */
export const reason = whyNotWatched();
if (reason !== undefined) {
  console.warn(`SKIPPED: that nothing leaves the machine is not tested here, since ${reason}.`);
}
// Where it must be possible, it must not be left out in silence.
const mustRun = process.env['CI'] !== undefined && process.getuid?.() === 0;

/** A test that watches a program. */
export const watchedTest = test.skipIf(reason !== undefined && !mustRun);

/** The path of a program of this folder. */
export const programOf = (name: string) => path.join(import.meta.dirname, name);

/** Use every part and expect that nobody was told and nothing written elsewhere. */
export async function expectPrivate(args: readonly string[], options: WatchOptions) {
  // On a fresh clone the first start makes it with the folders above it, which are not allowed.
  mkdirSync(compiled, { recursive: true });
  const { code, output, findings, leftBehind } = await watchProgram(
    [programOf('use-everything.ts'), ...args],
    { ...options, alsoAllowed: [compiled] },
  );
  expect(output).toContain('everything was used');
  expect({ code, findings, leftBehind }).toEqual({ code: 0, findings: [], leftBehind: [] });
}
