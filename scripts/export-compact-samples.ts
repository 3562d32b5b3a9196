/** @file Inputs of both networks from training images, for the ranges of int8. */
import { createRandom, type TensorData } from '@leukoscope/core';
import {
  type CompactExperiment,
  locateCentredCell,
  locatorBatches,
  plainView,
  readLocatorFields,
  readRefinerCrops,
  refinerBatches,
} from '@leukoscope/training';
import { decodeBalanced, openSets, readSides } from './train-compact-data.ts';

/** How many runs of each network, and how many images of a set are read for them. */
const runs = 48;
const imagesPerSet = 40;

/** Read a few training images of each set and cut inputs as training does, without strong changes. */
export async function calibrationSamples(
  data: string,
  experiment: CompactExperiment,
  refinerBatch: number,
): Promise<Record<'locator' | 'refiner', Record<string, TensorData>[]>> {
  const sets = await openSets(data, experiment.sets);
  const sides = await readSides(sets);
  const reading = {
    decodeRgb: decodeBalanced,
    sides: Object.fromEntries(Object.entries(sides).filter(([, side]) => side === 'train')),
    locate: locateCentredCell,
    seed: 3,
  };
  const fields = [];
  const crops = [];
  for (const { folder, dataset } of sets) {
    const images = createRandom(3).shuffle(dataset.images).slice(0, imagesPerSet);
    const few = { ...dataset, images };
    for (const crop of await readRefinerCrops(folder, few, reading)) crops.push(crop);
    if (!experiment.locator.sets.some((name) => name === dataset.name)) continue;
    for (const field of await readLocatorFields(folder, few, reading)) fields.push(field);
  }
  const { locator, refiner } = experiment;
  const locatorAt = locatorBatches({
    ...{
      fields,
      shares: locator.shares,
      side: locator.workSide,
      cellSides: [...locator.cellSides],
    },
    ...{ colour: 0.5, cuts: 0.1, stain: 0.2, dim: 0.1, batchSize: 1, seed: 3 },
  });
  const variation = { ...plainView, scale: 0.08, turns: true, colour: 0.5, stain: 0.2, dim: 0.1 };
  const refinerAt = refinerBatches({
    ...{ crops, shares: refiner.shares, config: refiner.config, variation },
    ...{ batchSize: refinerBatch, seed: 3 },
  });
  const times = Array.from({ length: runs }, (_, i) => i);
  return {
    locator: times.map((i) => ({ image: locatorAt(i)['image']! })),
    refiner: times.map((i) => ({ image: refinerAt(i)['image']! })),
  };
}
