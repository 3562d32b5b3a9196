/** @file Reads the crops that the refiner learns from: real ones, real ones under interference, synthetic ones. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Box, RgbRaster } from '@leukoscope/core';
import { readSafetensors } from '@leukoscope/nn';
import {
  type CompactExperiment,
  cropsOfSamples,
  interfereSamples,
  type LabelledCrop,
  locateCentredCell,
  outlinedBoxInStore,
  readRefinerCrops,
  readTrainingSamples,
  recentreCrop,
  synthesiseCrops,
} from '@leukoscope/training';
import { cached } from './train-compact-cache.ts';
import { decodeBalanced, openSets, readSides } from './train-compact-data.ts';
import type { PartOptions } from './train-compact-parts.ts';
import { runRefiner } from './train-compact-run-refiner.ts';

/** Read all crops of an experiment, synthetic ones too. */
export async function readCrops(options: PartOptions): Promise<LabelledCrop[]> {
  const { experiment, boxes, cache } = options;
  const { synthetic, recipe } = experiment.refiner;
  const located: Record<string, Box> =
    boxes === undefined ? {} : JSON.parse(await readFile(boxes, 'utf8'));
  const key = { light: 'balanced', sets: experiment.sets, seed: recipe.seed, located };
  const real = await cached(cache, 'crops', key, () => readRealCrops(options, located));
  const drawn = await cached(
    cache,
    'synthetic',
    { light: 'balanced', synthetic, seed: recipe.seed },
    async () => synthesiseCrops(synthetic, recipe.seed),
  );
  for (const crop of await readInterfered(options)) drawn.push(crop);
  if (options.recentre === undefined) return [...real, ...drawn];
  const weights = new Uint8Array(await readFile(options.recentre));
  const hash = createHash('sha256').update(weights).digest('hex');
  const recentred = await cached(cache, 'recentred', { key, hash }, () =>
    recentreAll(options, real, readSafetensors(weights)),
  );
  return [...recentred, ...drawn];
}

/** Factors that the outlined training cells are put under. */
const factors = ['overlapping-leukocytes', 'degenerated-cells', 'degenerated-cells'] as const;

/** Cells of BCISC under interference, with outlines of what is seen of them. */
async function readInterfered({ experiment, data, cache }: PartOptions): Promise<LabelledCrop[]> {
  const { seed } = experiment.refiner.recipe;
  return cached(cache, 'interfered-crops', { light: 'balanced', factors, seed }, async () => {
    const opened = await openSets(data, experiment.sets);
    const sides = await readSides(opened);
    const { folder, dataset } = opened.find((set) => set.dataset.name === 'bcisc')!;
    const reading = { decodeRgb: decodeBalanced, sides };
    const samples = await readTrainingSamples(folder, dataset, reading, false);
    return cropsOfSamples(interfereSamples(samples, factors, seed), 'interfered');
  });
}

/** Cut the crops whose boxes came from rules again, around the outlines that a trained refiner draws. */
async function recentreAll(
  { runtime, experiment, say }: PartOptions,
  crops: readonly LabelledCrop[],
  { tensors, metadata }: ReturnType<typeof readSafetensors>,
): Promise<LabelledCrop[]> {
  const isByRule = ({ group }: LabelledCrop) => /^(oi-pbc|marrow)\//.test(group);
  // The weights may be of another shape than those to be trained.
  const config: CompactExperiment['refiner']['config'] = JSON.parse(metadata['config']!);
  const refined = await runRefiner(
    runtime,
    { weights: async () => new Map(tensors) },
    { ...experiment, refiner: { ...experiment.refiner, config } },
    crops.filter(isByRule),
  );
  let moved = 0;
  const again = refined.map(({ crop, mask }): LabelledCrop => {
    const box = outlinedBoxInStore(mask, experiment.refiner.config.cropMargin);
    if (box === undefined) return crop;
    moved++;
    return { ...crop, ...recentreCrop(crop, box) };
  });
  say(`${moved} of ${refined.length} crops cut again around their outlines`);
  return [...crops.filter((crop) => !isByRule(crop)), ...again];
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
