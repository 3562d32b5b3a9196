/**
 * @file Networks that give a class per pixel -> a model: connected pixels are one cell.
 *
 * A pixel belongs to a cell where all kinds of cell together are likelier than background, so that a cell whose
 * type is in doubt is still one cell. Its probabilities are the mean over its pixels of
 *
 *   p_k / (1 - p_background),
 *
 * its score the mean of 1 - p_background. K = classes; the background stands last.
 */
import { maskBox, type PlacedMask, type Size } from '@leukoscope/core';
import {
  fillHoles,
  labelComponents,
  type Placement,
  removeSmallRegions,
  thresholdGrid,
  toPlacedMasks,
  unplaceBox,
} from '@leukoscope/image';
import { exportedOutputs, prepareImage } from '@leukoscope/models';
import { z } from 'zod';
import type { LeukocyteModel, ModelFinding } from '../model/leukocyte-model.ts';
import { type OutputNumbers, numbersOf } from './output-shape.ts';
import { factsOf, openExportedNetwork, parseSettings, type Reader, tilingOf } from './reader.ts';
import { typeCell } from './type-cell.ts';

const settingsSchema = z.strictObject({
  /** `cells`: touching pixels of any types are one cell; `types`: only those of one type are. */
  regions: z.enum(['cells', 'types']).default('cells'),
  fillHoles: z.boolean().default(false),
  /** Regions of fewer pixels of the image are left out. */
  smallestRegion: z.int().min(0).default(0),
});

type Settings = z.infer<typeof settingsSchema>;

/** Make a model of a network with a class per pixel. */
export const readPixels: Reader = async (parts): Promise<LeukocyteModel> => {
  const { description } = parts;
  const settings = parseSettings(settingsSchema, parts);
  const session = await openExportedNetwork(parts, exportedOutputs.pixels);
  const K = description.classes.length;
  return {
    facts: factsOf(parts),
    tiling: tilingOf(parts),
    async analyse(raster, options = {}) {
      const { scoreThreshold = description.calibration.scoreThreshold } = options;
      const { tensor, placement } = prepareImage(raster, description.input);
      const outputs = await session.run({ image: tensor });
      const { width, height } = placement.input;
      const map = numbersOf(outputs, 'probabilities', [1, K + 1, height, width]);
      return regionsOf(map, K, placement, settings)
        .map((mask): ModelFinding => {
          const { score, probabilities } = meanOver(mask, map, K, placement);
          const type = typeCell(probabilities, description);
          return { box: maskBox(mask)!, score, mask, ...type };
        })
        .filter(({ score }) => score >= scoreThreshold)
        .sort((a, b) => b.score - a.score);
    },
    close: () => session.close(),
  };
};

/** The cells of a map, as masks in the image. */
function regionsOf(
  { data }: OutputNumbers,
  K: number,
  placement: Placement,
  { regions, fillHoles: fills, smallestRegion }: Settings,
): PlacedMask[] {
  const { input, image } = placement;
  const plane = input.width * input.height;
  const cells = Float32Array.from({ length: plane }, (_, i) => 1 - data[K * plane + i]!);
  const types = regions === 'types' ? cells.map((_, i) => bestClass(data, K, plane, i)) : undefined;
  const grids =
    types === undefined
      ? [cells]
      : Array.from({ length: K }, (_, k) => cells.map((cell, i) => (types[i] === k ? cell : 0)));
  const area = unplaceBox({ x1: 0, y1: 0, x2: input.width, y2: input.height }, placement);
  return grids.flatMap((grid) => {
    const placed = thresholdGrid({ ...input, data: grid }, area, image, 0.5);
    if (placed === undefined) return [];
    const filled = fills ? fillHoles(placed.mask) : placed.mask;
    return toPlacedMasks(labelComponents(removeSmallRegions(filled, smallestRegion))).map(
      ({ left, top, mask }) => ({ left: left + placed.left, top: top + placed.top, mask }),
    );
  });
}

function bestClass(data: ArrayLike<number>, K: number, plane: number, i: number): number {
  let best = 0;
  for (let k = 1; k < K; k++) if (data[k * plane + i]! > data[best * plane + i]!) best = k;
  return best;
}

/** Mean over the pixels of a region, each read at the nearest pixel of the map. */
function meanOver(
  { left, top, mask }: PlacedMask,
  { data }: OutputNumbers,
  K: number,
  { input, scaleX, scaleY, left: atX, top: atY }: Placement,
) {
  const plane = input.width * input.height;
  const probabilities = new Float64Array(K);
  let score = 0;
  let count = 0;
  for (let y = 0; y < mask.height; y++) {
    const row = nearest((top + y + 0.5) * scaleY + atY, input.height) * input.width;
    for (let x = 0; x < mask.width; x++) {
      if (mask.data[y * mask.width + x] === 0) continue;
      const i = row + nearest((left + x + 0.5) * scaleX + atX, input.width);
      const cell = Math.max(1e-6, 1 - data[K * plane + i]!);
      for (let k = 0; k < K; k++) probabilities[k]! += data[k * plane + i]! / cell;
      score += Math.min(1, cell);
      count++;
    }
  }
  return { score: score / count, probabilities: probabilities.map((sum) => sum / count) };
}

function nearest(at: number, extent: Size['width']): number {
  return Math.max(0, Math.min(extent - 1, Math.floor(at)));
}
