/** @file Which cell lies under a point. */
import type { Cell } from '@leukoscope/contract';
import type { Box, Point, Ring } from '@leukoscope/core';
import { outlineOf } from './cell-outline.ts';

/**
 * Return the cell under an image point; of several the smallest, which would otherwise be out of reach.
 * `reach` in image pixels widens what counts as "on" a line, for fingers.
 */
export function cellAt(cells: Iterable<Cell>, point: Point, reach: number): Cell | undefined {
  let best: Cell | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const cell of cells) {
    const { box } = cell;
    if (!isNear(box, point, reach)) continue;
    const { fine } = outlineOf(cell);
    const isInside = isInRings(fine, point);
    if (!isInside && distanceToRings(fine, point) > reach) continue;
    const area = (box.x2 - box.x1) * (box.y2 - box.y1);
    // Inside of one beats near to another, whatever their sizes.
    const rank = isInside ? area : area + 1e12;
    if (rank >= bestRank) continue;
    best = cell;
    bestRank = rank;
  }
  return best;
}

/** Tell whether a point lies inside an odd number of rings: in an outline, and not in its hole. */
export function isInRings(rings: readonly Ring[], { x, y }: Point): boolean {
  let isInside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const yi = ring[i + 1]!;
      const yj = ring[j + 1]!;
      if (yi > y === yj > y) continue;
      // Where the edge crosses the horizontal line through the point.
      const crossing = ring[i]! + ((y - yi) / (yj - yi)) * (ring[j]! - ring[i]!);
      if (x < crossing) isInside = !isInside;
    }
  }
  return isInside;
}

/** Return how far a point is from the nearest edge. */
export function distanceToRings(rings: readonly Ring[], point: Point): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const j = (i + 2) % ring.length;
      const edge = { ax: ring[i]!, ay: ring[i + 1]!, bx: ring[j]!, by: ring[j + 1]! };
      nearest = Math.min(nearest, distanceToEdge(edge, point));
    }
  }
  return nearest;
}

function distanceToEdge(
  { ax, ay, bx, by }: { ax: number; ay: number; bx: number; by: number },
  { x, y }: Point,
): number {
  const dx = bx - ax;
  const dy = by - ay;
  const squared = dx * dx + dy * dy;
  const t = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / squared));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

function isNear(box: Box, { x, y }: Point, reach: number): boolean {
  return x >= box.x1 - reach && x <= box.x2 + reach && y >= box.y1 - reach && y <= box.y2 + reach;
}
