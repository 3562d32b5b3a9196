/**
 * @file Cuts an image into overlapping tiles, row by row, so that strips can be read in their order.
 *
 * Tiles begin at multiples of the alignment and overlap by at least `overlap`; the last ones reach
 * the border. An image that fits into one tile is one tile.
 */
import { type Box, LeukoscopeError, type Size } from '@leukoscope/core';
import type { Tiling } from '../model/leukocyte-model.ts';

/** Compute the tiles of an image as boxes of whole pixels. */
export function tileGrid(size: Size, tiling: Tiling): Box[] {
  const { side, overlap, alignment = 1 } = tiling;
  const areWhole = [side, overlap, alignment].every(Number.isInteger);
  if (!areWhole || alignment < 1 || overlap < 0 || side - overlap < alignment) {
    throw new LeukoscopeError(
      'TILE_SIZE',
      `tile side must exceed its overlap by the alignment, all in whole pixels. Received side ${side}, overlap ${overlap}, alignment ${alignment}. Take a larger tile.`,
    );
  }
  const columns = spans(size.width, side, overlap, alignment);
  return spans(size.height, side, overlap, alignment).flatMap(({ from: y1, to: y2 }) =>
    columns.map(({ from: x1, to: x2 }) => ({ x1, y1, x2, y2 })),
  );
}

function spans(length: number, side: number, overlap: number, alignment: number) {
  if (length <= side) return [{ from: 0, to: length }];
  const step = Math.floor((side - overlap) / alignment) * alignment;
  const count = 1 + Math.ceil((length - side) / step);
  return Array.from({ length: count }, (_, i) => ({
    from: i * step,
    to: Math.min(length, i * step + side),
  }));
}
