/** @file Interference by things that should not be there: giant platelets, dye and debris. */
import {
  type Annotation,
  createMask,
  createRgbRaster,
  maskBox,
  type Random,
  type RgbRaster,
  type Sample,
  toPlacedMask,
} from '@leukoscope/core';
import { maskOfPatch } from '../synthesise/concentration.ts';
import { estimateLight } from '../synthesise/estimate-light.ts';
import { freest, inside, type Place } from '../synthesise/layout.ts';
import { OwnerMap } from '../synthesise/owner-map.ts';
import { paintArtefact } from '../synthesise/paint-artefact.ts';
import { paintPlatelet } from '../synthesise/paint-platelet.ts';
import { layOnPictureInPlace } from './lay-on-picture.ts';
import { leukocytesOf } from './leukocytes-of.ts';
import type { Severity } from './severity.ts';

/** Giant platelets added per severity, and their diameters in micrometres. */
const plateletCounts = [1, 2, 3, 5, 8] as const;
const plateletDiameters = [
  [5, 6.5],
  [5.5, 7.5],
  [6, 9],
  [6.5, 10.5],
  [7, 12],
] as const;
/** Pieces of debris per (100 micrometres)^2, and their scale. */
const debrisDensity = [10, 20, 35, 55, 85] as const;
const debrisScale = [0.55, 0.65, 0.75, 0.85, 0.95] as const;

interface Changed {
  readonly raster: RgbRaster;
  readonly annotations: readonly Annotation[];
}

/** Add giant platelets away from leukocytes; each gets an annotation with box and mask. */
export function addGiantPlatelets(
  sample: Sample,
  raster: RgbRaster,
  severity: Severity,
  pixelsPerMicron: number,
  random: Random,
): Changed {
  const out = createRgbRaster(raster, raster.data.slice());
  const light = estimateLight(raster);
  const taken: Place[] = leukocytesOf(sample).map(({ box }) => ({
    x: (box.x1 + box.x2) / 2,
    y: (box.y1 + box.y2) / 2,
    radius: Math.max(box.x2 - box.x1, box.y2 - box.y1) / 2,
  }));
  const owners = new OwnerMap(raster);
  const [low, high] = plateletDiameters[severity - 1]!;
  for (let n = 0; n < plateletCounts[severity - 1]!; n++) {
    const own = random.fork(`platelet ${n}`);
    const diameter = own.uniform(low, high);
    const at = freest(() => inside((diameter / 2) * pixelsPerMicron, raster, own), taken, 40);
    taken.push(at);
    const patch = paintPlatelet(diameter, { x: at.x, y: at.y, pixelsPerMicron }, own);
    layOnPictureInPlace(out, patch, light, 0.8);
    const annotation = { cellClass: 'giant-platelet' } as const;
    owners.claim({ annotation, kind: 'giant-platelet', mask: maskOfPatch(patch) });
  }
  const added = owners.read().annotations;
  const others = sample.annotations.flatMap((annotation) => hideUnder(annotation, added));
  return { raster: out, annotations: [...others, ...added] };
}

/** Strew precipitate, clots, dust and streaks over everything; they get no annotation. */
export function addDebris(
  raster: RgbRaster,
  severity: Severity,
  pixelsPerMicron: number,
  random: Random,
): RgbRaster {
  const out = createRgbRaster(raster, raster.data.slice());
  const light = estimateLight(raster);
  const area = (raster.width * raster.height) / (100 * pixelsPerMicron) ** 2;
  const count = Math.max(severity, Math.round(debrisDensity[severity - 1]! * area));
  for (let n = 0; n < count; n++) {
    const own = random.fork(`debris ${n}`);
    const place = {
      x: own.uniform(0, raster.width),
      y: own.uniform(0, raster.height),
      pixelsPerMicron,
      scale: debrisScale[severity - 1]! * own.uniform(0.5, 1.1),
    };
    layOnPictureInPlace(out, paintArtefact(place, own), light, 0);
  }
  return out;
}

/** Take from a masked annotation what lies under others; a box without a mask stays as it is. */
function hideUnder(annotation: Annotation, above: readonly Annotation[]): Annotation[] {
  if (annotation.mask === undefined) return [annotation];
  const { left, top, mask } = annotation.mask;
  const rest = createMask(mask, mask.data.slice());
  for (const { mask: upper } of above) {
    if (upper === undefined) continue;
    const dx = left - upper.left;
    const dy = top - upper.top;
    const toX = Math.min(mask.width, upper.mask.width - dx);
    const toY = Math.min(mask.height, upper.mask.height - dy);
    for (let y = Math.max(0, -dy); y < toY; y++) {
      for (let x = Math.max(0, -dx); x < toX; x++) {
        if (upper.mask.data[(y + dy) * upper.mask.width + x + dx] === 1) {
          rest.data[y * mask.width + x] = 0;
        }
      }
    }
  }
  const tight = toPlacedMask(rest);
  if (tight === undefined) return [];
  const placed = { left: left + tight.left, top: top + tight.top, mask: tight.mask };
  return [{ ...annotation, mask: placed, box: maskBox(placed)! }];
}
