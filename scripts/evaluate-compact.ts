/**
 * @file Measures the compact model on images that trained nothing, and writes the figures as JSON:
 * `node --conditions=@leukoscope/source scripts/evaluate-compact.ts --data DIR --locator FILE --refiner FILE --half tuning|reporting --out FILE [--calibration FILE] [--limit N] [--passes N] [--skip-factors]`
 *
 * On the tuning half temperature and thresholds are fitted and written too; the reporting half takes them
 * from there (`--calibration`, the tuning half's output) and chooses nothing.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Annotation, CellClass, RgbRaster } from '@leukoscope/core';
import { type Dataset, type ImageRecord, toAnnotations } from '@leukoscope/datasets';
import { decodeRgb } from '@leukoscope/image';
import { openRuntime } from '@leukoscope/nn/runtime';
import { imageKey, parseCompactExperiment, readLocatorFields } from '@leukoscope/training';
import { createAnalyser } from './evaluate-compact-analyse.ts';
import {
  type Calibration,
  calibrationScores,
  fitCalibration,
} from './evaluate-compact-calibration.ts';
import { extraCells, foundShare, isNucleated, measureFactors } from './evaluate-compact-factors.ts';
import { halfOf } from './evaluate-compact-halves.ts';
import {
  type AnalysedField,
  accuracyByType,
  centredCell,
  confusion,
  fiveTypeScores,
  fiveTypes,
  type MatchedCell,
  matchCells,
  meanDice,
  placeScores,
  tenTypes,
  typeAccuracy,
} from './evaluate-compact-measures.ts';
import { type OpenSet, openSets, readSides } from './train-compact-data.ts';
import { scoreFields } from './train-compact-locator.ts';

const { values: args } = parseArgs({
  options: {
    data: { type: 'string' },
    locator: { type: 'string' },
    refiner: { type: 'string' },
    out: { type: 'string' },
    limit: { type: 'string', default: '100000' },
    passes: { type: 'string', default: '2' },
    half: { type: 'string' },
    calibration: { type: 'string' },
    'skip-factors': { type: 'boolean', default: false },
    threads: { type: 'string', default: '2' },
    experiment: { type: 'string', default: 'experiments/compact/compact.json' },
  },
});
if (
  args.data === undefined ||
  args.locator === undefined ||
  args.refiner === undefined ||
  args.out === undefined ||
  (args.half !== 'tuning' && args.half !== 'reporting') ||
  (args.half === 'reporting') !== (args.calibration !== undefined)
) {
  console.error(
    'usage: evaluate-compact.ts --data DIR --locator FILE --refiner FILE --out FILE --half tuning | --half reporting --calibration FILE [--limit N] [--passes N] [--skip-factors]',
  );
  process.exit(2);
}
const limit = Number(args.limit);
const { half } = args;
const experiment = parseCompactExperiment(await readFile(args.experiment, 'utf8'));
const runtime = openRuntime({ host: 'inline', threads: Number(args.threads), spinning: false });
const analyser = await createAnalyser({
  runtime,
  experiment,
  locatorWeights: args.locator,
  refinerWeights: args.refiner,
  passes: Number(args.passes),
});
const sets = await openSets(args.data, experiment.sets);
const sides = await readSides(sets);
const strangers = await openSets(args.data, ['dataset1', 'dataset2']);
const results: Record<string, unknown> = {};
const note = async (name: string, value: unknown) => {
  results[name] = value;
  console.log(name, JSON.stringify(value, rounded));
  await writeFile(args.out!, `${JSON.stringify(results, rounded, 1)}\n`);
};

const bcisc = await analyseSet('bcisc');
const txl = await analyseSet('txl-pbc');
const bccd = await analyseSet('bccd');
const pbc = await analyseSet('oi-pbc');
const centred: MatchedCell[] = pbc.flatMap((field) => {
  const cellClass = typeOf(field.id);
  return cellClass === undefined || cellClass === 'platelet'
    ? []
    : [{ truth: { cellClass }, found: centredCell(field) }];
});
const fitted =
  half === 'tuning'
    ? fitCalibration(centred, matchCells(bcisc), [...bcisc, ...txl, ...bccd, ...pbc])
    : undefined;
const calibration: Calibration =
  fitted?.calibration ?? JSON.parse(await readFile(args.calibration!, 'utf8')).calibration;
await note('half', half);
await note('calibration', calibration);
if (fitted !== undefined) await note('signals', { best: fitted.signal, ...fitted.signals });
const { scoreThreshold } = calibration;
const bciscMatches = matchCells(bcisc, scoreThreshold);
await note('bcisc', {
  places: placeScores(bcisc),
  found: foundShare(bciscMatches),
  fiveTypes: fiveTypeScores(bcisc),
  typeAccuracy: typeAccuracy(bciscMatches, fiveTypes),
  byType: accuracyByType(bciscMatches, fiveTypes),
  dice: meanDice(bciscMatches),
  confusion: confusion(bciscMatches, fiveTypes),
});
for (const [name, fields] of [
  ['txl-pbc', txl],
  ['bccd', bccd],
] as const)
  await note(name, {
    places: placeScores(fields),
    found: foundShare(matchCells(fields, scoreThreshold)),
    extraCells: extraCells(fields, scoreThreshold),
  });
await note('oi-pbc', {
  places: placeScores(pbc),
  fine: typeAccuracy(centred, tenTypes),
  five: typeAccuracy(centred, fiveTypes),
  byType: accuracyByType(centred, tenTypes),
  centredFound: foundShare(centred),
  confusion: confusion(centred, tenTypes),
});
await note('kinds', await scoreKinds());
await note('certainty', {
  pbcFine: calibrationScores(centred, tenTypes, calibration),
  five: calibrationScores([...centred, ...bciscMatches], fiveTypes, calibration),
});
if (half === 'reporting') {
  for (const set of strangers) {
    const fields = await analyseImages(set, evenly(set.dataset.images), set.dataset.name);
    const matched = matchCells(fields, 0.05);
    await note(set.dataset.name, {
      found: foundShare(matched),
      dice: meanDice(matched),
      typeAccuracy: typeAccuracy(matched, fiveTypes),
      byType: accuracyByType(matched, fiveTypes),
      certainty: calibrationScores(matched, fiveTypes, calibration),
    });
  }
}
if (!args['skip-factors'])
  await measureFactors({
    fields: bcisc,
    scoreThreshold,
    analyse: (raster) => analyser.analyse(raster),
    note,
  });
await analyser.dispose();
await runtime.close();

async function analyseSet(name: string): Promise<AnalysedField[]> {
  const set = sets.find(({ dataset }) => dataset.name === name)!;
  const images = evenly(
    set.dataset.images.filter(
      ({ file }) => sides[imageKey(name, file)] === 'val' && halfOf(imageKey(name, file)) === half,
    ),
  );
  return analyseImages(set, images, name);
}

/** AP of leukocytes, red cells and platelets by the locator alone, where a source marks all three. */
async function scoreKinds(): Promise<Record<string, number>> {
  const fields = [];
  const reading = {
    decodeRgb: (bytes: Uint8Array) => decodeRgb(bytes),
    sides: Object.fromEntries(
      Object.entries(sides).filter(([key, side]) => side === 'val' && halfOf(key) === half),
    ),
  };
  for (const { folder, dataset } of sets) {
    if (dataset.name !== 'txl-pbc' && dataset.name !== 'bccd') continue;
    for (const field of evenly(await readLocatorFields(folder, dataset, reading)))
      fields.push(field);
  }
  return scoreFields(analyser.locator, fields);
}

/** At most `--limit` of the images, spread over all, since names sort by type. */
function evenly<T>(images: readonly T[]): T[] {
  const share = Math.min(1, limit / images.length);
  return images.filter((_, i) => Math.floor((i + 1) * share) > Math.floor(i * share));
}

async function analyseImages(
  { folder, dataset }: OpenSet,
  images: readonly ImageRecord[],
  name: string,
): Promise<AnalysedField[]> {
  const fields: AnalysedField[] = [];
  for (const image of images) {
    const raster = await decodeRgb(await folder.read(image.file));
    const truth = truthOf(dataset, image, raster);
    fields.push({
      id: imageKey(name, image.file),
      raster,
      truth,
      cells: await analyser.analyse(raster),
    });
  }
  return fields;
}

function truthOf(dataset: Dataset, image: ImageRecord, raster: RgbRaster): Annotation[] {
  return toAnnotations(dataset, { ...image, size: raster }).filter(isNucleated);
}

/** The type that the name of a PBC image gives its centred cell. */
function typeOf(id: string): CellClass | undefined {
  const set = sets.find(({ dataset }) => dataset.name === 'oi-pbc')!.dataset;
  const image = set.images.find(({ file }) => imageKey('oi-pbc', file) === id)!;
  const record = image.annotations.find(({ box }) => box === undefined);
  return record?.classIndex === undefined ? undefined : set.classes[record.classIndex]?.cellClass;
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}
