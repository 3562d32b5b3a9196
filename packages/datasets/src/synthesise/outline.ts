/**
 * @file Outlines of cells: a closed curve around the centre, its radius a function of the angle.
 *
 * Lengths are micrometres. The curve is an ellipse with a few low harmonics (the cell gave way to its
 * neighbours), fine roughness (frills) and single round bumps (blebs).
 */
import type { Random } from '@leukoscope/core';

const steps = 256;
const stepsPerRadian = steps / (2 * Math.PI);

/** A closed curve: radius in micrometres at 256 angles. */
export interface Outline {
  readonly radii: Float32Array;
  readonly largest: number;
}

/** What an outline looks like. */
export interface OutlinePlan {
  /** Long over short axis. @default 1 */
  readonly elongation?: number;
  /** Height of the low harmonics, relative to the radius. @default 0.03 */
  readonly wobble?: number;
  /** Height of the fine roughness, relative to the radius. @default 0 */
  readonly frill?: number;
  /** Number of round bumps. @default 0 */
  readonly blebs?: number;
}

/** Draw an outline of a mean radius. */
export function drawOutline(radius: number, random: Random, plan: OutlinePlan = {}): Outline {
  const { elongation = 1, wobble = 0.03, frill = 0, blebs = 0 } = plan;
  const long = radius * Math.sqrt(elongation);
  const short = radius / Math.sqrt(elongation);
  const turn = random.uniform(0, Math.PI);
  const waves = [2, 3, 4, 5, 6].map((order) => ({
    order,
    height: (wobble * random.uniform(0.3, 1.4)) / Math.sqrt(order - 1),
    phase: random.uniform(0, 2 * Math.PI),
  }));
  if (frill > 0) {
    for (let i = 0; i < 7; i++) {
      waves.push({
        order: random.integer(11, 30),
        height: frill * random.uniform(0.2, 0.7),
        phase: random.uniform(0, 2 * Math.PI),
      });
    }
  }
  const bumps = Array.from({ length: blebs }, () => ({
    angle: random.uniform(0, 2 * Math.PI),
    height: random.uniform(0.08, 0.2),
    width: random.uniform(0.08, 0.16),
  }));

  const radii = new Float32Array(steps + 1);
  let largest = 0;
  for (let i = 0; i < steps; i++) {
    const angle = (i / steps) * 2 * Math.PI;
    const cos = Math.cos(angle - turn) / long;
    const sin = Math.sin(angle - turn) / short;
    let factor = 1;
    for (const { order, height, phase } of waves)
      factor += height * Math.cos(order * angle + phase);
    for (const bump of bumps) {
      let away = Math.abs(angle - bump.angle);
      if (away > Math.PI) away = 2 * Math.PI - away;
      factor += bump.height * Math.exp(-((away / bump.width) ** 2));
    }
    radii[i] = Math.max(0.35 * radius, factor / Math.sqrt(cos * cos + sin * sin));
    largest = Math.max(largest, radii[i]!);
  }
  radii[steps] = radii[0]!; // so that interpolation needs no wrap
  return { radii, largest };
}

/** Return the outline's radius in the direction of a point. */
export function radiusTowards(outline: Outline, x: number, y: number): number {
  let position = Math.atan2(y, x) * stepsPerRadian;
  if (position < 0) position += steps;
  const index = Math.min(steps - 1, position | 0);
  const share = position - index;
  return outline.radii[index]! * (1 - share) + outline.radii[index + 1]! * share;
}
