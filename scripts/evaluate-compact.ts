/**
 * @file Measures the compact model on images that trained nothing, and writes the figures as JSON:
 * `node --conditions=@leukoscope/source scripts/evaluate-compact.ts --data DIR --model FILE --half tuning|reporting --out FILE [--calibration FILE] [--limit N] [--skip-factors]`
 *
 * The model is the description of an exported one with temperature 1. On the tuning half temperature and thresholds
 * are fitted and written too; the reporting half takes them from there (`--calibration`, the tuning half's output)
 * and chooses nothing.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Annotation, CellClass } from '@leukoscope/core';
import { type ImageRecord, toAnnotations } from '@leukoscope/datasets';
import { decodeRgb } from '@leukoscope/image';
import { imageKey, parseCompactExperiment } from '@leukoscope/training';
import { createAnalyser } from './evaluate-compact-analyse.ts';
import {
  type Calibration,
  calibrationScores,
  fitCalibration,
} from './evaluate-compact-calibration.ts';
import {
  analyseInterfered,
  extraCells,
  factorScores,
  foundShare,
  isNucleated,
} from './evaluate-compact-factors.ts';
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
  plainScores,
  tenTypes,
  typeAccuracy,
} from './evaluate-compact-measures.ts';
import { type OpenSet, openSets, readSides } from './train-compact-data.ts';

const { values: args } = parseArgs({
  options: {
    data: { type: 'string' },
    model: { type: 'string' },
    out: { type: 'string' },
    limit: { type: 'string', default: '100000' },
    half: { type: 'string' },
    calibration: { type: 'string' },
    'skip-factors': { type: 'boolean', default: false },
    threads: { type: 'string', default: '2' },
    experiment: { type: 'string', default: 'experiments/compact/compact.json' },
  },
});
if (
  args.data === undefined ||
  args.model === undefined ||
  args.out === undefined ||
  (args.half !== 'tuning' && args.half !== 'reporting') ||
  (args.half === 'reporting') !== (args.calibration !== undefined)
) {
  console.error(
    'usage: evaluate-compact.ts --data DIR --model FILE --out FILE --half tuning | --half reporting --calibration FILE [--limit N] [--skip-factors]',
  );
  process.exit(2);
}
const limit = Number(args.limit);
const { half } = args;
const experiment = parseCompactExperiment(await readFile(args.experiment, 'utf8'));
await mkdir(path.dirname(args.out), { recursive: true }); // before the work, not after it
const analyser = await createAnalyser(args.model, Number(args.threads));
const sets = await openSets(args.data, experiment.sets);
const sides = await readSides(sets);
const strangers = await openSets(args.data, ['dataset1', 'dataset2']);
/** Red cells and platelets by field. */
const plainTruth = new Map<string, Annotation[]>();
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
const interfered = args['skip-factors']
  ? undefined
  : await analyseInterfered(bcisc, (raster) => analyser.analyse(raster));
// The score threshold must serve poor pictures too.
const poor = [...(interfered?.byFactor.values() ?? [])].flat();
const calibration: Calibration =
  half === 'tuning'
    ? fitCalibration(centred, matchCells(bcisc), [...bcisc, ...txl, ...bccd, ...pbc, ...poor])
    : JSON.parse(await readFile(args.calibration!, 'utf8')).calibration;
await note('half', half);
await note('calibration', calibration);
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
    plain: plainScores(fields, (field) => plainTruth.get(field.id)!),
  });
await note('oi-pbc', {
  places: placeScores(pbc),
  fine: typeAccuracy(centred, tenTypes),
  five: typeAccuracy(centred, fiveTypes),
  byType: accuracyByType(centred, tenTypes),
  centredFound: foundShare(centred),
  confusion: confusion(centred, tenTypes),
});
await note('certainty', {
  pbcFine: calibrationScores(centred, tenTypes, 'fine', calibration),
  five: calibrationScores([...centred, ...bciscMatches], fiveTypes, 'five', calibration),
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
      certainty: calibrationScores(matched, fiveTypes, 'five', calibration),
    });
  }
}
if (interfered !== undefined)
  await note('interference', factorScores(bcisc, interfered, scoreThreshold));
await analyser.close();

async function analyseSet(name: string): Promise<AnalysedField[]> {
  const set = sets.find(({ dataset }) => dataset.name === name)!;
  const images = evenly(
    set.dataset.images.filter(
      ({ file }) => sides[imageKey(name, file)] === 'val' && halfOf(imageKey(name, file)) === half,
    ),
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
    const all = toAnnotations(dataset, { ...image, size: raster });
    const id = imageKey(name, image.file);
    fields.push({
      id,
      raster,
      truth: all.filter(isNucleated),
      ...(await analyser.analyse(raster)),
    });
    plainTruth.set(id, all.filter(isPlain));
  }
  return fields;
}

function isPlain({ box, cellClass }: Annotation): boolean {
  return box !== undefined && (cellClass === 'erythrocyte' || cellClass === 'platelet');
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
