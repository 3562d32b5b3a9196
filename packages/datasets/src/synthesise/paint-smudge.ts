/** @file Paints smudge cells: burst nuclei without cytoplasm, smeared to streaky pale chromatin. */
import type { Random } from '@leukoscope/core';
import { type ConcentrationPatch, createPatch } from './concentration.ts';
import { drawOutline, radiusTowards } from './outline.ts';
import type { CellPlace } from './paint-leukocyte.ts';
import { fractalNoise, smoothStep, strandNoise } from './smooth-noise.ts';

/** Paint one smudge cell. */
export function paintSmudge(place: CellPlace, random: Random): ConcentrationPatch {
  const radius = random.uniform(6.5, 9.5) * (place.scale ?? 1);
  const outline = drawOutline(radius, random, {
    elongation: random.uniform(1.15, 1.7),
    wobble: 0.13,
    frill: 0.03,
  });
  const patch = createPatch(place.x, place.y, (outline.largest + 1) * place.pixelsPerMicron);
  const density = random.uniform(0.55, 0.8);
  const turn = random.uniform(0, Math.PI);
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const shift = random.uniform(0, 256);
  let i = 0;
  for (let py = 0; py < patch.height; py++) {
    const y = (patch.top + py + 0.5 - place.y) / place.pixelsPerMicron;
    for (let px = 0; px < patch.width; px++, i++) {
      const x = (patch.left + px + 0.5 - place.x) / place.pixelsPerMicron;
      const edge = radiusTowards(outline, x, y);
      const ragged = 1.1 * fractalNoise(x * 0.45 + shift, y * 0.45);
      const away = Math.sqrt(x * x + y * y) - edge + ragged;
      const cover = smoothStep(0.9, -0.9, away);
      if (cover === 0) continue;
      // Smearing draws the strands out along one direction.
      const u = (x * cos + y * sin) * 0.4 + shift;
      const v = (-x * sin + y * cos) * 0.9;
      const strands = 0.5 * strandNoise(u, v) + 0.6 * fractalNoise(u * 1.3, v * 1.3);
      patch.cover[i] = cover;
      patch.nucleusCover[i] = cover;
      patch.chromatin[i] = cover * density * Math.max(0.15, 1 + 0.3 * strands);
      patch.eosin[i] = cover * 0.1;
    }
  }
  return patch;
}
