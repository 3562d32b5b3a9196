/**
 * @file Nuclei as a union of tapered capsules, minus bites: lobes, filaments, bands and kidneys.
 *
 * The signed distance (micrometres, negative inside) of a smooth union makes lobes flow into each
 * other as chromatin does; see I. Quilez, "Smooth minimum". Positions are relative to the cell's centre.
 */

/** A segment whose thickness goes from `r1` to `r2`. */
export interface Capsule {
  readonly x1: number;
  readonly y1: number;
  readonly r1: number;
  readonly x2: number;
  readonly y2: number;
  readonly r2: number;
}

/** A circle. */
export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

/** The shape of one nucleus. */
export interface NucleusShape {
  readonly parts: readonly Capsule[];
  /** Taken away from the union. */
  readonly bites: readonly Disc[];
  /** Width over which parts flow into each other. */
  readonly blend: number;
  /** Height and width of the unevenness of its edge. */
  readonly wobble: number;
  readonly wobbleWidth: number;
}

/** Return the signed distance of a point to the nucleus, before the unevenness of its edge. */
export function nucleusDistance(shape: NucleusShape, x: number, y: number): number {
  let distance = 1e6;
  for (const part of shape.parts) {
    distance = smoothMin(distance, capsuleDistance(part, x, y), shape.blend);
  }
  for (const bite of shape.bites) {
    const away = Math.hypot(x - bite.x, y - bite.y) - bite.r;
    // Smooth subtraction: max(d, -b) = -min(-d, b).
    distance = -smoothMin(-distance, away, 0.6);
  }
  return distance;
}

/** Return the tapered capsule of a round or drawn-out lobe. */
export function lobe(x: number, y: number, r: number, length = 0, angle = 0): Capsule {
  const dx = (Math.cos(angle) * length) / 2;
  const dy = (Math.sin(angle) * length) / 2;
  return { x1: x - dx, y1: y - dy, r1: r, x2: x + dx, y2: y + dy, r2: r };
}

/** Return the capsules along a path of discs. */
export function chain(discs: readonly Disc[]): Capsule[] {
  return discs.slice(1).map((to, i) => {
    const from = discs[i]!;
    return { x1: from.x, y1: from.y, r1: from.r, x2: to.x, y2: to.y, r2: to.r };
  });
}

function capsuleDistance(part: Capsule, x: number, y: number): number {
  const dx = part.x2 - part.x1;
  const dy = part.y2 - part.y1;
  const px = x - part.x1;
  const py = y - part.y1;
  const squared = dx * dx + dy * dy;
  let along = squared > 0 ? (px * dx + py * dy) / squared : 0;
  along = along < 0 ? 0 : along > 1 ? 1 : along;
  const ex = px - along * dx;
  const ey = py - along * dy;
  return Math.sqrt(ex * ex + ey * ey) - (part.r1 + (part.r2 - part.r1) * along);
}

function smoothMin(a: number, b: number, width: number): number {
  const share = Math.max(width - Math.abs(a - b), 0) / width;
  return Math.min(a, b) - share * share * width * 0.25;
}
