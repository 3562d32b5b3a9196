/**
 * @file Paints red cells: flattened discs, thicker at the rim than in the middle.
 *
 * They are drawn straight into the field, because there are hundreds of them. Where two lie on each
 * other the light passes both; dried cells press each other flat, so the second adds only part of its
 * density. Shapes other than the disc (oval, drop, spiky, slit, target) appear at the rate of the look.
 */
import { createMask, type PlacedMask, type Random } from '@leukoscope/core';
import type { ConcentrationMap } from './concentration.ts';
import { drawOutline, type Outline, radiusTowards } from './outline.ts';
import { smoothNoise, smoothStep } from './smooth-noise.ts';

/** How the red cells of a smear look. */
export interface ErythrocytePlan {
  /** Diameter in micrometres, mean and deviation. */
  readonly diameter: readonly [number, number];
  /** How much paler the middle is: lowest and highest, 0..1. */
  readonly pallor: readonly [number, number];
  /** Radius of the pale middle over the cell's radius. */
  readonly pallorRadius: readonly [number, number];
  /** Haemoglobin at the rim. */
  readonly density: readonly [number, number];
  /** How much denser the very edge is (it bends light). */
  readonly edge: number;
  /** Share of cells that are not plain discs. */
  readonly oddShapes: number;
}

/** One red cell, drawn but not yet painted. Lengths in pixels. */
export interface Erythrocyte {
  readonly x: number;
  readonly y: number;
  readonly outline: Outline;
  readonly density: number;
  readonly pallor: number;
  readonly pallorRadius: number;
  readonly pallorStretch: number;
  readonly pallorTurn: number;
  readonly pallorShift: readonly [number, number];
  readonly target: number;
  readonly edge: number;
  /** Azure of young cells. */
  readonly azure: number;
  readonly pixelsPerMicron: number;
}

/** Draw one red cell at a place. */
export function drawErythrocyte(
  plan: ErythrocytePlan,
  x: number,
  y: number,
  pixelsPerMicron: number,
  random: Random,
): Erythrocyte {
  const diameter = Math.max(4.5, random.normal(...plan.diameter));
  const odd = random.chance(plan.oddShapes)
    ? random.pick(['oval', 'oval', 'drop', 'spiky', 'slit', 'target', 'sphere'])
    : 'disc';
  const radius = (diameter / 2) * (odd === 'sphere' ? 0.86 : 1) * pixelsPerMicron;
  let outline = drawOutline(radius, random, {
    elongation: odd === 'oval' ? random.uniform(1.3, 1.7) : random.uniform(1, 1.13),
    wobble: 0.018,
    frill: odd === 'spiky' ? 0.035 : 0,
  });
  if (odd === 'drop') outline = withTail(outline, random);
  return {
    x,
    y,
    outline,
    density: random.uniform(...plan.density) * (odd === 'sphere' ? 1.2 : 1),
    pallor: odd === 'sphere' ? 0 : random.uniform(...plan.pallor),
    pallorRadius: random.uniform(...plan.pallorRadius),
    pallorStretch: odd === 'slit' ? random.uniform(2.5, 3.5) : random.uniform(1, 1.25),
    pallorTurn: random.uniform(0, Math.PI),
    pallorShift: [random.normal(0, 0.05), random.normal(0, 0.05)],
    target: odd === 'target' ? random.uniform(0.5, 0.8) : 0,
    edge: plan.edge,
    azure: random.chance(0.03) ? random.uniform(0.05, 0.16) : 0,
    pixelsPerMicron,
  };
}

/** Paint a red cell straight into the field. */
export function paintErythrocyteInPlace(map: ConcentrationMap, cell: Erythrocyte): void {
  const reach = cell.outline.largest + 1;
  const fromX = Math.max(0, Math.floor(cell.x - reach));
  const toX = Math.min(map.width, Math.ceil(cell.x + reach));
  const fromY = Math.max(0, Math.floor(cell.y - reach));
  const toY = Math.min(map.height, Math.ceil(cell.y + reach));
  const cos = Math.cos(cell.pallorTurn) / cell.pallorRadius;
  const sin = Math.sin(cell.pallorTurn) / cell.pallorRadius;
  const soft = Math.max(0.6, 0.09 * cell.pixelsPerMicron);
  const edgeWidth = 0.4 * cell.pixelsPerMicron;
  const unevenness = 0.35 / cell.pixelsPerMicron;
  for (let py = fromY; py < toY; py++) {
    const y = py + 0.5 - cell.y;
    for (let px = fromX; px < toX; px++) {
      const x = px + 0.5 - cell.x;
      const radius = radiusTowards(cell.outline, x, y);
      const away = Math.sqrt(x * x + y * y);
      if (away > radius + soft) continue;
      const cover = smoothStep(radius + soft, radius - soft, away);
      const u = x / radius - cell.pallorShift[0];
      const v = y / radius - cell.pallorShift[1];
      const a = u * cos + v * sin;
      const b = (-u * sin + v * cos) * cell.pallorStretch;
      const fromMiddle = a * a + b * b;
      // Thickness: 1 on the ring, 1 - pallor in the middle; a target cell has a second hill there.
      let thickness = 1 - cell.pallor / (1 + fromMiddle * fromMiddle * fromMiddle);
      if (cell.target > 0) thickness += cell.target * cell.pallor * Math.exp(-fromMiddle * 6);
      const depth = (radius - away) / edgeWidth;
      thickness *= 1 + cell.edge * Math.exp(-((depth - 0.6) ** 2)) - 0.1 * Math.exp(-depth * depth);
      thickness *= 1 + 0.035 * smoothNoise(px * unevenness + cell.x, py * unevenness);
      const value = cover * cell.density * thickness;
      const i = py * map.width + px;
      const below = map.haemoglobin[i]!;
      map.haemoglobin[i] = Math.max(below, value) + 0.36 * Math.min(below, value);
      if (cell.azure > 0) map.azure[i] = map.azure[i]! + cover * cell.azure;
    }
  }
}

/** Return the pixels of a red cell, those outside the field included. */
export function maskOfErythrocyte(cell: Erythrocyte): PlacedMask {
  const reach = Math.ceil(cell.outline.largest + 1);
  const left = Math.floor(cell.x) - reach;
  const top = Math.floor(cell.y) - reach;
  const side = 2 * reach + 1;
  const mask = createMask({ width: side, height: side });
  for (let i = 0; i < mask.data.length; i++) {
    const x = left + (i % side) + 0.5 - cell.x;
    const y = top + Math.floor(i / side) + 0.5 - cell.y;
    if (Math.sqrt(x * x + y * y) <= radiusTowards(cell.outline, x, y)) mask.data[i] = 1;
  }
  return { left, top, mask };
}

function withTail(outline: Outline, random: Random): Outline {
  const steps = outline.radii.length - 1;
  const tip = random.integer(0, steps);
  const length = random.uniform(0.35, 0.75);
  let largest = 0;
  const radii = outline.radii.map((radius, i) => {
    const away = Math.abs(((i - tip + steps / 2 + steps) % steps) - steps / 2) / steps;
    const longer = radius * (1 + length * Math.exp(-away / 0.045));
    largest = Math.max(largest, longer);
    return longer;
  });
  return { radii, largest };
}
