/**
 * @file Reads what may be thousands of rows in slices, with a turn for everybody else after each: the embedded
 * database, and all that makes JSON of rows, share one thread with the answers to others.
 */
import { setImmediate as everybodyElse } from 'node:timers/promises';

/** Rows of a slice: some milliseconds of work. */
export const sliceRows = 200;

/** Read slice after slice; `read` gets the last row of the slice before, and fewer rows than asked are the end. */
export async function readInSlices<Row>(
  read: (after: Row | undefined, limit: number) => Promise<readonly Row[]>,
  hear: (rows: readonly Row[]) => void,
  most = Number.POSITIVE_INFINITY,
): Promise<void> {
  let last: Row | undefined;
  for (let left = most; left > 0; ) {
    const limit = Math.min(sliceRows, left);
    const rows = await read(last, limit);
    hear(rows);
    if (rows.length < limit) return;
    left -= rows.length;
    last = rows.at(-1);
    await everybodyElse();
  }
}
