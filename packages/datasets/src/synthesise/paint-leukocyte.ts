/**
 * @file Paints one nucleated cell after its plan: body, nucleus, vacuoles, granules.
 *
 * All drawing happens in a patch of concentrations around the cell, in micrometres from its centre.
 */
import type { Random } from '@leukoscope/core';
import { drawChromatin, type ReadChromatin } from './chromatin.ts';
import { type ConcentrationPatch, createPatch } from './concentration.ts';
import { strewGranulesInPlace } from './granules.ts';
import type { CytoplasmPlan, LeukocytePlan, Range } from './leukocyte-plan.ts';
import { type Disc, type NucleusShape, nucleusDistance } from './nucleus-shape.ts';
import { drawOutline, type Outline, radiusTowards } from './outline.ts';
import { fractalNoise, smoothNoise, smoothStep } from './smooth-noise.ts';

/** Where and how large a cell is painted. */
export interface CellPlace {
  /** Centre in pixels. */
  readonly x: number;
  readonly y: number;
  readonly pixelsPerMicron: number;
  /** Multiplies the drawn diameter. @default 1 */
  readonly scale?: number;
}

interface DrawnCell {
  readonly outline: Outline;
  readonly nucleus: NucleusShape;
  readonly readChromatin: ReadChromatin;
  readonly cytoplasm: DrawnCytoplasm;
  readonly edge: number;
  readonly noiseX: number;
  readonly noiseY: number;
}

interface DrawnCytoplasm {
  readonly plan: CytoplasmPlan;
  readonly azure: number;
  readonly eosin: number;
  readonly haemoglobin: number;
  readonly hof: Disc | undefined;
  readonly vacuoles: readonly Disc[];
}

/** Paint a nucleated cell into a patch of its own. */
export function paintLeukocyte(
  plan: LeukocytePlan,
  place: CellPlace,
  random: Random,
): ConcentrationPatch {
  const radius = (drawFrom(plan.diameter, random) / 2) * (place.scale ?? 1);
  const cell = drawCell(plan, radius, random);
  const reach = (cell.outline.largest + 0.6) * place.pixelsPerMicron;
  const patch = createPatch(place.x, place.y, reach);
  paintBodyInPlace(patch, cell, place);
  for (const granules of plan.granules) {
    strewGranulesInPlace(patch, granules, place.pixelsPerMicron, random.fork('granules'));
  }
  return patch;
}

function drawCell(plan: LeukocytePlan, radius: number, random: Random): DrawnCell {
  const { elongationRange = [1, 1.1], blebRange = [0, 0], ...outlinePlan } = plan.outline;
  const outline = drawOutline(radius, random, {
    ...outlinePlan,
    elongation: drawFrom(elongationRange, random),
    blebs: random.integer(blebRange[0], blebRange[1] + 1),
  });
  const nucleus = plan.nucleus(radius, random);
  const { nucleoli = [0, 0] } = plan.chromatin;
  const spots = pointsInNucleus(
    nucleus,
    radius,
    random.integer(nucleoli[0], nucleoli[1] + 1),
    random,
  );
  return {
    outline,
    nucleus,
    readChromatin: drawChromatin(plan.chromatin, random, spots),
    cytoplasm: drawCytoplasm(plan.cytoplasm, nucleus, outline, radius, random),
    edge: plan.edge ?? 0.16,
    noiseX: random.uniform(0, 256),
    noiseY: random.uniform(0, 256),
  };
}

function drawCytoplasm(
  plan: CytoplasmPlan,
  nucleus: NucleusShape,
  outline: Outline,
  radius: number,
  random: Random,
): DrawnCytoplasm {
  const { haemoglobin = [0, 0], vacuoles = [0, 0], vacuoleRadius = [0.3, 0.6] } = plan;
  const bubbles: Disc[] = [];
  const wanted = random.integer(vacuoles[0], vacuoles[1] + 1);
  for (let tries = 0; bubbles.length < wanted && tries < 20 * wanted; tries++) {
    const x = random.uniform(-radius, radius);
    const y = random.uniform(-radius, radius);
    const r = drawFrom(vacuoleRadius, random);
    if (Math.hypot(x, y) > radiusTowards(outline, x, y) - r - 0.5) continue;
    if (nucleusDistance(nucleus, x, y) > -0.3) bubbles.push({ x, y, r });
  }
  return {
    plan,
    azure: drawFrom(plan.azure, random),
    eosin: drawFrom(plan.eosin, random),
    haemoglobin: drawFrom(haemoglobin, random),
    hof: plan.hof === undefined ? undefined : besideNucleus(nucleus, radius),
    vacuoles: bubbles,
  };
}

/** The Golgi field lies on the side of the nucleus that faces the cell's middle. */
function besideNucleus(nucleus: NucleusShape, radius: number): Disc {
  const part = nucleus.parts[0]!;
  const x = (part.x1 + part.x2) / 2;
  const y = (part.y1 + part.y2) / 2;
  const away = Math.hypot(x, y) || 1;
  const r = radius * 0.3;
  const reach = -(part.r1 + 0.45 * r);
  return { x: x + (x / away) * reach, y: y + (y / away) * reach, r };
}

function paintBodyInPlace(patch: ConcentrationPatch, cell: DrawnCell, place: CellPlace): void {
  const { outline, nucleus, edge, noiseX, noiseY } = cell;
  const micronsPerPixel = 1 / place.pixelsPerMicron;
  // Edges are at least one pixel soft, or they would be staircases.
  const soft = Math.max(edge, 0.5 * micronsPerPixel);
  const softNucleus = Math.max(0.1, 0.5 * micronsPerPixel);
  const warp = 1 / nucleus.wobbleWidth;
  let i = 0;
  for (let py = 0; py < patch.height; py++) {
    const y = (patch.top + py + 0.5 - place.y) * micronsPerPixel;
    for (let px = 0; px < patch.width; px++, i++) {
      const x = (patch.left + px + 0.5 - place.x) * micronsPerPixel;
      const distance = Math.sqrt(x * x + y * y) - radiusTowards(outline, x, y);
      if (distance >= soft) continue;
      const cover = smoothStep(soft, -soft, distance);
      patch.cover[i] = cover;

      let nucleusAway = nucleusDistance(nucleus, x, y);
      if (nucleusAway < 2) {
        nucleusAway += nucleus.wobble * smoothNoise(x * warp + noiseX, y * warp + noiseY);
        nucleusAway = Math.max(nucleusAway, distance + 0.2); // never out of the cell
      }
      const inNucleus = smoothStep(softNucleus, -softNucleus, nucleusAway) * cover;
      patch.nucleusCover[i] = inNucleus;
      if (inNucleus > 0) {
        const { density, gap, nucleolus } = cell.readChromatin(x, y, Math.max(0, -nucleusAway));
        patch.chromatin[i] = inNucleus * density;
        patch.eosin[i] = inNucleus * 0.14 * gap * density;
        patch.azure[i] = inNucleus * 0.2 * nucleolus;
      }
      if (inNucleus < 1)
        paintCytoplasmInPlace(patch, i, cell, x, y, -distance, nucleusAway, cover - inNucleus);
      paintVacuolesInPlace(patch, i, cell.cytoplasm.vacuoles, x, y);
    }
  }
}

function paintCytoplasmInPlace(
  patch: ConcentrationPatch,
  i: number,
  cell: DrawnCell,
  x: number,
  y: number,
  depth: number,
  nucleusAway: number,
  share: number,
): void {
  const { plan, azure, eosin, haemoglobin, hof } = cell.cytoplasm;
  const u = x / plan.grain + cell.noiseX;
  const v = y / plan.grain + cell.noiseY;
  const texture = 1 + plan.texture * 1.6 * fractalNoise(u, v);
  const other = 1 + plan.texture * 0.8 * smoothNoise(0.7 * u + 50, 0.7 * v + 90);
  const rim = plan.rim * Math.exp(-((depth / 0.55) ** 2));
  let pale = 1;
  if (plan.halo !== undefined) pale -= plan.halo * Math.exp(-((nucleusAway / 1.1) ** 2));
  if (hof !== undefined && plan.hof !== undefined) {
    const away = Math.hypot(x - hof.x, y - hof.y) / hof.r;
    pale *= 1 - plan.hof * Math.exp(-away * away);
  }
  // Cells thin out towards the edge.
  const lens = 0.75 + 0.25 * smoothStep(0, 1.5, depth);
  patch.azure[i] = patch.azure[i]! + share * (azure * texture * pale * lens + rim);
  patch.eosin[i] = patch.eosin[i]! + share * (eosin * other * lens + 0.15 * rim);
  patch.haemoglobin[i] = share * haemoglobin * other * lens;
}

function paintVacuolesInPlace(
  patch: ConcentrationPatch,
  i: number,
  vacuoles: readonly Disc[],
  x: number,
  y: number,
): void {
  for (const bubble of vacuoles) {
    const away = Math.hypot(x - bubble.x, y - bubble.y) - bubble.r;
    if (away > 0.3) continue;
    const keep = 1 - 0.85 * smoothStep(0.12, -0.18, away);
    patch.chromatin[i] = patch.chromatin[i]! * keep;
    patch.azure[i] = patch.azure[i]! * keep;
    patch.eosin[i] = patch.eosin[i]! * keep;
  }
}

/** Find points well inside a nucleus, away from each other. */
function pointsInNucleus(
  nucleus: NucleusShape,
  radius: number,
  count: number,
  random: Random,
): { x: number; y: number }[] {
  const points: { x: number; y: number }[] = [];
  for (let tries = 0; points.length < count && tries < 40 * count; tries++) {
    const x = random.uniform(-radius, radius);
    const y = random.uniform(-radius, radius);
    if (nucleusDistance(nucleus, x, y) > -1.6) continue;
    if (points.every((p) => Math.hypot(p.x - x, p.y - y) > 2.8)) points.push({ x, y });
  }
  return points;
}

/** Draw a value between two ends. */
export function drawFrom(range: Range, random: Random): number {
  return random.uniform(range[0], range[1]);
}
