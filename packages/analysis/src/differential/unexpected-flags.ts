/**
 * @file Cells that only the specimen's expectation kept from being called what they look like: one flag a kind, since
 * each of them lies under Unidentified and must be looked at.
 */
import { type CellClass, cellClasses } from '@leukoscope/core';
import type { CaseFlag } from './case-flags.ts';

/** Say how many cells look like each kind that was not expected; `kinds` has one entry a cell, null for most. */
export function unexpectedFlags(kinds: readonly (CellClass | null | undefined)[]): CaseFlag[] {
  const counts = new Map<CellClass, number>();
  for (const kind of kinds) {
    if (kind !== null && kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const order = Object.keys(cellClasses);
  return [...counts]
    .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .map(([cellClass, count]) => {
      const noun = cellClasses[cellClass].name.toLowerCase();
      const article = /^[aeiou]/.test(noun) ? 'an' : 'a';
      const looks = count === 1 ? `looks like ${article} ${noun}` : `look like ${noun}s`;
      const text = `${count} unidentified ${count === 1 ? 'cell' : 'cells'} ${looks}, which the specimen was not expected to hold`;
      return { code: 'unexpected-kind', severity: 'warning', text };
    });
}
