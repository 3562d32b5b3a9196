/**
 * @file R-CNN-style outputs (final boxes, scores, class numbers, masks) -> candidates.
 *
 * Masks [N, 1, h, w] hold 0..1. Where h and w are the input's, they lie over the input; otherwise over
 * their box, and are enlarged to it bilinearly as Mask R-CNN's authors do.
 */
import {
  type Box,
  createMask,
  type PlacedMask,
  type Size,
  type TensorData,
} from '@leukoscope/core';
import { type Candidate, checkShape, pickOutput, readBox, toNumbers } from './candidate.ts';
import type { DetectorConfig } from './detector-config.ts';

/** Options of the style `rcnn`. */
export type RcnnOutput = Extract<DetectorConfig['output'], { readonly style: 'rcnn' }>;

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
  const values = toNumbers(masks);
  const from = index * width * height;
  const left = Math.max(0, Math.floor(box.x1));
  const top = Math.max(0, Math.floor(box.y1));
  const right = Math.min(input.width, Math.ceil(box.x2));
  const bottom = Math.min(input.height, Math.ceil(box.y2));
  if (right <= left || bottom <= top) return undefined;
  const mask = createMask({ width: right - left, height: bottom - top });
  const coversInput = width === input.width && height === input.height;
  const at = (x: number, y: number) => values[from + clamp(y, height) * width + clamp(x, width)]!;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      // Place of the pixel's centre in the mask, whose pixel (0, 0) has its centre at (0.5, 0.5).
      const u = coversInput ? x : ((x + 0.5 - box.x1) / (box.x2 - box.x1)) * width - 0.5;
      const v = coversInput ? y : ((y + 0.5 - box.y1) / (box.y2 - box.y1)) * height - 0.5;
      const x0 = Math.floor(u);
      const y0 = Math.floor(v);
      const fx = u - x0;
      const fy = v - y0;
      const value =
        (at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx) * (1 - fy) +
        (at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx) * fy;
      if (value >= maskThreshold) mask.data[(y - top) * mask.width + x - left] = 1;
    }
  }
  return { left, top, mask };
}

function clamp(index: number, extent: number): number {
  return Math.min(extent - 1, Math.max(0, index));
}
