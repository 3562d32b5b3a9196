/**
 * @file Affine maps of the plane: x' = a x + b y + c, y' = d x + e y + f (OpenCV's 2 x 3 row order).
 *
 * Points are continuous pixels: pixel (0, 0) covers 0..1 and has its centre at (0.5, 0.5).
 */
import { type Box, LeukoscopeError, type Point } from '@leukoscope/core';

/** Six numbers a b c d e f. */
export type Affine = readonly [number, number, number, number, number, number];

/** The map that leaves every point where it is. */
export const identityAffine: Affine = [1, 0, 0, 0, 1, 0];

/** Make a shift. */
export function translation(x: number, y: number): Affine {
  return [1, 0, x, 0, 1, y];
}

/** Make a scaling about a point. */
export function scaling(x: number, y: number, about: Point = origin): Affine {
  return [x, 0, about.x - x * about.x, 0, y, about.y - y * about.y];
}

/** Make a rotation about a point; positive angles turn clockwise on the screen (y points down). */
export function rotation(degrees: number, about: Point = origin): Affine {
  // Quarter turns are exact, so that they move whole pixels.
  const quarter = degrees / 90;
  const exact = Number.isInteger(quarter);
  const turn = ((quarter % 4) + 4) % 4;
  const cos = exact ? [1, 0, -1, 0][turn]! : Math.cos((degrees * Math.PI) / 180);
  const sin = exact ? [0, 1, 0, -1][turn]! : Math.sin((degrees * Math.PI) / 180);
  const c = about.x - cos * about.x + sin * about.y;
  const f = about.y - sin * about.x - cos * about.y;
  return [cos, -sin, c, sin, cos, f];
}

/** Make a shear along x and y about a point: x' = x + sx y, y' = y + sy x. */
export function shearing(x: number, y: number, about: Point = origin): Affine {
  return [1, x, -x * about.y, y, 1, -y * about.x];
}

const origin: Point = { x: 0, y: 0 };

/** Compose maps; the first argument is applied first. */
export function composeAffine(...maps: readonly Affine[]): Affine {
  return maps.reduce(
    ([a, b, c, d, e, f], [A, B, C, D, E, F]): Affine => [
      A * a + B * d,
      A * b + B * e,
      A * c + B * f + C,
      D * a + E * d,
      D * b + E * e,
      D * c + E * f + F,
    ],
    identityAffine,
  );
}

/** Invert a map; throws when it squeezes the plane to a line. */
export function invertAffine([a, b, c, d, e, f]: Affine): Affine {
  const determinant = a * e - b * d;
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1e-12) {
    throw new LeukoscopeError(
      'AFFINE_SINGULAR',
      `affine map must have an inverse. Received determinant ${determinant}. Scale by more than 0.`,
    );
  }
  const A = e / determinant;
  const B = -b / determinant;
  const D = -d / determinant;
  const E = a / determinant;
  return [A, B, -(A * c + B * f), D, E, -(D * c + E * f)];
}

/** Map a point. */
export function mapPoint([a, b, c, d, e, f]: Affine, { x, y }: Point): Point {
  return { x: a * x + b * y + c, y: d * x + e * y + f };
}

/** Map a box: the smallest box around its four mapped corners. */
export function mapBox(map: Affine, box: Box): Box {
  const corners = [
    mapPoint(map, { x: box.x1, y: box.y1 }),
    mapPoint(map, { x: box.x2, y: box.y1 }),
    mapPoint(map, { x: box.x1, y: box.y2 }),
    mapPoint(map, { x: box.x2, y: box.y2 }),
  ];
  const xs = corners.map((corner) => corner.x);
  const ys = corners.map((corner) => corner.y);
  return { x1: Math.min(...xs), y1: Math.min(...ys), x2: Math.max(...xs), y2: Math.max(...ys) };
}
