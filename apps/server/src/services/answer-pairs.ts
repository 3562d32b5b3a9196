/** @file Two answers about each cell, counted: the rows of a confusion table in the order of the bins. */
import { type Bin, tableOrder } from '@leukoscope/contract';

/** So many cells that one called this and the other that; null: found no cell there. */
export interface AnswerPair {
  readonly first: Bin | null;
  readonly second: Bin | null;
  readonly count: number;
}

/** Add up pairs that are alike, in the order of the bins. */
export function countAnswerPairs(pairs: readonly AnswerPair[]): AnswerPair[] {
  const counts = new Map<string, AnswerPair>();
  for (const { first, second, count } of pairs) {
    const key = `${first}/${second}`;
    const before = counts.get(key)?.count ?? 0;
    counts.set(key, { first, second, count: before + count });
  }
  const place = (bin: Bin | null) => (bin === null ? tableOrder.length : tableOrder.indexOf(bin));
  return [...counts.values()].sort(
    (a, b) => place(a.first) - place(b.first) || place(a.second) - place(b.second),
  );
}
