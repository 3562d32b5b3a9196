/**
 * @file Overlapping leukocytes: copies of the sample's own cells are laid onto its cells.
 *
 * The copy lies on top; what it hides is cut from the mask below (and that cell's box shrinks with it).
 */
import {
  type Annotation,
  createRgbRaster,
  type Random,
  type RgbRaster,
  type Sample,
} from '@leukoscope/core';
import { cutOutCell } from '../synthesise/cut-out.ts';
import { estimateLight } from '../synthesise/estimate-light.ts';
import { OwnerMap } from '../synthesise/owner-map.ts';
import { pasteInPlace } from '../synthesise/paste.ts';
import { requireLeukocytes } from './leukocytes-of.ts';
import type { Severity } from './severity.ts';

/** Cells laid per leukocyte, and distance of the centres over the sum of the radii. */
const copies = [1, 1, 1, 2, 3] as const;
const closeness = [0.92, 0.82, 0.72, 0.64, 0.55] as const;

/** Lay copies of leukocytes onto leukocytes. */
export function overlapLeukocytes(
  sample: Sample,
  raster: RgbRaster,
  severity: Severity,
  random: Random,
): { raster: RgbRaster; annotations: readonly Annotation[] } {
  const cells = requireLeukocytes(sample, 'overlapping-leukocytes');
  const out = createRgbRaster(raster, raster.data.slice());
  const light = estimateLight(raster);
  const owners = new OwnerMap(raster);
  const leukocytes = new Set(cells.map(({ index }) => index));
  for (const { annotation, mask } of cells) {
    const { box: _box, mask: _mask, ...rest } = annotation;
    const boxOnly = annotation.mask === undefined;
    owners.claim({ annotation: rest, kind: annotation.cellClass, mask, boxOnly });
  }
  for (const [i, cell] of cells.entries()) {
    const own = random.fork(`cell ${i}`);
    const turned = own.uniform(0, 2 * Math.PI);
    for (let n = 0; n < copies[severity - 1]!; n++) {
      const source = own.pick(cells);
      const cutOut = cutOutCell(sample, source.annotation, source.mask);
      const reach = (halfSide(cell.box) + halfSide(source.box)) * closeness[severity - 1]!;
      const middleX = (cell.box.x1 + cell.box.x2) / 2;
      const middleY = (cell.box.y1 + cell.box.y2) / 2;
      let angle = turned + (n * 2 * Math.PI) / copies[severity - 1]!;
      // Prefer a side where the copy's middle lies inside the picture.
      for (let tries = 0; tries < 8; tries++, angle += Math.PI / 4) {
        const x = middleX + reach * Math.cos(angle);
        const y = middleY + reach * Math.sin(angle);
        if (x > 0 && y > 0 && x < raster.width && y < raster.height) break;
      }
      const pose = {
        x: middleX + reach * Math.cos(angle),
        y: middleY + reach * Math.sin(angle),
        turn: own.uniform(0, 2 * Math.PI),
        mirrored: own.chance(0.5),
        scale: own.uniform(0.92, 1.08),
      };
      const mask = pasteInPlace(out, cutOut, pose, light);
      owners.claim({
        annotation: cutOut.annotation,
        kind: source.annotation.cellClass,
        mask,
        boxOnly: source.annotation.mask === undefined,
      });
    }
  }
  const others = sample.annotations.filter((_, index) => !leukocytes.has(index));
  return { raster: out, annotations: [...owners.read().annotations, ...others] };
}

function halfSide(box: { x1: number; y1: number; x2: number; y2: number }): number {
  return (box.x2 - box.x1 + box.y2 - box.y1) / 4;
}
