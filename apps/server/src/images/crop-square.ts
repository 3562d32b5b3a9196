/** @file Squares around cells: where they lie, and how they are cut out of a decoded image. */
import type { Box, Raster } from '@leukoscope/core';
import { cropRaster, resizeRaster } from '@leukoscope/image';

const leastSide = 8;
const white = [255, 255, 255] as const;

/** Return the square around a box, in whole pixels; it may reach outside the image. */
export function squareAround(box: Box, zoom: number): Box {
  const side = Math.max(leastSide, Math.ceil(Math.max(box.x2 - box.x1, box.y2 - box.y1) * zoom));
  const x1 = Math.round((box.x1 + box.x2 - side) / 2);
  const y1 = Math.round((box.y1 + box.y2 - side) / 2);
  return { x1, y1, x2: x1 + side, y2: y1 + side };
}

/** Cut a square out, white where it lies outside, and bring it to a side. */
export function cutSquare(image: Raster, square: Box, side: number): Raster {
  const cut = cropRaster(image, square, { padding: white });
  return resizeRaster(cut, { width: side, height: side });
}
