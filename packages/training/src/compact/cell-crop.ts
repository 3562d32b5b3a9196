/**
 * @file A located cell with its surroundings, scaled so that every cell has the same size.
 *
 * The store keeps `storeSide` pixels square around the cell, whose longer side measures `cellSide`
 * of them: enough to turn, shift and scale without touching the image again. What lies beyond the
 * image's border is `fillValue` grey, here and at inference.
 */
import type { Box, PlacedMask, RgbRaster } from '@leukoscope/core';
import { type Square, sampleSquareInPlace } from '@leukoscope/models';

/** Side of a stored crop in pixels. */
export const storeSide = 224;
/** Longer side of the cell's box in a stored crop: more than any view shows, so that views are as sharp as at inference. */
export const cellSide = 112;

/** One located cell. */
export interface CellCrop {
  /** Planes of R, G and B, each `storeSide` squared. */
  readonly pixels: Uint8Array;
  /** 0..255 share of the cell in each pixel; undefined where nobody outlined it. */
  readonly mask?: Uint8Array;
}

/** Cut a cell out of its image and bring it to the store's scale. */
export function cutCellCrop(raster: RgbRaster, box: Box, mask?: PlacedMask): CellCrop {
  const longer = Math.max(box.x2 - box.x1, box.y2 - box.y1);
  const side = (longer * storeSide) / cellSide;
  const square = {
    left: (box.x1 + box.x2 - side) / 2,
    top: (box.y1 + box.y2 - side) / 2,
    side,
  };
  const pixels = new Uint8Array(storeSide * storeSide * 3);
  sampleSquareInPlace(raster, square, storeSide, pixels);
  return mask === undefined ? { pixels } : { pixels, mask: sampleMask(mask, square) };
}

/** Share of the cell in each stored pixel, from 4 x 4 points. */
function sampleMask({ left, top, mask }: PlacedMask, square: Square): Uint8Array {
  const out = new Uint8Array(storeSide * storeSide);
  const step = square.side / storeSide;
  const n = 4;
  for (let y = 0; y < storeSide; y++) {
    for (let x = 0; x < storeSide; x++) {
      let count = 0;
      for (let j = 0; j < n; j++) {
        const row = Math.floor(square.top + (y + (j + 0.5) / n) * step) - top;
        if (row < 0 || row >= mask.height) continue;
        for (let i = 0; i < n; i++) {
          const column = Math.floor(square.left + (x + (i + 0.5) / n) * step) - left;
          if (column >= 0 && column < mask.width) count += mask.data[row * mask.width + column]!;
        }
      }
      out[y * storeSide + x] = Math.round((255 * count) / (n * n));
    }
  }
  return out;
}
