/**
 * @file Anchors for a data set: k-means of the sizes of its boxes with the distance 1 - IoU (Redmon &
 * Farhadi 2017), so that large boxes do not count more than small ones.
 */
import { LeukoscopeError, type Random } from '@leukoscope/core';
import type { AnchorSize } from './yolo-places.ts';

/** IoU of two boxes with the same middle. */
export function shapeIou([w, h]: AnchorSize, [v, g]: AnchorSize): number {
  const overlap = Math.min(w, v) * Math.min(h, g);
  return overlap / (w * h + v * g - overlap);
}

/** Cluster sizes; the `count` means, smallest area first. */
export function kmeansAnchors(
  sizes: readonly AnchorSize[],
  count: number,
  random: Random,
): AnchorSize[] {
  if (!(Number.isInteger(count) && count >= 1 && count <= sizes.length)) {
    throw new LeukoscopeError(
      'MODEL_ANCHORS',
      `the number of anchors must be from 1 to the ${sizes.length} boxes. Received ${count}.`,
    );
  }
  let means = firstMeans(sizes, count, random);
  let before: number[] = [];
  for (;;) {
    const own = sizes.map((size) => nearest(size, means));
    if (own.every((cluster, i) => cluster === before[i])) break;
    before = own;
    means = means.map((mean, k) => {
      const members = sizes.filter((_, i) => own[i] === k);
      if (members.length === 0) return mean;
      const average = (axis: 0 | 1) =>
        members.reduce((total, size) => total + size[axis], 0) / members.length;
      return [average(0), average(1)];
    });
  }
  return means.toSorted((a, b) => a[0] * a[1] - b[0] * b[1]);
}

/** Mean over all boxes of the IoU with their best anchor. */
export function meanBestIou(sizes: readonly AnchorSize[], anchors: readonly AnchorSize[]): number {
  const best = sizes.map((size) => Math.max(...anchors.map((anchor) => shapeIou(size, anchor))));
  return best.reduce((a, b) => a + b, 0) / best.length;
}

/** k-means++: each further mean is drawn by the square of its distance to those there are. */
function firstMeans(sizes: readonly AnchorSize[], count: number, random: Random): AnchorSize[] {
  const means = [sizes[random.integer(0, sizes.length)]!];
  while (means.length < count) {
    const weights = sizes.map((size) => (1 - shapeIou(size, means[nearest(size, means)]!)) ** 2);
    let left = random.next() * weights.reduce((a, b) => a + b, 0);
    const drawn = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    // Fewer different sizes than anchors: the rest repeat.
    means.push(sizes[drawn === -1 ? random.integer(0, sizes.length) : drawn]!);
  }
  return means;
}

function nearest(size: AnchorSize, means: readonly AnchorSize[]): number {
  let best = 0;
  means.forEach((mean, k) => {
    if (shapeIou(size, mean) > shapeIou(size, means[best]!)) best = k;
  });
  return best;
}
