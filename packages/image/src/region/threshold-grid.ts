/**
 * @file Draws a coarse grid of numbers at the pixels of an image: what networks give as masks.
 *
 * The grid lies over an area of the image, each number in the middle of its cell. Between the middles it is
 * bilinear, beyond the outer ones it stays as they are. A pixel is set where the value at its centre is above
 * the threshold.
 */
import { type Box, createMask, type PlacedMask, type Size, toPlacedMask } from '@leukoscope/core';
import { bilinearAt } from '../geometry/bilinear.ts';

/** Numbers in rows. */
export interface NumberGrid extends Size {
  readonly data: ArrayLike<number>;
  /** Where the first row begins in `data`. @default 0 */
  readonly offset?: number | undefined;
}

/** Set the pixels of an image where a grid over `area` is above `threshold`; undefined where none is. */
export function thresholdGrid(
  grid: NumberGrid,
  area: Box,
  image: Size,
  threshold: number,
): PlacedMask | undefined {
  const { data, offset = 0 } = grid;
  const left = Math.max(0, Math.floor(area.x1));
  const top = Math.max(0, Math.floor(area.y1));
  const width = Math.min(image.width, Math.ceil(area.x2)) - left;
  const height = Math.min(image.height, Math.ceil(area.y2)) - top;
  if (width < 1 || height < 1) return undefined;
  const mask = createMask({ width, height });
  const columns = placesAlong(left, width, area.x1, area.x2, grid.width);
  const rows = placesAlong(top, height, area.y1, area.y2, grid.height);
  for (let y = 0; y < height; y++) {
    const row = offset + rows.first[y]! * grid.width;
    const below = rows.step * grid.width;
    for (let x = 0; x < width; x++) {
      const at = row + columns.first[x]!;
      const value = bilinearAt(data, at, columns.step, below, columns.share[x]!, rows.share[y]!);
      if (value > threshold) mask.data[y * width + x] = 1;
    }
  }
  const tight = toPlacedMask(mask);
  if (tight === undefined) return undefined;
  return { left: left + tight.left, top: top + tight.top, mask: tight.mask };
}

/** For each pixel along one axis: the grid's number before its centre, and the share of the one after. */
function placesAlong(start: number, count: number, from: number, to: number, length: number) {
  const perPixel = length / (to - from);
  const first = new Int32Array(count);
  const share = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const at = Math.max(0, Math.min(length - 1, (start + i + 0.5 - from) * perPixel - 0.5));
    first[i] = Math.max(0, Math.min(Math.floor(at), length - 2));
    share[i] = at - first[i]!;
  }
  // A single number has no neighbour.
  return { first, share, step: length > 1 ? 1 : 0 };
}
