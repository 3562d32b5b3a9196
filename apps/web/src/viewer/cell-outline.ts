/**
 * @file The line around a cell: from its mask, or its box when it has none.
 *
 * Masks are read once: the server's answers keep a mask's object until the cell changes, so outlines are
 * remembered by it. The same line is kept with fewer and fewer points: from afar nobody sees the rest.
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
  /** As true as it is drawn. */
  readonly fine: readonly Ring[];
  /** One for each of `tolerances`. */
  readonly levels: readonly (readonly Ring[])[];
}

/** Pixels of the image by which a drawn line may leave the mask's own, finest first. */
const tolerances = [0.35, 1.5, 5];
/** CSS pixels by which a line may be off where it is drawn. */
const mostError = 0.7;

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
      : outlineOfLevels(
          tolerances.map((most) => rings.map((ring) => simplifyRing(smoothRing(ring), most))),
        );
  remembered.set(cell.mask, outline);
  return outline;
}

/** Return a box as the outline it is. */
export function outlineOfBox(box: Box): Outline {
  const ring = ringOfBox(box);
  return outlineOfLevels([[ring]]);
}

/** Return the line with the fewest points that looks the same at a scale of CSS pixels a pixel. */
export function ringsAtScale({ fine, levels }: Outline, scale: number): readonly Ring[] {
  let best = fine;
  for (const [i, rings] of levels.entries()) {
    if (tolerances[i]! * scale <= mostError) best = rings;
  }
  return best;
}

/** Read masks ahead of drawing them, for at most `budgetMs`; returns whether all are ready. */
export function prepareOutlines(cells: readonly Cell[], budgetMs: number): boolean {
  const until = performance.now() + budgetMs;
  for (const cell of cells) {
    if (isOutlineReady(cell)) continue;
    if (performance.now() >= until) return false;
    outlineOf(cell);
  }
  return true;
}

function outlineOfLevels(levels: readonly (readonly Ring[])[]): Outline {
  return { fine: levels[0]!, levels };
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
