/**
 * @file Tells cells that the border of the image cuts.
 *
 * A cell is incomplete when its box comes within max(1, 2 % of its longer side) pixels of the border:
 * boxes of models miss the border by a part of the cell's size, those of masks by less than a pixel.
 */
import type { Finding, Size } from '@leukoscope/core';
import type { ModelFinding } from './model/leukocyte-model.ts';

const marginShare = 0.02;

/** Return the findings with `isIncomplete` set. */
export function markIncomplete(findings: readonly ModelFinding[], size: Size): Finding[] {
  return findings.map((finding) => {
    const { x1, y1, x2, y2 } = finding.box;
    const margin = Math.max(1, marginShare * Math.max(x2 - x1, y2 - y1));
    const isIncomplete =
      x1 < margin || y1 < margin || x2 > size.width - margin || y2 > size.height - margin;
    return { ...finding, isIncomplete };
  });
}
