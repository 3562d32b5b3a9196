/**
 * @file Paints what is no cell: stain precipitate, stain clots, dust. They lie on top of everything.
 */
import type { Random } from '@leukoscope/core';
import { type ConcentrationPatch, createPatch } from './concentration.ts';
import { drawOutline, radiusTowards } from './outline.ts';
import type { CellPlace } from './paint-leukocyte.ts';
import { fractalNoise, smoothStep } from './smooth-noise.ts';

/** The kinds of artefact. */
export const artefactKinds = ['precipitate', 'clot', 'dust', 'streak'] as const;

/** One kind of artefact. */
export type ArtefactKind = (typeof artefactKinds)[number];

/** Paint one artefact, about 2 to 12 micrometres wide. */
export function paintArtefact(
  place: CellPlace,
  random: Random,
  kind: ArtefactKind = random.pick(artefactKinds),
): ConcentrationPatch {
  const scale = place.scale ?? 1;
  switch (kind) {
    case 'precipitate':
      return paintGrains(random.uniform(2.5, 5.5) * scale, place, random);
    case 'clot':
      return paintSpot(random.uniform(0.7, 3.4) * scale, place, random, {
        elongation: random.uniform(1, 1.7),
        wobble: 0.16,
        soft: 0.25,
        chromatin: random.uniform(0.8, 1.9),
        azure: random.uniform(0.2, 0.8),
        eosin: random.uniform(0, 0.4),
      });
    case 'dust':
      // Out of focus above the smear: grey-brown and soft.
      return paintSpot(random.uniform(1.2, 3.2) * scale, place, random, {
        elongation: random.uniform(1, 2),
        wobble: 0.1,
        soft: random.uniform(0.6, 1.4),
        chromatin: 0.25,
        azure: 0.45,
        eosin: 0.7,
      });
    case 'streak':
      return paintSpot(random.uniform(1.2, 2.2) * scale, place, random, {
        elongation: random.uniform(4, 9),
        wobble: 0.07,
        soft: 0.3,
        chromatin: random.uniform(0.25, 0.7),
        azure: random.uniform(0.3, 0.7),
        eosin: 0.1,
      });
  }
}

/** A heap of tiny hard violet-black grains, dense in the middle. */
function paintGrains(radius: number, place: CellPlace, random: Random): ConcentrationPatch {
  const patch = createPatch(place.x, place.y, (radius * 1.2 + 0.6) * place.pixelsPerMicron);
  const count = Math.round(radius * radius * random.uniform(1.2, 2.4));
  const soft = 0.6;
  for (let n = 0; n < count; n++) {
    const angle = random.uniform(0, 2 * Math.PI);
    const away = radius * Math.abs(random.normal(0, 0.5));
    const grain = random.uniform(0.12, 0.34) * place.pixelsPerMicron;
    const x = place.x + Math.min(away, radius) * Math.cos(angle) * place.pixelsPerMicron;
    const y = place.y + Math.min(away, radius) * Math.sin(angle) * place.pixelsPerMicron;
    const dark = random.uniform(0.8, 1.5);
    const reach = grain + soft;
    for (let py = Math.floor(y - reach); py <= y + reach; py++) {
      for (let px = Math.floor(x - reach); px <= x + reach; px++) {
        const u = px - patch.left;
        const v = py - patch.top;
        if (u < 0 || v < 0 || u >= patch.width || v >= patch.height) continue;
        const cover = smoothStep(reach, grain - soft, Math.hypot(px + 0.5 - x, py + 0.5 - y));
        const i = v * patch.width + u;
        patch.cover[i] = Math.max(patch.cover[i]!, cover);
        patch.chromatin[i] = Math.max(patch.chromatin[i]!, cover * dark);
        patch.azure[i] = Math.max(patch.azure[i]!, cover * 0.4);
      }
    }
  }
  return patch;
}

interface SpotPlan {
  readonly elongation: number;
  readonly wobble: number;
  readonly soft: number;
  readonly chromatin: number;
  readonly azure: number;
  readonly eosin: number;
}

function paintSpot(
  radius: number,
  place: CellPlace,
  random: Random,
  plan: SpotPlan,
): ConcentrationPatch {
  const outline = drawOutline(radius, random, plan);
  const patch = createPatch(
    place.x,
    place.y,
    (outline.largest + plan.soft + 0.4) * place.pixelsPerMicron,
  );
  const soft = Math.max(plan.soft, 0.5 / place.pixelsPerMicron);
  const shift = random.uniform(0, 256);
  let i = 0;
  for (let py = 0; py < patch.height; py++) {
    const y = (patch.top + py + 0.5 - place.y) / place.pixelsPerMicron;
    for (let px = 0; px < patch.width; px++, i++) {
      const x = (patch.left + px + 0.5 - place.x) / place.pixelsPerMicron;
      const n = fractalNoise(x * 0.8 + shift, y * 0.8);
      const away = Math.sqrt(x * x + y * y) - radiusTowards(outline, x, y) + 0.3 * n;
      const cover = smoothStep(soft, -soft, away);
      if (cover === 0) continue;
      const uneven = cover * (1 + 0.35 * n);
      patch.cover[i] = cover;
      patch.chromatin[i] = plan.chromatin * uneven;
      patch.azure[i] = plan.azure * uneven;
      patch.eosin[i] = plan.eosin * uneven;
    }
  }
  return patch;
}
