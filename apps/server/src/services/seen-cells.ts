/** @file Where it is kept what a model saw in a picture that is learnt from, so that the next run need not look again. */
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../context.ts';

const ending = '.seen';

/** Return the file for a picture and a model, both by their hashes. */
export function seenFileOf(
  { learningFolder }: Pick<Context, 'learningFolder'>,
  modelSha256: string,
  pictureSha256: string,
): string {
  return path.join(learningFolder, `${pictureSha256}-${modelSha256}${ending}`);
}

/** Delete what was seen before a time, and what runs that were broken off have left. */
export async function forgetSeenCells(
  { learningFolder }: Pick<Context, 'learningFolder'>,
  before: Date,
): Promise<void> {
  const names = await readdir(learningFolder).catch(() => []);
  for (const name of names) {
    const file = path.join(learningFolder, name);
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && found.mtime < before)
      await rm(file, { recursive: true, force: true });
  }
}
