/** @file How large the leukocytes of an image are, by what a first look found in it. */
import type { Box, CellClass } from '@leukoscope/core';

/** Erythrocytes measure about this share of a leukocyte across. */
const erythrocyteShare = 0.6;
/** One erythrocyte may be a mistake; several agree. */
const leastErythrocytes = 5;

/** Return the longer side of leukocytes, by themselves or by the erythrocytes; undefined where neither was found. */
export function leukocyteSide(
  cells: readonly { readonly box: Box; readonly cellClass: CellClass }[],
): number | undefined {
  const others: readonly CellClass[] = ['erythrocyte', 'platelet', 'giant-platelet', 'artefact'];
  const leukocytes = cells.filter(({ cellClass }) => !others.includes(cellClass));
  if (leukocytes.length > 0) return medianSide(leukocytes);
  const erythrocytes = cells.filter(({ cellClass }) => cellClass === 'erythrocyte');
  if (erythrocytes.length < leastErythrocytes) return undefined;
  return medianSide(erythrocytes) / erythrocyteShare;
}

function medianSide(cells: readonly { readonly box: Box }[]): number {
  const sides = cells
    .map(({ box }) => Math.max(box.x2 - box.x1, box.y2 - box.y1))
    .sort((a, b) => a - b);
  return sides[Math.floor(sides.length / 2)]!;
}
