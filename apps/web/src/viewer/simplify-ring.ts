/**
 * @file Rings with fewer points: Douglas and Peucker (1973), on closed lines.
 *
 * A mask's outline follows pixel edges and has a corner at every step; a few tenths of a pixel of
 * tolerance make a smooth line of it, with a tenth of the points.
 */
import type { Ring } from '@leukoscope/core';

/** Leave out points whose absence moves the line by at most `tolerance` pixels; at least a triangle stays. */
export function simplifyRing(ring: Ring, tolerance: number): Ring {
  const points = ring.length / 2;
  if (points <= 3 || tolerance <= 0) return ring;
  // A closed line has no ends; the two points farthest apart along x or y are surely corners.
  const [first, second] = farCorners(ring);
  const keep = new Uint8Array(points);
  keep[first] = 1;
  keep[second] = 1;
  markBetween(ring, first, second, tolerance, keep);
  markBetween(ring, second, first, tolerance, keep);
  const kept = [...keep.keys()].filter((i) => keep[i] === 1);
  if (kept.length < 3) kept.splice(0, kept.length, first, ...thirdCorner(ring, first, second));
  return kept.flatMap((i) => [ring[i * 2]!, ring[i * 2 + 1]!]);
}

/** Cut the corners of a line that follows pixel edges: each edge gives its middle. */
export function smoothRing(ring: Ring): Ring {
  const middles: number[] = [];
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    middles.push((ring[i]! + ring[j]!) / 2, (ring[i + 1]! + ring[j + 1]!) / 2);
  }
  return middles;
}

function farCorners(ring: Ring): [number, number] {
  let left = 0;
  let right = 0;
  let top = 0;
  let bottom = 0;
  for (let i = 1; i < ring.length / 2; i++) {
    if (ring[i * 2]! < ring[left * 2]!) left = i;
    if (ring[i * 2]! > ring[right * 2]!) right = i;
    if (ring[i * 2 + 1]! < ring[top * 2 + 1]!) top = i;
    if (ring[i * 2 + 1]! > ring[bottom * 2 + 1]!) bottom = i;
  }
  const isWide = ring[right * 2]! - ring[left * 2]! >= ring[bottom * 2 + 1]! - ring[top * 2 + 1]!;
  const pair: [number, number] = isWide ? [left, right] : [top, bottom];
  return pair[0] === pair[1] ? [0, 1] : pair;
}

/** Mark what must stay between two points, going forward and round the end. */
function markBetween(
  ring: Ring,
  from: number,
  to: number,
  tolerance: number,
  keep: Uint8Array,
): void {
  const points = ring.length / 2;
  const spans: [number, number][] = [[from, to < from ? to + points : to]];
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [start, end] = span;
    let worst = tolerance;
    let at = -1;
    for (let i = start + 1; i < end; i++) {
      const distance = distanceToSegment(ring, i % points, start % points, end % points);
      if (distance > worst) {
        worst = distance;
        at = i;
      }
    }
    if (at < 0) continue;
    keep[at % points] = 1;
    spans.push([start, at], [at, end]);
  }
}

/** A flat ring must not become a line of two points: the point farthest from that line makes a triangle. */
function thirdCorner(ring: Ring, first: number, second: number): number[] {
  let third = -1;
  let worst = -1;
  for (let i = 0; i < ring.length / 2; i++) {
    if (i === first || i === second) continue;
    const distance = distanceToSegment(ring, i, first, second);
    if (distance <= worst) continue;
    worst = distance;
    third = i;
  }
  return [second, third].sort((a, b) => a - b);
}

function distanceToSegment(ring: Ring, i: number, a: number, b: number): number {
  const ax = ring[a * 2]!;
  const ay = ring[a * 2 + 1]!;
  const dx = ring[b * 2]! - ax;
  const dy = ring[b * 2 + 1]! - ay;
  const px = ring[i * 2]! - ax;
  const py = ring[i * 2 + 1]! - ay;
  const squared = dx * dx + dy * dy;
  // Projection onto the segment, t = p·d / d·d, kept between its ends.
  const t = squared === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / squared));
  return Math.hypot(px - t * dx, py - t * dy);
}
