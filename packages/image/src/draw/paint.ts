/** @file Mixes colours into an RGB raster: rectangles, masks, and anything with a coverage. */
import type { Box, PlacedMask, RgbRaster } from '@leukoscope/core';
import type { Rgb } from './colour-of-class.ts';
import type { Coverage } from './coverage.ts';

/** Mix a colour in where a shape covers. */
export function paintCoverageInPlace(
  raster: RgbRaster,
  coverage: Coverage,
  colour: Rgb,
  opacity = 1,
): void {
  const { left, top } = coverage;
  for (let y = Math.max(0, -top); y < Math.min(coverage.height, raster.height - top); y++) {
    for (let x = Math.max(0, -left); x < Math.min(coverage.width, raster.width - left); x++) {
      const share = coverage.data[y * coverage.width + x]! * opacity;
      if (share > 0) mixInPlace(raster, left + x, top + y, colour, share);
    }
  }
}

/** Mix a colour into the set pixels of a mask. */
export function paintMaskInPlace(
  raster: RgbRaster,
  placed: PlacedMask,
  colour: Rgb,
  opacity: number,
): void {
  const { left, top, mask } = placed;
  for (let y = Math.max(0, -top); y < Math.min(mask.height, raster.height - top); y++) {
    for (let x = Math.max(0, -left); x < Math.min(mask.width, raster.width - left); x++) {
      if (mask.data[y * mask.width + x] === 0) continue;
      mixInPlace(raster, left + x, top + y, colour, opacity);
    }
  }
}

/** Fill a rectangle of whole pixels. */
export function paintBoxInPlace(raster: RgbRaster, box: Box, colour: Rgb, opacity = 1): void {
  for (let y = Math.max(0, Math.round(box.y1)); y < Math.min(raster.height, box.y2); y++) {
    for (let x = Math.max(0, Math.round(box.x1)); x < Math.min(raster.width, box.x2); x++) {
      mixInPlace(raster, x, y, colour, opacity);
    }
  }
}

/** Copy a raster into another at a whole-pixel place; what does not fit is cut off. */
export function pasteInPlace(
  target: RgbRaster,
  raster: RgbRaster,
  left: number,
  top: number,
): void {
  const fromX = Math.max(0, -left);
  const toX = Math.min(raster.width, target.width - left);
  if (toX <= fromX) return;
  for (let y = Math.max(0, -top); y < Math.min(raster.height, target.height - top); y++) {
    const start = (y * raster.width + fromX) * 3;
    const row = raster.data.subarray(start, start + (toX - fromX) * 3);
    target.data.set(row, ((top + y) * target.width + left + fromX) * 3);
  }
}

function mixInPlace(raster: RgbRaster, x: number, y: number, colour: Rgb, share: number): void {
  const at = (y * raster.width + x) * 3;
  for (let c = 0; c < 3; c++) {
    raster.data[at + c] = raster.data[at + c]! * (1 - share) + colour[c]! * share + 0.5;
  }
}
