/**
 * @file Degenerated leukocytes: their outline and nucleus run, stain fades, holes open.
 *
 * Pixels of each chosen cell's surroundings are read at displaced places (smooth noise, strongest in the
 * cell); its mask is displaced in the same way, so that it goes on telling the truth.
 */
import {
  type Annotation,
  createMask,
  createRgbRaster,
  maskBox,
  type PlacedMask,
  type Random,
  type RgbRaster,
  type Sample,
  toPlacedMask,
} from '@leukoscope/core';
import { estimateLight } from '../synthesise/estimate-light.ts';
import { smoothNoise, smoothStep } from '../synthesise/smooth-noise.ts';
import { toByte } from './light-factors.ts';
import { type CoveredCell, requireLeukocytes } from './leukocytes-of.ts';
import type { Severity } from './severity.ts';

/** Share of the leukocytes that degenerate; every sample shows at least one. */
const shares = [0.4, 0.6, 0.8, 1, 1] as const;
/** Displacement over the cell's radius, stain lost, holes per cell. */
const running = [0.08, 0.12, 0.17, 0.22, 0.28] as const;
const fading = [0.12, 0.22, 0.32, 0.42, 0.52] as const;
const holes = [2, 3, 5, 7, 10] as const;

/** Let leukocytes degenerate. */
export function degenerateCells(
  sample: Sample,
  raster: RgbRaster,
  severity: Severity,
  random: Random,
): { raster: RgbRaster; annotations: readonly Annotation[] } {
  const cells = requireLeukocytes(sample, 'degenerated-cells');
  const out = createRgbRaster(raster, raster.data.slice());
  const annotations = [...sample.annotations];
  const count = Math.max(1, Math.round(cells.length * shares[severity - 1]!));
  for (const cell of random.shuffle(cells).slice(0, count)) {
    const own = random.fork(`cell ${cell.index}`);
    annotations[cell.index] = degenerateInPlace(out, raster, cell, severity, own);
  }
  return { raster: out, annotations };
}

function degenerateInPlace(
  out: RgbRaster,
  raster: RgbRaster,
  cell: CoveredCell,
  severity: Severity,
  random: Random,
): Annotation {
  const { box, mask } = cell;
  const radius = Math.max(2, (box.x2 - box.x1 + box.y2 - box.y1) / 4);
  const middleX = (box.x1 + box.x2) / 2;
  const middleY = (box.y1 + box.y2) / 2;
  const strength = running[severity - 1]! * radius * 1.6;
  const step = 1.7 / radius;
  const shift = random.uniform(0, 256);
  const keep = 1 - fading[severity - 1]!;
  const light = estimateLight(raster);
  const bubbles = Array.from({ length: holes[severity - 1]! }, () => {
    const angle = random.uniform(0, 2 * Math.PI);
    const away = radius * 0.85 * Math.sqrt(random.next());
    const r = radius * random.uniform(0.05, 0.13);
    return { x: middleX + away * Math.cos(angle), y: middleY + away * Math.sin(angle), r };
  });
  const reach = Math.ceil(radius * 1.7);
  const left = Math.floor(middleX) - reach;
  const top = Math.floor(middleY) - reach;
  const side = 2 * reach + 1;
  const moved = createMask({ width: side, height: side });
  for (let v = 0, i = 0; v < side; v++) {
    const y = top + v;
    for (let u = 0; u < side; u++, i++) {
      const x = left + u;
      const away = Math.hypot(x + 0.5 - middleX, y + 0.5 - middleY) / radius;
      const pull = strength * smoothStep(1.65, 0.9, away);
      const fromX = x + pull * smoothNoise(x * step + shift, y * step);
      const fromY = y + pull * smoothNoise(x * step + shift + 97, y * step + 41);
      const covered = isSet(mask, fromX, fromY);
      moved.data[i] = covered;
      if (pull === 0 || x < 0 || y < 0 || x >= raster.width || y >= raster.height) continue;
      const at = (y * raster.width + x) * 3;
      let rest = covered === 1 ? keep : 1;
      if (covered === 1) {
        for (const bubble of bubbles) {
          const gone = smoothStep(
            bubble.r + 1,
            bubble.r - 1,
            Math.hypot(x - bubble.x, y - bubble.y),
          );
          rest *= 1 - 0.85 * gone;
        }
      }
      for (let c = 0; c < 3; c++) {
        const value = sampleAt(raster, fromX, fromY, c);
        // Less stain: the optical density is scaled, I = I0 (I / I0)^rest.
        const I0 = light.at(x, y, c);
        out.data[at + c] = toByte(rest === 1 ? value : I0 * (Math.max(1, value) / I0) ** rest);
      }
    }
  }
  return withMask(cell.annotation, { left, top, mask: moved }, raster);
}

/** Put a moved mask (or its box only, where there was no mask) into an annotation. */
function withMask(annotation: Annotation, placed: PlacedMask, raster: RgbRaster): Annotation {
  const clipped = createMask(placed.mask);
  for (let y = 0, i = 0; y < placed.mask.height; y++) {
    for (let x = 0; x < placed.mask.width; x++, i++) {
      const inX = placed.left + x >= 0 && placed.left + x < raster.width;
      const inY = placed.top + y >= 0 && placed.top + y < raster.height;
      if (inX && inY) clipped.data[i] = placed.mask.data[i]!;
    }
  }
  const tight = toPlacedMask(clipped);
  if (tight === undefined) return annotation;
  const mask = { left: placed.left + tight.left, top: placed.top + tight.top, mask: tight.mask };
  const box = maskBox(mask)!;
  return annotation.mask === undefined ? { ...annotation, box } : { ...annotation, box, mask };
}

function isSet(placed: PlacedMask, x: number, y: number): 0 | 1 {
  const u = Math.round(x) - placed.left;
  const v = Math.round(y) - placed.top;
  if (u < 0 || v < 0 || u >= placed.mask.width || v >= placed.mask.height) return 0;
  return placed.mask.data[v * placed.mask.width + u] === 1 ? 1 : 0;
}

function sampleAt(raster: RgbRaster, x: number, y: number, channel: number): number {
  const x0 = Math.min(raster.width - 1, Math.max(0, Math.floor(x)));
  const y0 = Math.min(raster.height - 1, Math.max(0, Math.floor(y)));
  const x1 = Math.min(raster.width - 1, x0 + 1);
  const y1 = Math.min(raster.height - 1, y0 + 1);
  const fx = Math.min(1, Math.max(0, x - x0));
  const fy = Math.min(1, Math.max(0, y - y0));
  const at = (px: number, py: number) => raster.data[(py * raster.width + px) * 3 + channel]!;
  return (
    (at(x0, y0) * (1 - fx) + at(x1, y0) * fx) * (1 - fy) +
    (at(x0, y1) * (1 - fx) + at(x1, y1) * fx) * fy
  );
}
