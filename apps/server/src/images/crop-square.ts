/** @file Squares around cells: where they lie. */
import type { Box } from '@leukoscope/core';

const leastSide = 8;

/** How large a square is: of a side in pixels, or in multiples of the longer side of the box. */
export type SquareSize = { readonly region: number } | { readonly zoom: number };

/** Return the square around a box, in whole pixels; it may reach outside the image. */
export function squareAround(box: Box, size: SquareSize): Box {
  const longer = Math.max(box.x2 - box.x1, box.y2 - box.y1);
  const side = Math.max(leastSide, 'region' in size ? size.region : Math.ceil(longer * size.zoom));
  const x1 = Math.round((box.x1 + box.x2 - side) / 2);
  const y1 = Math.round((box.y1 + box.y2 - side) / 2);
  return { x1, y1, x2: x1 + side, y2: y1 + side };
}
