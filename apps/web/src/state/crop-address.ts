/** @file Where the picture of a cell is. */
import type { Cell } from '@leukoscope/contract';
import { addressOf } from './api.ts';

/** Sides in pixels that are asked for: few, so that a picture that the page keeps is found again. */
const sides = [64, 96, 128, 192, 256, 384, 512];

/** Return the address of a cell's picture that is sharp at a size in CSS pixels. */
export function cropAddress(
  cell: Pick<Cell, 'id' | 'box'>,
  cssSize: number,
  options: {
    readonly zoom?: number;
    /** Side of the region in pixels of the image, in place of a zoom. */
    readonly region?: number | undefined;
    readonly pixelRatio?: number;
  } = {},
): string {
  const { zoom = 1.4, region, pixelRatio = 1 } = options;
  const wanted = cssSize * Math.min(2, pixelRatio);
  const size = sides.find((side) => side >= wanted * 0.9) ?? 512;
  return addressOf('getCellCrop', {
    params: { id: cell.id },
    query: {
      size,
      ...(region === undefined ? { zoom } : { region }),
      revision: boxNumber(cell),
    },
  });
}

/** Return the square region of the picture: as the server cuts it. */
export function cropRegion({ box }: Pick<Cell, 'box'>, zoom: number) {
  const side = Math.max(8, Math.ceil(Math.max(box.x2 - box.x1, box.y2 - box.y1) * zoom));
  const x = Math.round((box.x1 + box.x2 - side) / 2);
  const y = Math.round((box.y1 + box.y2 - side) / 2);
  return { x, y, side };
}

/**
 * A number that changes with the box. The cell's own revision would too, but also with every review: each
 * confirmed cell would fetch its picture again.
 */
function boxNumber({ box }: Pick<Cell, 'box'>): number {
  return [box.x1, box.y1, box.x2, box.y2].reduce(
    (hash, value) => (Math.imul(hash, 31) + Math.round(value * 8)) >>> 1,
    7,
  );
}
