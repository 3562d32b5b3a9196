/**
 * @file Outputs of the refiner for one crop -> probabilities, mask in the image, box around the mask.
 */
import {
  type Box,
  boxIou,
  maskBox,
  type PlacedMask,
  type Size,
  toPlacedMask,
} from '@leukoscope/core';
import { keepLargestRegion, thresholdGrid } from '@leukoscope/image';
import { nucleatedClasses } from './compact-classes.ts';
import type { Square } from './sample-square.ts';

/** The square that the refiner looks at for a located cell. */
export function refinerSquare(box: Box, cropMargin: number): Square {
  const side = Math.max(box.x2 - box.x1, box.y2 - box.y1, 1) * cropMargin;
  return { left: (box.x1 + box.x2 - side) / 2, top: (box.y1 + box.y2 - side) / 2, side };
}

/** Sharpen (T < 1) or flatten (T > 1) probabilities: p_k^(1/T) / Σ p^(1/T), which is softmax(z / T). */
export function tempered(probabilities: ArrayLike<number>, temperature: number): Float64Array {
  return refinerProbabilities(
    Float64Array.from(probabilities, (p) => Math.log(Math.max(p, 1e-30)) / temperature),
  );
}

/** Probabilities over the refiner's classes: softmax(z). */
export function refinerProbabilities(logits: ArrayLike<number>): Float64Array {
  const scaled = Float64Array.from(logits);
  const largest = scaled.reduce((a, b) => Math.max(a, b));
  const powers = scaled.map((z) => Math.exp(z - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / sum);
}

/** Probability that the crop shows a nucleated cell at all. */
export function nucleatedProbability(probabilities: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < nucleatedClasses; k++) sum += probabilities[k]!;
  return sum;
}

/**
 * Draw the mask logits [side / 2, side / 2] of a crop at the image's resolution: bilinear, then above 0,
 * then the largest region. Undefined when nothing is left.
 */
export function refinerMask(
  maskLogits: ArrayLike<number>,
  { left, top, side }: Square,
  image: Size,
): PlacedMask | undefined {
  const grid = Math.round(Math.sqrt(maskLogits.length));
  const area = { x1: left, y1: top, x2: left + side, y2: top + side };
  const placed = thresholdGrid({ width: grid, height: grid, data: maskLogits }, area, image, 0);
  if (placed === undefined) return undefined;
  // Specks go. Four neighbours: touching corners do not join two cells.
  const largest = toPlacedMask(keepLargestRegion(placed.mask, 4))!;
  return {
    left: placed.left + largest.left,
    top: placed.top + largest.top,
    mask: largest.mask,
  };
}

/**
 * The box of the outline, unless the outline has lost the cell that was located or runs over a neighbour:
 * then the located box stays. At 0.6 more touching cells stay apart than at 0.4.
 */
export function outlinedBox(located: Box, mask: PlacedMask | undefined): Box {
  const box = mask === undefined ? undefined : maskBox(mask);
  return box !== undefined && boxIou(box, located) > 0.6 ? box : located;
}
