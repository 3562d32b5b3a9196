/**
 * @file Leukocytes without a network: colour, then marker-controlled watershed; the baseline that networks are
 * measured against.
 *
 * 1. Nuclei are found in the violet plane of the field in balanced light (`watershed/find-nuclei.ts`); all lobes of
 *    one nucleus are one marker.
 * 2. A pixel can belong to a cell where it is nucleus, or bluer than `leastBlue`, within `reach` nuclear diameters
 *    of a nucleus.
 * 3. From the markers the green channel is flooded, dark before bright: cells that touch part at the lightest line
 *    between them.
 *
 * All cells are leukocytes: colour tells no types. The score is how violet the nucleus is, from 0 at `leastViolet`
 * to 1 at twice that and above.
 */
import { createMask, type Mask, maskBox, type RgbRaster } from '@leukoscope/core';
import {
  balanceField,
  dilateMask,
  fillHoles,
  type InstanceMap,
  keepLargestRegion,
  openMask,
  resizeRaster,
  toPlacedMasks,
  toRgbRaster,
  warpPlacedMask,
  watershed,
} from '@leukoscope/image';
import { z } from 'zod';
import type { LeukocyteModel, ModelFinding } from '../model/leukocyte-model.ts';
import { factsOf, parseSettings, type Reader, tilingOf } from './reader.ts';
import { type BytePlane, blueOf, violetOf } from './watershed/colour-transforms.ts';
import { findNuclei, type Nuclei } from './watershed/find-nuclei.ts';

const level = z.number().min(1).max(255);
const diameters = z.number().min(0).max(5);

const settingsSchema = z.strictObject({
  /** Longer side of the picture that is worked on; larger ones are reduced. */
  workSide: z.int().min(128).max(4096).default(1024),
  leastViolet: level.default(36),
  leastBlue: level.default(14),
  joinGap: diameters.default(0.3),
  reach: diameters.default(0.45),
  smallestNucleus: z.number().min(0).max(1).default(0.2),
});

type Settings = z.infer<typeof settingsSchema>;

/** Make the model: it has no weights. */
export const readWatershed: Reader = async (parts): Promise<LeukocyteModel> => {
  const settings = parseSettings(settingsSchema, parts);
  const { classes, calibration } = parts.description;
  return {
    facts: factsOf(parts),
    tiling: tilingOf(parts),
    async analyse(raster, options = {}) {
      const { scoreThreshold = calibration.scoreThreshold } = options;
      return findCells(raster, settings)
        .map(
          (found): ModelFinding => ({
            ...found,
            classIndex: 0,
            cellClass: classes[0]!,
            isUnsure: false,
          }),
        )
        .filter(({ score }) => score >= scoreThreshold);
    },
    close: async () => {},
  };
};

function findCells(raster: RgbRaster, settings: Settings) {
  const scale = Math.min(1, settings.workSide / Math.max(raster.width, raster.height));
  const size = {
    width: Math.max(1, Math.round(raster.width * scale)),
    height: Math.max(1, Math.round(raster.height * scale)),
  };
  const field = balanceField(toRgbRaster(resizeRaster(raster, size)));
  const violet = violetOf(field);
  const nuclei = findNuclei(violet, settings);
  if (nuclei === undefined) return [];
  const scores = scoresOf(violet, nuclei.markers, settings.leastViolet);
  const cells = watershed(greenOf(field), nuclei.markers, {
    within: canBeCell(field, nuclei, settings),
  });
  // Each pixel of the image is read at its place in the reduced picture.
  const toSource = [size.width / raster.width, 0, 0, 0, size.height / raster.height, 0] as const;
  return toPlacedMasks(cells).flatMap((placed, i) => {
    const smooth = smoothed(placed.mask, nuclei.diameter);
    const mask = warpPlacedMask({ ...placed, mask: smooth }, { toSource }, raster);
    return mask === undefined ? [] : [{ box: maskBox(mask)!, mask, score: scores[i + 1]! }];
  });
}

/** Threads of dye that lead away from a cell go. */
function smoothed(mask: Mask, diameter: number): Mask {
  const open = openMask(fillHoles(mask), Math.max(1, diameter / 10));
  const largest = keepLargestRegion(open);
  return largest.data.includes(1) ? largest : mask;
}

function canBeCell(field: RgbRaster, nuclei: Nuclei, { leastBlue, reach }: Settings): Mask {
  const near = dilateMask(nuclei.mask, reach * nuclei.diameter);
  const blue = blueOf(field);
  const data = near.data.map((isNear, i) =>
    nuclei.mask.data[i] === 1 || (isNear === 1 && blue.data[i]! > leastBlue) ? 1 : 0,
  );
  return createMask(field, data);
}

function greenOf({ width, height, data }: RgbRaster): BytePlane {
  const green = new Uint8Array(width * height);
  for (let i = 0; i < green.length; i++) green[i] = data[i * 3 + 1]!;
  return { width, height, data: green };
}

/** By number of the marker. */
function scoresOf(violet: BytePlane, { count, data }: InstanceMap, leastViolet: number): number[] {
  const sums = new Float64Array(count + 1);
  const areas = new Float64Array(count + 1);
  data.forEach((id, i) => {
    sums[id]! += violet.data[i]!;
    areas[id]! += 1;
  });
  return Array.from(sums, (sum, id) =>
    Math.max(0, Math.min(1, sum / areas[id]! / leastViolet - 1)),
  );
}
