/**
 * @file Exact Euclidean distances to the nearest pixel that is not set.
 *
 * Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions" (2012): lower envelope of
 * parabolas, first along columns, then along rows; linear in the number of pixels.
 */
import type { Mask, Size } from '@leukoscope/core';

/** One number a pixel. */
export interface DistanceMap extends Size {
  readonly data: Float64Array;
}

/** Larger than any squared distance in an image, small enough that sums stay exact. */
const far = 1e12;

/**
 * Compute the squared distance of each set pixel to the nearest unset one (0 for unset pixels), between
 * pixel centres. What lies outside the mask counts as neither: it is not looked at.
 */
export function squaredDistances(mask: Mask): DistanceMap {
  const { width, height } = mask;
  const data = new Float64Array(width * height);
  for (let i = 0; i < data.length; i++) data[i] = mask.data[i] === 0 ? 0 : far;
  const longest = Math.max(width, height);
  const row = createEnvelope(longest);
  for (let x = 0; x < width; x++) row(data, x, width, height);
  for (let y = 0; y < height; y++) row(data, y * width, 1, width);
  return { width, height, data };
}

/** Compute distances, not squared; infinite where the mask has no unset pixel at all. */
export function distanceTransform(mask: Mask): DistanceMap {
  const { width, height, data } = squaredDistances(mask);
  return {
    width,
    height,
    data: data.map((value) => (value >= far ? Number.POSITIVE_INFINITY : Math.sqrt(value))),
  };
}

/** Replace f by min over q of (p - q)^2 + f(q) along one line of the array. */
function createEnvelope(longest: number) {
  const line = new Float64Array(longest);
  const vertex = new Int32Array(longest); // positions of the parabolas of the envelope
  const start = new Float64Array(longest + 1); // where each one begins to be lowest
  return (data: Float64Array, offset: number, step: number, count: number): void => {
    for (let i = 0; i < count; i++) line[i] = data[offset + i * step]!;
    let last = 0;
    vertex[0] = 0;
    start[0] = Number.NEGATIVE_INFINITY;
    start[1] = Number.POSITIVE_INFINITY;
    for (let q = 1; q < count; q++) {
      let crossing = crossingOf(line, q, vertex[last]!);
      while (crossing <= start[last]!) {
        last -= 1;
        crossing = crossingOf(line, q, vertex[last]!);
      }
      last += 1;
      vertex[last] = q;
      start[last] = crossing;
      start[last + 1] = Number.POSITIVE_INFINITY;
    }
    for (let p = 0, k = 0; p < count; p++) {
      while (start[k + 1]! < p) k += 1;
      const q = vertex[k]!;
      data[offset + p * step] = Math.min(far, (p - q) ** 2 + line[q]!);
    }
  };
}

/** x where the parabolas rooted at q and v meet: ((f(q) + q^2) - (f(v) + v^2)) / (2 q - 2 v). */
function crossingOf(line: Float64Array, q: number, v: number): number {
  return (line[q]! + q * q - (line[v]! + v * v)) / (2 * q - 2 * v);
}
