/** @file Draws one of several entries, each as often as its share says. */
import type { Random } from '@leukoscope/core';

/** Draw an entry with probability share / sum of shares. */
export function drawByShare<T>(
  entries: readonly T[],
  shareOf: (entry: T) => number,
  random: Random,
): T {
  const total = entries.reduce((sum, entry) => sum + shareOf(entry), 0);
  let left = random.uniform(0, total);
  for (const entry of entries) {
    left -= shareOf(entry);
    if (left < 0) return entry;
  }
  return entries.at(-1)!; // rounding may leave a crumb beyond the last share
}
