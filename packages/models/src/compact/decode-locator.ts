/**
 * @file Outputs of the locator -> located cells in pixels of the input.
 *
 * A cell is a place whose heat is the largest of its 3x3 surroundings; two places of one kind whose boxes
 * overlap are one cell.
 */
import { type Box, type CellClass, nms, packBoxes, type TensorData } from '@leukoscope/core';
import { locatorClasses } from './compact-classes.ts';
import { locatorStride, reachUnit } from './locator.ts';

/** A cell that the locator found. */
export interface LocatedCell {
  readonly box: Box;
  readonly score: number;
  readonly cellClass: CellClass;
}

/** Options of `decodeLocator`. */
export interface DecodeLocatorOptions {
  /** @default 0.2 */
  readonly scoreThreshold?: number;
  /** Boxes of one kind that overlap more are one cell. @default 0.5 */
  readonly iouThreshold?: number;
}

/** Decode image `n` of a batch. */
export function decodeLocator(
  heat: TensorData,
  reach: TensorData,
  n = 0,
  options: DecodeLocatorOptions = {},
): LocatedCell[] {
  const { scoreThreshold = 0.2, iouThreshold = 0.5 } = options;
  const [, K, h, w] = heat.shape as [number, number, number, number];
  const logits = heat.data as Float32Array;
  const reaches = reach.data as Float32Array;
  const plane = h * w;
  const logitThreshold = Math.log(scoreThreshold / (1 - scoreThreshold));
  const found: LocatedCell[] = [];
  for (let k = 0; k < K; k++) {
    const boxes: Box[] = [];
    const scores: number[] = [];
    const from = (n * K + k) * plane;
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const logit = logits[from + y * w + x]!;
        if (logit < logitThreshold || !isPeak(logits, from, x, y, w, h)) continue;
        const at = (side: number) =>
          reachUnit * Math.exp(reaches[(n * 4 + side) * plane + y * w + x]!);
        const cx = (x + 0.5) * locatorStride;
        const cy = (y + 0.5) * locatorStride;
        boxes.push({ x1: cx - at(0), y1: cy - at(1), x2: cx + at(2), y2: cy + at(3) });
        scores.push(1 / (1 + Math.exp(-logit)));
      }
    }
    const kept = nms(packBoxes(boxes), Float32Array.from(scores), iouThreshold);
    for (const i of kept) {
      found.push({ box: boxes[i]!, score: scores[i]!, cellClass: locatorClasses[k]! });
    }
  }
  return found;
}

function isPeak(
  map: Float32Array,
  from: number,
  x: number,
  y: number,
  w: number,
  h: number,
): boolean {
  const here = map[from + y * w + x]!;
  for (let v = Math.max(0, y - 1); v <= Math.min(h - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(w - 1, x + 1); u++) {
      if (map[from + v * w + u]! > here) return false;
    }
  }
  return true;
}
