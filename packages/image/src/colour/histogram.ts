/** @file Counts of values, and the values below which a share of the pixels lies. */
import type { Raster } from '@leukoscope/core';

/** Count each value of one channel; 256 counts for 8 bits, 65,536 for 16. */
export function histogramOf(raster: Raster, channel: number): Uint32Array {
  const counts = new Uint32Array(raster.bitDepth === 8 ? 256 : 65_536);
  for (let i = channel; i < raster.data.length; i += raster.channels) {
    const value = raster.data[i]!;
    counts[value] = counts[value]! + 1;
  }
  return counts;
}

/** Return the smallest value with at least `share` (0..1) of the counts at or below it. */
export function percentileOf(counts: ArrayLike<number>, share: number): number {
  let total = 0;
  for (let value = 0; value < counts.length; value++) total += counts[value]!;
  let below = 0;
  for (let value = 0; value < counts.length; value++) {
    below += counts[value]!;
    if (below > 0 && below >= share * total) return value;
  }
  return counts.length - 1;
}
