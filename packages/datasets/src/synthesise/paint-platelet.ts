/**
 * @file Paints platelets: a pale grey-blue body with a heap of violet granules, single, in clumps, giant.
 */
import type { Random } from '@leukoscope/core';
import { type ConcentrationPatch, createPatch } from './concentration.ts';
import { strewGranulesInPlace } from './granules.ts';
import { drawOutline, radiusTowards } from './outline.ts';
import type { CellPlace } from './paint-leukocyte.ts';
import { fractalNoise, smoothStep } from './smooth-noise.ts';

/** Paint one platelet of a diameter in micrometres (2-4 usual, 7 and more giant). */
export function paintPlatelet(
  diameter: number,
  place: CellPlace,
  random: Random,
): ConcentrationPatch {
  const radius = (diameter / 2) * (place.scale ?? 1);
  const outline = drawOutline(radius, random, {
    elongation: random.uniform(1, 1.4),
    wobble: 0.1,
    frill: random.uniform(0, 0.035) * Math.min(1, 2 / radius),
  });
  const patch = createPatch(place.x, place.y, (outline.largest + 0.5) * place.pixelsPerMicron);
  const dense = random.uniform(0.1, 1); // activated platelets are dense, resting ones pale
  const azure = random.uniform(0.18, 0.32) + 0.15 * dense;
  const shiftX = random.uniform(0, 256);
  const shiftY = random.uniform(0, 256);
  const heart = random.uniform(0.6, 0.85);
  const soft = Math.max(0.14, 0.5 / place.pixelsPerMicron);
  let i = 0;
  for (let py = 0; py < patch.height; py++) {
    const y = (patch.top + py + 0.5 - place.y) / place.pixelsPerMicron;
    for (let px = 0; px < patch.width; px++, i++) {
      const x = (patch.left + px + 0.5 - place.x) / place.pixelsPerMicron;
      const edge = radiusTowards(outline, x, y);
      const away = Math.sqrt(x * x + y * y);
      const cover = smoothStep(soft, -soft, away - edge);
      if (cover === 0) continue;
      const n = fractalNoise(x * 1.7 + shiftX, y * 1.7 + shiftY);
      const inner = smoothStep(heart + 0.25, heart - 0.3, away / edge + 0.25 * n);
      patch.cover[i] = cover;
      patch.azure[i] = cover * azure * (1 + 0.5 * n);
      patch.chromatin[i] = cover * inner * (0.3 + 0.35 * dense + 0.35 * n);
      patch.eosin[i] = cover * (0.1 + 0.1 * inner);
    }
  }
  strewGranulesInPlace(
    patch,
    {
      density: 5,
      radius: [0.13, 0.25],
      chromatin: 0.75 + 0.6 * dense,
      eosin: 0.15,
      opacity: 0.7,
      opacityOnNucleus: 0,
      variation: 0.5,
      patchiness: 0.6 - 0.2 * dense,
    },
    place.pixelsPerMicron,
    random,
  );
  return patch;
}
