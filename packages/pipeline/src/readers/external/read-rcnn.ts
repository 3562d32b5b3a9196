/**
 * @file R-CNN-style outputs (final boxes, scores, class numbers, masks) -> candidates.
 *
 * Masks [N, 1, h, w] hold 0..1. Where h and w are the input's, they lie over the input; otherwise over
 * their box, and are enlarged to it bilinearly as Mask R-CNN's authors do.
 */
import {
  type Box,
  type PlacedMask,
  type Size,
  type TensorData,
  toPlacedMask,
} from '@leukoscope/core';
import { cropMask, thresholdGrid } from '@leukoscope/image';
import { type Candidate, checkShape, pickOutput, readBox, toNumbers } from './candidate.ts';
import type { ExternalSettings } from './external-settings.ts';

/** Options of the style `rcnn`. */
export type RcnnOutput = Extract<ExternalSettings['output'], { readonly style: 'rcnn' }>;

/** A pixel belongs to the cell above this. */
const maskThreshold = 0.5;

/** Read the candidates that reach a score; class numbers outside the list are the background. */
export function readRcnn(
  outputs: Readonly<Record<string, TensorData>>,
  classCount: number,
  output: RcnnOutput,
  input: Size,
  scoreThreshold: number,
): Candidate[] {
  const boxTensor = pickOutput(outputs, output.boxes);
  const scores = toNumbers(pickOutput(outputs, output.scores));
  const labels = toNumbers(pickOutput(outputs, output.labels));
  const masks = output.masks === undefined ? undefined : pickOutput(outputs, output.masks);
  const count = boxTensor.shape.at(-2) ?? 0;
  checkShape(boxTensor.shape.at(-1) === 4, boxTensor, '[N, 4]');
  checkShape(scores.length === count, pickOutput(outputs, output.scores), `[${count}]`);
  checkShape(labels.length === count, pickOutput(outputs, output.labels), `[${count}]`);
  const boxes = toNumbers(boxTensor);
  const scale = output.units === 'relative' ? input : { width: 1, height: 1 };
  const candidates: Candidate[] = [];
  for (let i = 0; i < count; i++) {
    const score = scores[i]!;
    const classIndex = labels[i]! - output.firstLabel;
    if (!(score >= scoreThreshold) || classIndex < 0 || classIndex >= classCount) continue;
    const corners = [
      boxes[i * 4]!,
      boxes[i * 4 + 1]!,
      boxes[i * 4 + 2]!,
      boxes[i * 4 + 3]!,
    ] as const;
    const box = readBox(corners, output.box, scale);
    const mask = masks === undefined ? undefined : readMask(masks, i, box, input);
    candidates.push({ box, score, classIndex, mask });
  }
  return candidates;
}

function readMask(masks: TensorData, index: number, box: Box, input: Size): PlacedMask | undefined {
  const height = masks.shape.at(-2) ?? 0;
  const width = masks.shape.at(-1) ?? 0;
  checkShape(width > 0 && height > 0 && masks.shape.length >= 3, masks, '[N, 1, h, w]');
  const coversInput = width === input.width && height === input.height;
  const area = coversInput ? { x1: 0, y1: 0, x2: width, y2: height } : box;
  const grid = { width, height, data: toNumbers(masks), offset: index * width * height };
  const placed = thresholdGrid(grid, area, input, maskThreshold);
  if (placed === undefined || !coversInput) return placed;
  // A mask of the whole input may show more than the cell.
  const around = {
    x1: Math.floor(box.x1) - placed.left,
    y1: Math.floor(box.y1) - placed.top,
    x2: Math.ceil(box.x2) - placed.left,
    y2: Math.ceil(box.y2) - placed.top,
  };
  if (around.x2 <= around.x1 || around.y2 <= around.y1) return undefined;
  const tight = toPlacedMask(cropMask(placed.mask, around));
  if (tight === undefined) return undefined;
  const left = placed.left + around.x1 + tight.left;
  return { left, top: placed.top + around.y1 + tight.top, mask: tight.mask };
}
