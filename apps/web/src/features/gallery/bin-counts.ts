/** @file How many cells lie in each bin, and what share of the leukocytes that is. */
import type { Bin, Cell } from '@leukoscope/contract';
import { lineageOf } from '@leukoscope/core';

/** Counts of bins. */
export interface BinCounts {
  readonly countOf: (bin: Bin) => number;
  /** Of the leukocytes, 0..1; undefined for bins that are none, and without leukocytes. */
  readonly shareOf: (bin: Bin) => number | undefined;
}

/** Count cells by bin. */
export function countBins(cells: Iterable<Cell>): BinCounts {
  const counts = new Map<Bin, number>();
  let leukocytes = 0;
  for (const { bin } of cells) {
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
    if (isLeukocyte(bin)) leukocytes++;
  }
  const countOf = (bin: Bin) => counts.get(bin) ?? 0;
  return {
    countOf,
    shareOf: (bin) => (isLeukocyte(bin) && leukocytes > 0 ? countOf(bin) / leukocytes : undefined),
  };
}

/** Write a share the way the bins show it. */
export function shareText(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

function isLeukocyte(bin: Bin): boolean {
  return bin !== 'unidentified' && bin !== 'not-classed' && lineageOf(bin).includes('leukocyte');
}
