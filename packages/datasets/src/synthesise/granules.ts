/**
 * @file Granules: small soft grains of one stain, strewn over the cytoplasm (and the nucleus).
 *
 * A grain replaces the colour below it by its own, as far as it covers a pixel; grains keep a distance
 * from each other so that they read as grains and not as noise.
 */
import type { Random } from '@leukoscope/core';
import type { ConcentrationPatch } from './concentration.ts';

/** One kind of granule. Lengths in micrometres. */
export interface GranulePlan {
  /** Grains per square micrometre. */
  readonly density: number;
  readonly radius: readonly [number, number];
  readonly chromatin?: number;
  readonly azure?: number;
  readonly eosin?: number;
  /** How opaque a grain is over cytoplasm. */
  readonly opacity: number;
  /** How opaque it is over the nucleus; 0 = the nucleus lies on top. */
  readonly opacityOnNucleus: number;
  /** How much grains differ in strength, 0..1. */
  readonly variation?: number;
  /** Share of the cytoplasm without grains, in patches, 0..1. @default 0 */
  readonly patchiness?: number;
}

/** Strew one kind of granule over a painted cell. */
export function strewGranulesInPlace(
  patch: ConcentrationPatch,
  plan: GranulePlan,
  pixelsPerMicron: number,
  random: Random,
): void {
  const { chromatin = 0, azure = 0, eosin = 0, variation = 0.3, patchiness = 0 } = plan;
  const step = 1 / Math.sqrt(plan.density);
  const columns = Math.ceil(patch.width / pixelsPerMicron / step);
  const rows = Math.ceil(patch.height / pixelsPerMicron / step);
  // One grain per square of a jittered grid: even, yet without rows to be seen.
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x = (column + (row % 2) * 0.5 + random.uniform(-0.42, 0.42)) * step * pixelsPerMicron;
      const y = (row + random.uniform(-0.42, 0.42)) * step * pixelsPerMicron;
      const radius = random.uniform(...plan.radius) * pixelsPerMicron;
      const strength = 1 + variation * random.uniform(-1, 1);
      const missing = random.next() < patchiness;
      const centre = Math.floor(y) * patch.width + Math.floor(x);
      if (missing || x < 0 || y < 0 || x >= patch.width || y >= patch.height) continue;
      if (patch.cover[centre]! < 0.6) continue;
      stamp(patch, x, y, radius, plan, [chromatin * strength, azure * strength, eosin * strength]);
    }
  }
}

function stamp(
  patch: ConcentrationPatch,
  x: number,
  y: number,
  radius: number,
  plan: GranulePlan,
  [chromatin, azure, eosin]: readonly [number, number, number],
): void {
  // The edge is as soft as the microscope: half a pixel or a quarter of the grain.
  const soft = Math.max(0.5, 0.25 * radius);
  const reach = radius + soft;
  const toX = Math.min(patch.width - 1, Math.ceil(x + reach));
  const toY = Math.min(patch.height - 1, Math.ceil(y + reach));
  for (let py = Math.max(0, Math.floor(y - reach)); py <= toY; py++) {
    for (let px = Math.max(0, Math.floor(x - reach)); px <= toX; px++) {
      const dx = px + 0.5 - x;
      const dy = py + 0.5 - y;
      const inside = (radius + soft - Math.sqrt(dx * dx + dy * dy)) / (2 * soft);
      if (inside <= 0) continue;
      const i = py * patch.width + px;
      const nucleus = patch.nucleusCover[i]!;
      const opacity = plan.opacity * (1 - nucleus) + plan.opacityOnNucleus * nucleus;
      const share = Math.min(1, inside) * opacity * patch.cover[i]!;
      patch.chromatin[i] = patch.chromatin[i]! * (1 - share) + chromatin * share;
      patch.azure[i] = patch.azure[i]! * (1 - share) + azure * share;
      patch.eosin[i] = patch.eosin[i]! * (1 - share) + eosin * share;
    }
  }
}
