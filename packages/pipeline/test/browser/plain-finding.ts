/** @file A finding as plain numbers, which can leave a browser. */
import type { Finding } from '@leukoscope/core';

/** What two runs of a model are compared by. */
export interface PlainFinding {
  readonly cellClass: string;
  readonly box: readonly number[];
  readonly score: number;
  readonly probabilities: readonly number[];
  readonly maskPixels: number;
  readonly isUnsure: boolean;
}

/** Plain numbers of a finding. */
export function plainFinding(finding: Finding): PlainFinding {
  const { cellClass, box, score, probabilities = [], mask, isUnsure } = finding;
  return {
    cellClass,
    box: [box.x1, box.y1, box.x2, box.y2],
    score,
    probabilities: [...probabilities],
    maskPixels: mask?.mask.data.reduce((a, b) => a + b, 0) ?? 0,
    isUnsure,
  };
}
