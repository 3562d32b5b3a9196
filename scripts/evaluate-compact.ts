/**
 * @file Measures the compact model on images that trained nothing, and writes the figures as JSON:
 * `node --conditions=@leukoscope/source scripts/evaluate-compact.ts --data DIR --locator FILE --refiner FILE --out FILE [--limit N] [--passes N]`
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  type Annotation,
  type CellClass,
  coarsen,
  createRandom,
  type RgbRaster,
} from '@leukoscope/core';
import {
  applyInterference,
  type Dataset,
  type ImageRecord,
  interferenceFactors,
  isInterferenceFactor,
  toAnnotations,
} from '@leukoscope/datasets';
import { decodeRgb } from '@leukoscope/image';
import { openRuntime } from '@leukoscope/nn/runtime';
import { imageKey, parseCompactExperiment } from '@leukoscope/training';
import { createAnalyser } from './evaluate-compact-analyse.ts';
import {
  type AnalysedField,
  calibrationScores,
  centredCell,
  confusion,
  fiveTypeScores,
  fiveTypes,
  type MatchedCell,
  matchCells,
  meanDice,
  placeScores,
  share,
  tenTypes,
  typeAccuracy,
} from './evaluate-compact-measures.ts';
import { type OpenSet, openSets, readSides } from './train-compact-data.ts';

const { values: args } = parseArgs({
  options: {
    data: { type: 'string' },
    locator: { type: 'string' },
    refiner: { type: 'string' },
    out: { type: 'string' },
    limit: { type: 'string', default: '100000' },
    passes: { type: 'string', default: '2' },
    threads: { type: 'string', default: '2' },
    experiment: { type: 'string', default: 'experiments/compact/compact.json' },
  },
});
if (
  args.data === undefined ||
  args.locator === undefined ||
  args.refiner === undefined ||
  args.out === undefined
) {
  console.error(
    'usage: evaluate-compact.ts --data DIR --locator FILE --refiner FILE --out FILE [--limit N] [--passes N]',
  );
  process.exit(2);
}
const limit = Number(args.limit);
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
const bciscMatches = matchCells(bcisc);
await note('bcisc', {
  places: placeScores(bcisc),
  fiveTypes: fiveTypeScores(bcisc),
  typeAccuracy: typeAccuracy(bciscMatches, fiveTypes),
  dice: meanDice(bciscMatches),
  confusion: confusion(bciscMatches, fiveTypes),
});
for (const name of ['txl-pbc', 'bccd'])
  await note(name, { places: placeScores(await analyseSet(name)) });

const pbc = await analyseSet('oi-pbc');
const centred: MatchedCell[] = pbc.flatMap((field) => {
  const cellClass = typeOf(field.id);
  return cellClass === undefined || cellClass === 'platelet'
    ? []
    : [{ truth: { cellClass }, found: centredCell(field) }];
});
await note('oi-pbc', {
  places: placeScores(pbc),
  fine: typeAccuracy(centred, tenTypes),
  five: typeAccuracy(centred, fiveTypes),
  centredFound: share(centred.filter(({ found }) => found !== undefined).length, centred.length),
  confusion: confusion(centred, tenTypes),
});
await note('calibration', {
  fine: calibrationScores(centred, tenTypes),
  five: calibrationScores([...centred, ...bciscMatches], fiveTypes),
});

for (const set of strangers) {
  const fields = await analyseImages(set, evenly(set.dataset.images), set.dataset.name);
  const matched = matchCells(fields, 0.05);
  await note(set.dataset.name, {
    found: share(matched.filter(({ found }) => found !== undefined).length, matched.length),
    dice: meanDice(matched),
    typeAccuracy: typeAccuracy(matched, fiveTypes),
  });
}

const clean = {
  ap50: placeScores(bcisc)['ap50']!,
  type: typeAccuracy(bciscMatches, fiveTypes).share ?? 0,
  extra: extraCells(bcisc),
};
for (const factor of Object.keys(interferenceFactors).filter(isInterferenceFactor)) {
  const fields: AnalysedField[] = [];
  for (const field of bcisc) {
    const sample = applyInterference(
      { raster: field.raster, annotations: field.truth },
      factor,
      3,
      createRandom(7).fork(field.id),
    );
    const truth = sample.annotations.filter(isNucleated);
    fields.push({
      id: field.id,
      raster: sample.raster,
      truth,
      cells: await analyser.analyse(sample.raster),
    });
  }
  const matched = matchCells(fields);
  const type = typeAccuracy(matched, fiveTypes);
  await note(`factor ${factor}`, {
    ap50: placeScores(fields)['ap50'],
    ap50Change: placeScores(fields)['ap50']! - clean.ap50,
    typeAccuracy: type,
    typeChange: (type.share ?? 0) - clean.type,
    found: share(matched.filter(({ found }) => found !== undefined).length, matched.length),
    extraCells: extraCells(fields) - clean.extra,
  });
}
await analyser.dispose();
await runtime.close();

async function analyseSet(name: string): Promise<AnalysedField[]> {
  const set = sets.find(({ dataset }) => dataset.name === name)!;
  const images = evenly(
    set.dataset.images.filter(({ file }) => sides[imageKey(name, file)] === 'val'),
  );
  return analyseImages(set, images, name);
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

function isNucleated({ box, cellClass }: Annotation): boolean {
  return (
    box !== undefined &&
    cellClass !== undefined &&
    coarsen(cellClass, ['leukocyte', 'erythroblast']) !== undefined
  );
}

/** The type that the name of a PBC image gives its centred cell. */
function typeOf(id: string): CellClass | undefined {
  const set = sets.find(({ dataset }) => dataset.name === 'oi-pbc')!.dataset;
  const image = set.images.find(({ file }) => imageKey('oi-pbc', file) === id)!;
  const record = image.annotations.find(({ box }) => box === undefined);
  return record?.classIndex === undefined ? undefined : set.classes[record.classIndex]?.cellClass;
}

/** Detections at a score of one half or more that no true cell explains. */
function extraCells(fields: readonly AnalysedField[]): number {
  const found = fields.reduce(
    (sum, { cells }) => sum + cells.filter(({ score }) => score >= 0.5).length,
    0,
  );
  return found - matchCells(fields, 0.5).filter((match) => match.found !== undefined).length;
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}
