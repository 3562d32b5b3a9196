/**
 * @file Outputs of the refiner for one crop -> probabilities, mask in the image, box around the mask.
 */
import { type Box, boxIou, maskBox, type PlacedMask, type Size } from '@leukoscope/core';
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
  square: Square,
  image: Size,
): PlacedMask | undefined {
  const grid = Math.round(Math.sqrt(maskLogits.length));
  const left = Math.max(0, Math.floor(square.left));
  const top = Math.max(0, Math.floor(square.top));
  const width = Math.min(image.width, Math.ceil(square.left + square.side)) - left;
  const height = Math.min(image.height, Math.ceil(square.top + square.side)) - top;
  if (width < 1 || height < 1) return undefined;
  const data = new Uint8Array(width * height);
  const perPixel = grid / square.side;
  for (let y = 0; y < height; y++) {
    const v = clamp((top + y + 0.5 - square.top) * perPixel - 0.5, grid - 1);
    const y0 = Math.min(Math.floor(v), grid - 2);
    for (let x = 0; x < width; x++) {
      const u = clamp((left + x + 0.5 - square.left) * perPixel - 0.5, grid - 1);
      const x0 = Math.min(Math.floor(u), grid - 2);
      const i = y0 * grid + x0;
      const upper = maskLogits[i]! + (maskLogits[i + 1]! - maskLogits[i]!) * (u - x0);
      const lower =
        maskLogits[i + grid]! + (maskLogits[i + grid + 1]! - maskLogits[i + grid]!) * (u - x0);
      if (upper + (lower - upper) * (v - y0) > 0) data[y * width + x] = 1;
    }
  }
  keepLargestInPlace(data, width, height);
  const placed = { left, top, mask: { width, height, data } };
  const box = maskBox(placed);
  return box === undefined ? undefined : trim(placed, box);
}

/**
 * The box of the outline, unless the outline has lost the cell that was located or runs over a neighbour:
 * then the located box stays. At 0.6 more touching cells stay apart than at 0.4.
 */
export function outlinedBox(located: Box, mask: PlacedMask | undefined): Box {
  const box = mask === undefined ? undefined : maskBox(mask);
  return box !== undefined && boxIou(box, located) > 0.6 ? box : located;
}

/** Keep the largest 4-connected region ; specks go. */
function keepLargestInPlace(data: Uint8Array, width: number, height: number): void {
  const region = new Int32Array(data.length);
  const stack: number[] = [];
  let [best, bestArea, count] = [0, 0, 0];
  const visit = (k: number) => {
    if (data[k] === 0 || region[k] !== 0) return;
    region[k] = count;
    stack.push(k);
  };
  for (let start = 0; start < data.length; start++) {
    if (data[start] === 0 || region[start] !== 0) continue;
    count++;
    let area = 0;
    region[start] = count;
    stack.push(start);
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      area++;
      const x = i % width;
      // A list of neighbours a pixel would cost five times as much as the look at them.
      if (x > 0) visit(i - 1);
      if (x < width - 1) visit(i + 1);
      if (i >= width) visit(i - width);
      if (i < width * (height - 1)) visit(i + width);
    }
    if (area > bestArea) [best, bestArea] = [count, area];
  }
  for (let i = 0; i < data.length; i++) if (region[i] !== best) data[i] = 0;
}

function trim({ left, top, mask }: PlacedMask, box: Box): PlacedMask {
  const width = box.x2 - box.x1;
  const height = box.y2 - box.y1;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (box.y1 - top + y) * mask.width + box.x1 - left;
    data.set(mask.data.subarray(from, from + width), y * width);
  }
  return { left: box.x1, top: box.y1, mask: { width, height, data } };
}

function clamp(value: number, highest: number): number {
  return value < 0 ? 0 : value > highest ? highest : value;
}
