/**
 * @file How many pixels a micrometre is, judged by the cells themselves.
 *
 * Median of the longer box sides: leukocytes measure about 13 micrometres in smears, erythrocytes 7.5.
 * Erythrocytes vary less, so five of them are preferred.
 */
import { type Finding, isLeukocyte } from '@leukoscope/core';

const leukocyteMicrons = 13;
const erythrocyteMicrons = 7.5;

/** Estimate pixels per micrometre; undefined without cells. */
export function estimatePixelsPerMicron(findings: readonly Finding[]): number | undefined {
  const sides = (wanted: (finding: Finding) => boolean) =>
    findings
      .filter((finding) => wanted(finding) && !finding.isIncomplete)
      .map(({ box }) => Math.max(box.x2 - box.x1, box.y2 - box.y1))
      .sort((a, b) => a - b);
  const erythrocytes = sides(({ cellClass }) => cellClass === 'erythrocyte');
  if (erythrocytes.length >= 5) return middleOf(erythrocytes) / erythrocyteMicrons;
  const leukocytes = sides(({ cellClass }) => isLeukocyte(cellClass));
  return leukocytes.length === 0 ? undefined : middleOf(leukocytes) / leukocyteMicrons;
}

function middleOf(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)]!;
}
