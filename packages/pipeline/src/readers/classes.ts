/**
 * @file Networks that type pictures of single cells -> a model: another model in front finds the cells, this one
 * says what they are. Boxes, outlines and scores are the locator's; types, probabilities and doubt are the
 * classifier's.
 *
 * Where the settings name a local network, it decides among the few classes that it was trained on wherever the first
 * network says one of them (the marrow paper's dual-stage CNN).
 *
 * What the locator finds beside leukocytes and erythroblasts (red cells, platelets) is kept as it is where the
 * classifier knows the class, and left out where it does not.
 */
import {
  type Box,
  type CellClass,
  isLeukocyte,
  lineageOf,
  type RgbRaster,
  type TensorData,
} from '@leukoscope/core';
import { cropRaster, toRgbRaster } from '@leukoscope/image';
import { exportedOutputs, prepareImage } from '@leukoscope/models';
import { z } from 'zod';
import type { LeukocyteModel, ModelFinding } from '../model/leukocyte-model.ts';
import type { ModelSession } from '../model/model-session.ts';
import { sha256Of } from '../model/open-session.ts';
import { decideLocally, localSchema, localPlaces } from './classes/local-network.ts';
import { numbersOf } from './output-shape.ts';
import {
  factsOf,
  openExportedNetwork,
  openExportedNetworks,
  parseSettings,
  type Reader,
  type ReaderParts,
} from './reader.ts';
import { typeCell } from './type-cell.ts';

const settingsSchema = z.strictObject({
  /** The model that finds the cells: a name or a file, as commands take it. */
  locator: z.string().min(1).default('compact'),
  /** A square of the box's longer side, or the box as it is. */
  crop: z.enum(['square', 'box']).default('square'),
  /** How much larger than the box the crop is. */
  cropMargin: z.number().min(1).max(4).default(1.2),
  /** The second network, and what it tells apart. */
  local: localSchema.optional(),
});

type Settings = z.infer<typeof settingsSchema>;

/** Make a model of a classifier. */
export const readClasses: Reader = async (parts): Promise<LeukocyteModel> => {
  const { description } = parts;
  const { classes, input } = description;
  const settings = parseSettings(settingsSchema, parts);
  const networks = await openNetworks(parts, settings);
  const locator = await parts.open(settings.locator).catch(async (error) => {
    await networks.close();
    throw error;
  });
  const typePicture = async (raster: RgbRaster) =>
    typeCell(await networks.probabilities(prepareImage(raster, input).tensor), description);
  const typeOf = (raster: RgbRaster, box: Box) =>
    typePicture(cropOf(raster, box, settings, input.padding));
  const { finerTiling } = locator;
  return {
    facts: {
      ...factsOf(parts),
      // Another locator is another model.
      hash: await sha256Of(new TextEncoder().encode(`${parts.hash} ${locator.facts.hash}`)),
    },
    tiling: description.tile ?? locator.tiling,
    ...(finerTiling === undefined
      ? {}
      : { finerTiling: (findings, shown) => finerTiling.call(locator, findings, shown) }),
    async analyse(raster, options) {
      const findings: ModelFinding[] = [];
      for (const { probabilities: _, ...found } of await locator.analyse(raster, options)) {
        if (isTyped(found.cellClass)) {
          findings.push({ ...found, ...(await typeOf(raster, found.box)) });
        } else if (classes.includes(found.cellClass)) {
          findings.push({ ...found, classIndex: classes.indexOf(found.cellClass) });
        }
      }
      return findings;
    },
    typePicture,
    async close() {
      await networks.close();
      await locator.close();
    },
  };
};

/** What the networks say of one picture [1, 3, H, W]. */
async function openNetworks(parts: ReaderParts, { local }: Settings) {
  const { classes } = parts.description;
  const outputs = exportedOutputs.classes;
  const ask = async (session: ModelSession, image: TensorData<'float32'>, count: number) =>
    numbersOf(await session.run({ image }), 'probabilities', [1, count]).data;
  if (local === undefined) {
    const session = await openExportedNetwork(parts, outputs);
    return {
      probabilities: (image: TensorData<'float32'>) => ask(session, image, classes.length),
      close: () => session.close(),
    };
  }
  const places = localPlaces(local, parts.description);
  const sessions = await openExportedNetworks(parts, ['global', 'local'], outputs);
  const [first, second] = [sessions[0]!, sessions[1]!];
  return {
    probabilities: (image: TensorData<'float32'>) =>
      decideLocally(
        () => ask(first, image, classes.length),
        () => ask(second, image, places.length),
        { places, temperature: local.temperature },
      ),
    // Sessions of one runtime: closing one closes both.
    close: () => first.close(),
  };
}

function isTyped(cellClass: CellClass): boolean {
  return isLeukocyte(cellClass) || lineageOf(cellClass).includes('erythroblast');
}

function cropOf(
  raster: RgbRaster,
  { x1, y1, x2, y2 }: Box,
  { crop, cropMargin }: Settings,
  padding: number,
): RgbRaster {
  const [width, height] = [x2 - x1, y2 - y1];
  const longer = Math.max(width, height);
  const half = {
    x: ((crop === 'square' ? longer : width) * cropMargin) / 2,
    y: ((crop === 'square' ? longer : height) * cropMargin) / 2,
  };
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const box = {
    x1: Math.round(x - half.x),
    y1: Math.round(y - half.y),
    x2: Math.max(Math.round(x - half.x) + 1, Math.round(x + half.x)),
    y2: Math.max(Math.round(y - half.y) + 1, Math.round(y + half.y)),
  };
  return toRgbRaster(cropRaster(raster, box, { padding: [padding, padding, padding] }));
}
