/**
 * @file Contours of a mask along the edges between pixels, so that a contour's area is the exact number
 * of pixels inside. Outer contours run clockwise on the screen, holes counter-clockwise.
 */
import type { Mask, Point } from '@leukoscope/core';

/** A closed line of corner points; the last point joins the first. */
export interface Contour {
  readonly points: readonly Point[];
  readonly isHole: boolean;
}

/** The four directions of a step along pixel edges: right, down, left, up. */
const stepX = [1, 0, -1, 0] as const;
const stepY = [0, 1, 0, -1] as const;

/**
 * Trace every contour. Components are 8-connected: where two pixels touch at a corner only, the
 * contour runs through the corner and keeps them together.
 */
export function traceContours(mask: Mask): Contour[] {
  const { width, height } = mask;
  const isSet = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && mask.data[y * width + x] !== 0;
  // Every set pixel whose upper neighbour is unset owns one edge that runs right: start there.
  const done = new Uint8Array(width * height);
  const contours: Contour[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isSet(x, y) || isSet(x, y - 1) || done[y * width + x] === 1) continue;
      const points = follow(x, y, isSet, (px, py) => {
        done[py * width + px] = 1;
      });
      contours.push({ points, isHole: contourArea(points) < 0 });
    }
  }
  return contours;
}

function follow(
  startX: number,
  startY: number,
  isSet: (x: number, y: number) => boolean,
  markUpperEdge: (x: number, y: number) => void,
): Point[] {
  const points: Point[] = [];
  let x = startX; // corner of the pixel grid
  let y = startY;
  let direction = 0;
  do {
    points.push({ x, y });
    // Walk straight on while the pixel on the right is set and the one on the left is not.
    let turn = 0;
    do {
      if (direction === 0) markUpperEdge(x, y);
      x += stepX[direction]!;
      y += stepY[direction]!;
      turn = turnAt(x, y, direction, isSet);
    } while (turn === 0);
    direction = (direction + turn + 4) % 4;
  } while (x !== startX || y !== startY || direction !== 0);
  return points;
}

/** Decide at a corner: -1 left (keeps diagonal pixels together), 0 straight, 1 right. */
function turnAt(
  x: number,
  y: number,
  direction: number,
  isSet: (x: number, y: number) => boolean,
): -1 | 0 | 1 {
  // The two pixels ahead of the corner, seen along the direction of travel.
  const [leftX, leftY, rightX, rightY] = ahead[direction]!;
  if (isSet(x + leftX, y + leftY)) return -1;
  return isSet(x + rightX, y + rightY) ? 0 : 1;
}

/** Offsets of the pixels ahead-left and ahead-right of a corner for each direction. */
const ahead: readonly (readonly [number, number, number, number])[] = [
  [0, -1, 0, 0],
  [0, 0, -1, 0],
  [-1, 0, -1, -1],
  [-1, -1, 0, -1],
];

/** Signed area of a polygon (shoelace); positive when it runs clockwise on the screen. */
export function contourArea(points: readonly Point[]): number {
  let twice = 0;
  for (let i = 0; i < points.length; i++) {
    const a = points[i]!;
    const b = points[(i + 1) % points.length]!;
    twice += a.x * b.y - b.x * a.y;
  }
  return twice / 2;
}

/** Leave out points that lie within `tolerance` pixels of the line (Douglas and Peucker 1973). */
export function simplifyContour(points: readonly Point[], tolerance: number): Point[] {
  if (points.length <= 3 || tolerance <= 0) return [...points];
  // A closed line has no ends: cut it at its first point and at the point farthest from that.
  let farthest = 0;
  points.forEach((point, i) => {
    if (distance(point, points[0]!) > distance(points[farthest]!, points[0]!)) farthest = i;
  });
  const there = simplifyLine(points.slice(0, farthest + 1), tolerance);
  const back = simplifyLine([...points.slice(farthest), points[0]!], tolerance);
  return [...there.slice(0, -1), ...back.slice(0, -1)];
}

function simplifyLine(points: readonly Point[], tolerance: number): Point[] {
  const keep = new Uint8Array(points.length);
  keep[0] = 1;
  keep[points.length - 1] = 1;
  const stack: [number, number][] = [[0, points.length - 1]];
  for (let span = stack.pop(); span !== undefined; span = stack.pop()) {
    const [from, to] = span;
    let worst = tolerance;
    let index = -1;
    for (let i = from + 1; i < to; i++) {
      const away = distanceToSegment(points[i]!, points[from]!, points[to]!);
      if (away <= worst) continue;
      worst = away;
      index = i;
    }
    if (index < 0) continue;
    keep[index] = 1;
    stack.push([from, index], [index, to]);
  }
  return points.filter((_, i) => keep[i] === 1);
}

/** Distance of a point to the segment from a to b. */
export function distanceToSegment(point: Point, a: Point, b: Point): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point.x - a.x) * dx + (point.y - a.y) * dy) / length;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - a.x - t * dx, point.y - a.y - t * dy);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
