/**
 * @file How much of each pixel a shape covers, 0..1: the base of all anti-aliased drawing.
 *
 * Filled shapes use exact signed areas (the accumulation buffer of font-rs, R. Levien 2016); strokes
 * use the distance to the line, which gives round joins and ends.
 */
import type { Box, Point } from '@leukoscope/core';

/** Coverage of a rectangle of pixels whose corner lies at (left, top) of the image. */
export interface Coverage {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Cover the inside of closed polygons; where they overlap, opposite directions cancel (holes). */
export function coverPolygons(polygons: readonly (readonly Point[])[]): Coverage {
  const coverage = createCoverage(boundsOf(polygons, 1));
  for (const polygon of polygons) {
    for (let i = 0; i < polygon.length; i++) {
      const a = polygon[i]!;
      const b = polygon[(i + 1) % polygon.length]!;
      const { left, top } = coverage;
      addEdge(coverage, a.x - left, a.y - top, b.x - left, b.y - top);
    }
  }
  const { data, width } = coverage;
  for (let row = 0; row < data.length; row += width) {
    let sum = 0;
    for (let i = row; i < row + width; i++) {
      sum += data[i]!;
      data[i] = Math.min(1, Math.abs(sum));
    }
  }
  return coverage;
}

/** Add the signed area to the right of one edge, as differences along each row. */
function addEdge(coverage: Coverage, ax: number, ay: number, bx: number, by: number): void {
  if (ay === by) return;
  const { data, width } = coverage;
  const sign = ay < by ? 1 : -1;
  const [x1, y1, x2, y2] = ay < by ? [ax, ay, bx, by] : [bx, by, ax, ay];
  const slope = (x2 - x1) / (y2 - y1);
  let x = x1;
  for (let y = Math.floor(y1); y < Math.ceil(y2); y++) {
    const dy = Math.min(y + 1, y2) - Math.max(y, y1);
    const next = x + slope * dy;
    spread(data, y * width, Math.min(x, next), Math.max(x, next), dy * sign);
    x = next;
  }
}

/** Spread `area` over the pixels from x1 to x2 of one row, so that its running sum is the coverage. */
function spread(data: Float32Array, row: number, x1: number, x2: number, area: number): void {
  const first = Math.floor(x1);
  const last = Math.ceil(x2);
  const add = (x: number, value: number) => {
    data[row + x] = data[row + x]! + value;
  };
  if (last <= first + 1) {
    const right = (x1 + x2) / 2 - first;
    add(first, area * (1 - right));
    add(first + 1, area * right);
    return;
  }
  // Coverage up to each pixel's right side is a trapezoid of the line's run through the row.
  const perPixel = 1 / (x2 - x1);
  let before = 0;
  for (let x = first; x < last; x++) {
    const from = Math.max(0, x - x1);
    const to = Math.min(x2 - x1, x + 1 - x1);
    // mean over the pixel of the share of the line that lies to the left
    const inside = (to - from) * ((from + to) / 2) * perPixel + Math.max(0, x + 1 - x2);
    add(x, area * (inside - before));
    before = inside;
  }
  add(last, area * (1 - before));
}

/** Cover a line of the given width. */
export function coverStroke(points: readonly Point[], width: number, isClosed: boolean): Coverage {
  const half = width / 2;
  const coverage = createCoverage(boundsOf([points], half + 1));
  const last = isClosed ? points.length : points.length - 1;
  for (let i = 0; i < last; i++) {
    coverSegment(coverage, points[i]!, points[(i + 1) % points.length]!, half);
  }
  return coverage;
}

function coverSegment(coverage: Coverage, a: Point, b: Point, half: number): void {
  const { left, top, width, height, data } = coverage;
  const reach = half + 1;
  const fromX = Math.max(0, Math.floor(Math.min(a.x, b.x) - reach) - left);
  const toX = Math.min(width, Math.ceil(Math.max(a.x, b.x) + reach) - left);
  const fromY = Math.max(0, Math.floor(Math.min(a.y, b.y) - reach) - top);
  const toY = Math.min(height, Math.ceil(Math.max(a.y, b.y) + reach) - top);
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const scale = 1 / Math.max(1e-12, dx * dx + dy * dy);
  for (let y = fromY; y < toY; y++) {
    const py = top + y + 0.5 - a.y;
    for (let x = fromX; x < toX; x++) {
      const px = left + x + 0.5 - a.x;
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) * scale));
      const away = Math.hypot(px - along * dx, py - along * dy);
      const value = half + 0.5 - away;
      if (value > data[y * width + x]!) data[y * width + x] = Math.min(1, value);
    }
  }
}

function createCoverage(bounds: Box): Coverage {
  const width = Math.max(1, bounds.x2 - bounds.x1);
  const height = Math.max(1, bounds.y2 - bounds.y1);
  const data = new Float32Array(width * height);
  return { left: bounds.x1, top: bounds.y1, width, height, data };
}

function boundsOf(lines: readonly (readonly Point[])[], margin: number): Box {
  let x1 = Number.POSITIVE_INFINITY;
  let y1 = Number.POSITIVE_INFINITY;
  let x2 = Number.NEGATIVE_INFINITY;
  let y2 = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    for (const { x, y } of line) {
      x1 = Math.min(x1, x);
      y1 = Math.min(y1, y);
      x2 = Math.max(x2, x);
      y2 = Math.max(y2, y);
    }
  }
  if (x2 < x1) return { x1: 0, y1: 0, x2: 0, y2: 0 };
  return {
    x1: Math.floor(x1 - margin),
    y1: Math.floor(y1 - margin),
    x2: Math.ceil(x2 + margin) + 1,
    y2: Math.ceil(y2 + margin) + 1,
  };
}
