/**
 * @file Union, intersection and IoU of run-length masks, straight on the runs: time grows with the
 * number of runs, not of pixels. Reference for every number: maskApi.c rleMerge, rleIou.
 */
import { LeukoscopeError } from '../errors.ts';
import type { Size } from '../raster.ts';
import { type Rle, rleArea, rleBox, runWriter } from './rle.ts';

/** Join masks of one size into one: where any (union) or all (intersection) are set. */
export function mergeRles(rles: readonly Rle[], how: 'union' | 'intersection' = 'union'): Rle {
  const first = rles[0];
  if (first === undefined) {
    throw new LeukoscopeError('RLE_NONE', 'rles must hold at least one mask. Received none.');
  }
  return rles.slice(1).reduce((merged, rle) => mergeTwo(merged, rle, how), first);
}

/** Return the pixels of `a` that are not in `b`. */
export function subtractRle(a: Rle, b: Rle): Rle {
  return mergeTwo(a, invertRle(b), 'intersection');
}

/** Swap ones and zeros. */
export function invertRle(rle: Rle): Rle {
  const { width, height, counts } = rle;
  const startsEmpty = counts.length > 0 && counts[0] === 0;
  return { width, height, counts: startsEmpty ? counts.slice(1) : prependZero(counts) };
}

/** Count the pixels set in both. */
export function rleOverlap(a: Rle, b: Rle): number {
  checkSameSize(a, b);
  let overlap = 0;
  walk(a, b, (length, inA, inB) => {
    if (inA && inB) overlap += length;
  });
  return overlap;
}

/**
 * Compute the IoU of every detection with every ground truth, row-major [detections, ground truth].
 * Against a crowd region the union is the detection alone: |D ∩ G| / |D|, as COCO does.
 */
export function pairwiseRleIou(
  detections: readonly Rle[],
  groundTruth: readonly Rle[],
  isCrowd: readonly boolean[] = [],
): Float64Array {
  const iou = new Float64Array(detections.length * groundTruth.length);
  const detectionFacts = detections.map((rle) => ({ box: rleBox(rle), area: rleArea(rle) }));
  const truthFacts = groundTruth.map((rle) => ({ box: rleBox(rle), area: rleArea(rle) }));
  for (let d = 0; d < detections.length; d++) {
    for (let g = 0; g < groundTruth.length; g++) {
      checkSameSize(detections[d]!, groundTruth[g]!);
      const a = detectionFacts[d]!;
      const b = truthFacts[g]!;
      // Most pairs are far apart: their boxes tell at once that nothing overlaps.
      if (a.box === undefined || b.box === undefined) continue;
      if (Math.min(a.box.x2, b.box.x2) <= Math.max(a.box.x1, b.box.x1)) continue;
      if (Math.min(a.box.y2, b.box.y2) <= Math.max(a.box.y1, b.box.y1)) continue;
      const overlap = rleOverlap(detections[d]!, groundTruth[g]!);
      const union = isCrowd[g] === true ? a.area : a.area + b.area - overlap;
      iou[d * groundTruth.length + g] = overlap / union; // |D ∩ G| / |D ∪ G|; the area is not 0 here
    }
  }
  return iou;
}

function mergeTwo(a: Rle, b: Rle, how: 'union' | 'intersection'): Rle {
  checkSameSize(a, b);
  const writer = runWriter(a);
  let position = 0;
  walk(a, b, (length, inA, inB) => {
    if (how === 'union' ? inA || inB : inA && inB) writer.run(position, position + length);
    position += length;
  });
  return writer.finish();
}

/** Walk two masks together in stretches over which neither changes. */
function walk(a: Rle, b: Rle, visit: (length: number, inA: boolean, inB: boolean) => void): void {
  let i = 0;
  let j = 0;
  let restA = a.counts[0] ?? 0;
  let restB = b.counts[0] ?? 0;
  while (i < a.counts.length && j < b.counts.length) {
    const length = Math.min(restA, restB);
    if (length > 0) visit(length, (i & 1) === 1, (j & 1) === 1);
    restA -= length;
    restB -= length;
    if (restA === 0) restA = a.counts[++i] ?? 0;
    if (restB === 0) restB = b.counts[++j] ?? 0;
  }
}

function checkSameSize(a: Size, b: Size): void {
  if (a.width === b.width && a.height === b.height) return;
  throw new LeukoscopeError(
    'RLE_SIZES_DIFFER',
    `masks must have one size. Received ${a.width} x ${a.height} and ${b.width} x ${b.height}.`,
  );
}

function prependZero(counts: Uint32Array): Uint32Array {
  const longer = new Uint32Array(counts.length + 1);
  longer.set(counts, 1);
  return longer;
}
