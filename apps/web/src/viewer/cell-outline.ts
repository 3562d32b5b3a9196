/**
 * @file The line around a cell: from its mask, or its box when it has none.
 *
 * Masks are read once: the server's answers keep a mask's object until the cell changes, so outlines are
 * remembered by it. `fine` is for looking closely, `coarse` for many cells at once.
 */
import type { Cell, MaskJson } from '@leukoscope/contract';
import {
  type Box,
  decodePlacedRle,
  maskToPolygons,
  type Polygon,
  type Ring,
  rleFromString,
} from '@leukoscope/core';
import { simplifyRing, smoothRing } from './simplify-ring.ts';

/** The line around a cell in image pixels; rings of holes are among the rings. */
export interface Outline {
  readonly fine: readonly Ring[];
  readonly coarse: readonly Ring[];
}

/** Pixels of the image by which the drawn line may leave the mask's own. */
const fineTolerance = 0.35;
const coarseTolerance = 1.6;

const remembered = new WeakMap<MaskJson, Outline>();

/** Tell whether the outline costs no time any more. */
export function isOutlineReady(cell: Pick<Cell, 'mask'>): boolean {
  return cell.mask === null || remembered.has(cell.mask);
}

/** Return the line around a cell. */
export function outlineOf(cell: Pick<Cell, 'box' | 'mask'>): Outline {
  if (cell.mask === null) return outlineOfBox(cell.box);
  const known = remembered.get(cell.mask);
  if (known !== undefined) return known;
  const rings = polygonsOfMask(cell.mask).flatMap(({ outer, holes = [] }) => [outer, ...holes]);
  const outline =
    rings.length === 0
      ? outlineOfBox(cell.box)
      : {
          fine: rings.map((ring) => simplifyRing(smoothRing(ring), fineTolerance)),
          coarse: rings.map((ring) => simplifyRing(smoothRing(ring), coarseTolerance)),
        };
  remembered.set(cell.mask, outline);
  return outline;
}

/** Return a box as the outline it is. */
export function outlineOfBox(box: Box): Outline {
  const ring = ringOfBox(box);
  return { fine: [ring], coarse: [ring] };
}

/** Return the corners of a box, clockwise on the screen. */
export function ringOfBox({ x1, y1, x2, y2 }: Box): Ring {
  return [x1, y1, x2, y1, x2, y2, x1, y2];
}

/** Read a mask's polygons along its pixel edges. */
export function polygonsOfMask(mask: MaskJson): Polygon[] {
  const placed = decodePlacedRle(rleFromString(mask.counts, mask));
  return placed === undefined ? [] : maskToPolygons(placed);
}
