/**
 * @file Exact Euclidean distance from every pixel to the nearest set pixel, in linear time
 * (Felzenszwalb & Huttenlocher 2012). Distances are between pixel centres.
 */
import type { Mask } from '@leukoscope/core';

/** Return squared distances, row-major; Infinity everywhere when no pixel is set. */
export function squaredDistanceMap(mask: Mask): Float64Array {
  const { width, height } = mask;
  const squared = Float64Array.from(mask.data, (pixel) =>
    pixel === 0 ? Number.POSITIVE_INFINITY : 0,
  );
  const longest = Math.max(width, height);
  const work: Work = {
    line: new Float64Array(longest),
    sites: new Int32Array(longest),
    borders: new Float64Array(longest + 1),
  };
  for (let x = 0; x < width; x++) lowerEnvelopeInPlace(squared, x, width, height, work);
  for (let y = 0; y < height; y++) lowerEnvelopeInPlace(squared, y * width, 1, width, work);
  return squared;
}

interface Work {
  readonly line: Float64Array;
  readonly sites: Int32Array;
  readonly borders: Float64Array;
}

/** Replace f(q) by min over p of (q - p)^2 + f(p) along one line: the lower envelope of parabolas. */
function lowerEnvelopeInPlace(
  values: Float64Array,
  from: number,
  step: number,
  count: number,
  work: Work,
): void {
  const { line, sites, borders } = work;
  for (let q = 0; q < count; q++) line[q] = values[from + q * step]!;
  let last = -1;
  for (let q = 0; q < count; q++) {
    const f = line[q]!;
    if (f === Number.POSITIVE_INFINITY) continue; // such a parabola is never the lowest
    let border = Number.NEGATIVE_INFINITY;
    while (last >= 0) {
      const p = sites[last]!;
      border = (f + q * q - (line[p]! + p * p)) / (2 * (q - p));
      if (border > borders[last]!) break;
      last--;
    }
    last++;
    sites[last] = q;
    borders[last] = last === 0 ? Number.NEGATIVE_INFINITY : border;
    borders[last + 1] = Number.POSITIVE_INFINITY;
  }
  if (last < 0) return;
  let k = 0;
  for (let q = 0; q < count; q++) {
    while (borders[k + 1]! < q) k++;
    const p = sites[k]!;
    values[from + q * step] = (q - p) * (q - p) + line[p]!;
  }
}
