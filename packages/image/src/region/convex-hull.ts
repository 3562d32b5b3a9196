/** @file Convex hull of points by Andrew's monotone chain (1979). */
import type { Point } from '@leukoscope/core';

/** Return the corners of the smallest convex polygon around the points, clockwise on the screen. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length <= 2) return sorted;
  const chain = (ordered: readonly Point[]): Point[] => {
    const hull: Point[] = [];
    for (const point of ordered) {
      while (hull.length >= 2 && turn(hull.at(-2)!, hull.at(-1)!, point) <= 0) hull.pop();
      hull.push(point);
    }
    return hull.slice(0, -1); // the last point begins the other chain
  };
  return [...chain(sorted), ...chain(sorted.toReversed())];
}

/** Positive when a, b, c turn clockwise on the screen. */
function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}
