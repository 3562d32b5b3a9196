/** @file Reads the crops that the refiner learns from: real ones, real ones under interference, synthetic ones. */
import { readFile } from 'node:fs/promises';
import type { Box, RgbRaster } from '@leukoscope/core';
import {
  cropsOfSamples,
  interfereSamples,
  type LabelledCrop,
  locateCentredCell,
  readRefinerCrops,
  readTrainingSamples,
  storeSide,
  synthesiseCrops,
} from '@leukoscope/training';
import { cached } from './train-compact-cache.ts';
import { decodeBalanced, openSets, readSides } from './train-compact-data.ts';
import type { PartOptions } from './train-compact-parts.ts';

/** Read all crops of an experiment, synthetic ones too. */
export async function readCrops(options: PartOptions): Promise<LabelledCrop[]> {
  const { experiment, boxes, cache } = options;
  const { synthetic } = experiment.refiner;
  const { seed } = experiment.refiner.recipe;
  const store = { light: 'balanced', storeSide, seed };
  const located: Record<string, Box> =
    boxes === undefined ? {} : JSON.parse(await readFile(boxes, 'utf8'));
  const key = { ...store, sets: experiment.sets, located };
  const real = await cached(cache, 'crops', key, () => readRealCrops(options, located));
  const drawn = await cached(cache, 'synthetic', { ...store, synthetic }, async () =>
    synthesiseCrops(synthetic, seed),
  );
  for (const crop of await readInterfered(options)) drawn.push(crop);
  return [...real, ...drawn];
}

/** Factors that the outlined training cells are put under. */
const factors = ['overlapping-leukocytes', 'degenerated-cells', 'degenerated-cells'] as const;

/** Cells of BCISC under interference, with outlines of what is seen of them. */
async function readInterfered({ experiment, data, cache }: PartOptions): Promise<LabelledCrop[]> {
  const { seed } = experiment.refiner.recipe;
  return cached(
    cache,
    'interfered-crops',
    { light: 'balanced', storeSide, factors, seed },
    async () => {
      const opened = await openSets(data, experiment.sets);
      const sides = await readSides(opened);
      const { folder, dataset } = opened.find((set) => set.dataset.name === 'bcisc')!;
      const reading = { decodeRgb: decodeBalanced, sides };
      const samples = await readTrainingSamples(folder, dataset, reading, false);
      return cropsOfSamples(interfereSamples(samples, factors, seed), 'interfered');
    },
  );
}

async function readRealCrops(
  { experiment, data, say }: PartOptions,
  located: Readonly<Record<string, Box>>,
): Promise<LabelledCrop[]> {
  const sets = await openSets(data, experiment.sets);
  const sides = await readSides(sets);
  const crops: LabelledCrop[] = [];
  for (const { folder, dataset } of sets) {
    const read = await readRefinerCrops(folder, dataset, {
      decodeRgb: decodeBalanced,
      locate: (raster, image) => located[image] ?? firstBox(raster, image),
      sides,
      seed: experiment.refiner.recipe.seed,
    });
    const count = (side: string) => read.filter((crop) => crop.side === side).length;
    say(`${dataset.name}: ${count('train')} crops to train, ${count('val')} to measure`);
    for (const crop of read) crops.push(crop);
  }
  return crops;
}

/** A centred cell's box before there is a locator; marrow patches are cut so that the cell fills them. */
function firstBox(raster: RgbRaster, image: string): Box {
  if (!image.startsWith('marrow/')) return locateCentredCell(raster);
  const { width, height } = raster;
  return { x1: 0.12 * width, y1: 0.12 * height, x2: 0.88 * width, y2: 0.88 * height };
}
