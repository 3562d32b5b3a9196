/**
 * @file Polygons with holes, and their rasterising exactly as COCO does it.
 *
 * A ring is x0 y0 x1 y1 ... in image pixels (continuous; pixel (0, 0) covers [0, 1) x [0, 1)), closed
 * without repeating its first point. Reference: maskApi.c rleFrPoly, whose rounding (a grid five times
 * finer, columns read at their middle) decides every border pixel of COCO's ground truth.
 */
import { LeukoscopeError } from '../errors.ts';
import type { Size } from '../raster.ts';
import { createRle, type Rle } from './rle.ts';
import { mergeRles, subtractRle } from './rle-algebra.ts';

/** A closed line: x0 y0 x1 y1 ..., first point not repeated. */
export type Ring = readonly number[];

/** An outer ring and the holes in it. */
export interface Polygon {
  readonly outer: Ring;
  readonly holes?: readonly Ring[];
}

const scale = 5;
// A boundary this long (in fifths of a pixel) is no cell: it would take minutes and gigabytes.
const longestBoundary = 50_000_000;

/** Rasterise polygons into one mask: the union of the outer rings, each without its holes. */
export function polygonsToRle(polygons: readonly Polygon[], size: Size): Rle {
  if (polygons.length === 0) return createRle(size, [size.width * size.height]);
  return mergeRles(
    polygons.map(({ outer, holes = [] }) =>
      holes.reduce((rle, hole) => subtractRle(rle, ringToRle(hole, size)), ringToRle(outer, size)),
    ),
  );
}

/** Rasterise one ring as pycocotools does; overlapping parts of the ring cancel (even-odd). */
export function ringToRle(ring: Ring, size: Size): Rle {
  checkRing(ring);
  const crossings = crossingsOf(ring, size);
  crossings.push(size.width * size.height);
  const sorted = Float64Array.from(crossings).sort();
  const gaps = sorted.map((position, i) => position - (i === 0 ? 0 : sorted[i - 1]!));
  // Two crossings at one place cancel: their neighbours are one run.
  const counts = [gaps[0]!];
  for (let i = 1; i < gaps.length; i++) {
    if (gaps[i]! > 0) counts.push(gaps[i]!);
    else if (++i < gaps.length) counts[counts.length - 1]! += gaps[i]!;
  }
  return { width: size.width, height: size.height, counts: Uint32Array.from(counts) };
}

/** Compute the area by the shoelace formula, |Σ (x_i y_{i+1} - x_{i+1} y_i)| / 2. */
export function ringArea(ring: Ring): number {
  return Math.abs(signedRingArea(ring));
}

/** Compute the signed area: positive when the ring runs clockwise on the screen (y down). */
export function signedRingArea(ring: Ring): number {
  let doubled = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    doubled += ring[i]! * ring[j + 1]! - ring[j]! * ring[i + 1]!;
  }
  return doubled / 2;
}

/** Collect the places, column-major, where the ring enters or leaves the mask going down a column. */
function crossingsOf(ring: Ring, size: Size): number[] {
  const points = ring.length / 2;
  // C's cast to int cuts towards zero, so the + 0.5 rounds negative numbers up: kept as it is.
  const fine = ring.map((value) => Math.trunc(scale * value + 0.5));
  const crossings: number[] = [];
  let lastU = Number.NaN;
  let lastV = Number.NaN;
  for (let j = 0; j < points; j++) {
    const next = (j + 1) % points;
    let xs = fine[j * 2]!;
    let ys = fine[j * 2 + 1]!;
    let xe = fine[next * 2]!;
    let ye = fine[next * 2 + 1]!;
    const dx = Math.abs(xe - xs);
    const dy = Math.abs(ye - ys);
    const flip = (dx >= dy && xs > xe) || (dx < dy && ys > ye);
    if (flip) [xs, ys, xe, ye] = [xe, ye, xs, ys];
    const steps = Math.max(dx, dy);
    const slope = steps === 0 ? 0 : dx >= dy ? (ye - ys) / dx : (xe - xs) / dy;
    for (let d = 0; d <= steps; d++) {
      const t = flip ? steps - d : d;
      const u = dx >= dy ? t + xs : Math.trunc(xs + slope * t + 0.5);
      const v = dx >= dy ? Math.trunc(ys + slope * t + 0.5) : t + ys;
      if (u !== lastU && !Number.isNaN(lastU)) addCrossing(crossings, u, v, lastU, lastV, size);
      lastU = u;
      lastV = v;
    }
  }
  return crossings;
}

/** Add the crossing between two neighbouring fine points, when it lies at the middle of a column. */
function addCrossing(
  crossings: number[],
  u: number,
  v: number,
  lastU: number,
  lastV: number,
  size: Size,
): void {
  const x = ((u < lastU ? u : u - 1) + 0.5) / scale - 0.5;
  if (Math.floor(x) !== x || x < 0 || x > size.width - 1) return;
  const y = (Math.min(v, lastV) + 0.5) / scale - 0.5;
  crossings.push(x * size.height + Math.ceil(Math.min(Math.max(y, 0), size.height)));
}

function checkRing(ring: Ring): void {
  if (ring.length < 6 || ring.length % 2 !== 0) {
    throw new LeukoscopeError(
      'POLYGON_POINTS',
      `a ring must hold at least 3 points of 2 numbers. Received ${ring.length} numbers.`,
    );
  }
  let boundary = 0;
  for (let i = 0; i < ring.length; i++) {
    const value = ring[i]!;
    if (!Number.isFinite(value)) {
      throw new LeukoscopeError(
        'POLYGON_POINTS',
        `a ring's coordinates must be finite numbers. Received ${value} at position ${i}.`,
      );
    }
    boundary += Math.abs(value - ring[(i + 2) % ring.length]!) * scale;
  }
  if (boundary > longestBoundary) {
    throw new LeukoscopeError(
      'POLYGON_LENGTH',
      `a ring's boundary must be at most ${longestBoundary / scale} pixels long. ` +
        `Received ${Math.round(boundary / scale)}.`,
    );
  }
}
