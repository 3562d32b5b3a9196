/** @file Non-maximum suppression of findings, for models that bring none of their own. */
import { nms, packBoxes } from '@leukoscope/core';
import type { ModelFinding } from '../model/leukocyte-model.ts';

/** Options of `suppressFindings`. */
export interface SuppressOptions {
  /** Of two findings with a larger IoU only the one with the higher score stays. @default 0.5 */
  readonly iouThreshold?: number;
  /** Only findings of one class compete. @default false: a cell has one type */
  readonly perClass?: boolean;
}

/** Keep the best of findings that overlap; highest score first. */
export function suppressFindings(
  findings: readonly ModelFinding[],
  options: SuppressOptions = {},
): ModelFinding[] {
  const { iouThreshold = 0.5, perClass = false } = options;
  const boxes = packBoxes(findings.map(({ box }) => box));
  const scores = findings.map(({ score }) => score);
  const groups = perClass ? findings.map(({ classIndex }) => classIndex) : undefined;
  return nms(boxes, scores, iouThreshold, groups).map((i) => findings[i]!);
}
