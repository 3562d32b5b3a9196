/** @file Cuts squares out of a decoded image. */
import type { Box, Raster } from '@leukoscope/core';
import { cropRaster, resizeRaster } from '@leukoscope/image';

/** Neither smear nor plasma: nobody takes it for a part of the picture. */
const beyond = [150, 150, 150] as const;

/** Cut a square out, neutral grey where it lies outside, and bring it to a side. */
export function cutSquare(image: Raster, square: Box, side: number): Raster {
  const cut = cropRaster(image, square, { padding: beyond });
  return resizeRaster(cut, { width: side, height: side });
}
