/**
 * @file The peripheral paper's chain beside the detectors that it is measured against (its Tables 1 and 2, Fig. 5): DeepLabv3+
 * segments, regions under 200 pixels are removed and holes filled, each region is cut out, a classifier (theirs is AlexNet) types it.
 *
 * `node --conditions=@leukoscope/source experiments/peripheral-chain/measure.ts BCISC --segmenter RUN --classifier RUN
 * [--name CHAIN] --detector NAME=RUN ... [--to chain]` writes that folder beside this file. Ten subsets: a field of each type, so each slide is in one
 * half of them only; an AP of each, by IoU, one-way analysis of variance between the systems.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  boxIou,
  type CellClass,
  clopperPearson,
  coarsen,
  type Detection,
  taxonomies,
} from '@leukoscope/core';
import { toRgbRaster } from '@leukoscope/image';
import {
  analysisOfVariance,
  averagePrecision,
  boxAndWhisker,
  boxPlotFigure,
  classificationScores,
  confusionMatrix,
  evaluateCoco,
  mean,
  standardDeviation,
} from '@leukoscope/metrics';
import type { LeukocyteModel } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';
import { calledBy } from '../called-by.ts';
import { readTestFields } from '../test-fields.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    segmenter: { type: 'string' },
    classifier: { type: 'string' },
    name: { type: 'string', default: 'DeepLabv3+ and AlexNet' },
    detector: { type: 'string', multiple: true, default: [] },
    to: { type: 'string', default: 'chain' },
  },
});
const [root] = positionals;
const { segmenter, classifier, detector } = values;
if (root === undefined || segmenter === undefined || classifier === undefined) {
  console.error(
    'usage: measure.ts BCISC --segmenter RUN --classifier RUN [--name CHAIN] --detector NAME=RUN --detector NAME=RUN ... [--to FOLDER]',
  );
  process.exit(2);
}
const ious = [0.6, 0.7];
const five = taxonomies.five.classes;
const home = path.join(import.meta.dirname, values.to);

/** A cell that a system found, as one of five types; -1: another. */
interface Found {
  readonly box: Detection['box'];
  readonly type: number;
  readonly score: number;
  /** That there is a cell, whatever it is called. */
  readonly placeScore: number;
}

const fields = await readTestFields(root);
const systems: { readonly name: string; readonly found: readonly Found[][] }[] = [];
const parts = await mkdtemp(path.join(tmpdir(), 'leukoscope-chain-'));
try {
  const chain = await openModel(await chainOf(parts, segmenter, classifier));
  systems.push({ name: values.name, found: await look(chain) });
} finally {
  await rm(parts, { recursive: true });
}
for (const text of detector) {
  const [name = '', model = ''] = text.split('=');
  systems.push({ name, found: await look(await openModel(model)) });
}
const typed = typesOf(systems[0]!.found);
const subsets = Array.from({ length: 10 }, (_, n) =>
  [...fields.keys()].filter((i) => subsetOf(fields[i]!.file) === n),
);
const compared = ious.map((iou) => {
  const rows = systems.map(({ name, found }) => ({
    name,
    subsets: subsets.map((places) => precisionOf(found, places, iou)),
    all: precisionOf(found, [...fields.keys()], iou),
  }));
  return { iou, rows, variance: analysisOfVariance(rows.map((row) => row.subsets)) };
});
await mkdir(home, { recursive: true });
for (const { iou, rows } of compared) {
  const boxes = rows.map(({ name, subsets: own }) => ({ series: name, box: boxAndWhisker(own) }));
  const { svg } = boxPlotFigure([{ label: `IoU ${iou}`, boxes }], {
    title: `AP at IoU ${iou} over ten subsets`,
    yTitle: 'AP',
    bounds: { low: 0, high: 1 },
  });
  await writeFile(path.join(home, `ap-at-${iou}.svg`), svg);
}
const results = { fields: fields.length, typed, compared };
await writeFile(path.join(home, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
await writeFile(path.join(home, 'README.md'), page());
console.log(page());

/** Both networks with the paper's clean-up between them, as the description of one model. */
async function chainOf(into: string, segmenterRun: string, classifierRun: string): Promise<string> {
  const copy = async (run: string, name: string, settings: object) => {
    const from = path.join(run, 'best');
    const to = path.join(into, name);
    await mkdir(to);
    await copyFile(path.join(from, 'model.onnx'), path.join(to, 'model.onnx'));
    const description = JSON.parse(await readFile(path.join(from, 'model.json'), 'utf8'));
    const changed = { ...description, settings: { ...description.settings, ...settings } };
    const file = path.join(to, 'model.json');
    await writeFile(file, JSON.stringify(changed));
    return file;
  };
  const locator = await copy(segmenterRun, 'segmenter', { fillHoles: true, smallestRegion: 200 });
  return copy(classifierRun, 'classifier', { locator });
}

async function look(model: LeukocyteModel): Promise<Found[][]> {
  try {
    const all: Found[][] = [];
    for (const { sample } of fields) {
      const findings = await model.analyse(toRgbRaster(sample.raster), { scoreThreshold: 0.05 });
      all.push(
        findings.map(({ box, score, cellClass, probabilities }) => ({
          box,
          type: typeOf(cellClass),
          placeScore: score,
          // A chain's score is of the place alone; a detector's is of place and type.
          score:
            model.typePicture === undefined ? score : score * Math.max(...(probabilities ?? [1])),
        })),
      );
    }
    return all;
  } finally {
    await model.close();
  }
}

function typeOf(cellClass: CellClass): number {
  const coarse = coarsen(cellClass, five);
  return coarse === undefined ? -1 : (five as readonly CellClass[]).indexOf(coarse);
}

/** One field of each of five types: slides 7 make subsets 0 to 4, slides 8 the others. */
function subsetOf(file: string): number {
  const [, slide, number] = /_([78])-(\d+)\./.exec(file)!;
  return (Number(slide) - 7) * 5 + (Number(number) - 1);
}

/** mAP over the types that the fields hold. */
function precisionOf(found: readonly Found[][], places: readonly number[], iou: number): number {
  const images = places.map((i, n) => {
    const { raster, annotations } = fields[i]!.sample;
    return {
      id: String(n),
      size: { width: raster.width, height: raster.height },
      detections: found[i]!.filter(({ type }) => type >= 0).map(({ box, type, score }) => ({
        box,
        score,
        classIndex: type,
      })),
      groundTruth: annotations.map(({ box, cellClass }) => ({
        box: box!,
        classIndex: typeOf(cellClass!),
      })),
    };
  });
  const evaluation = evaluateCoco({ classNames: [...five], images }, { iouThresholds: [iou] });
  return averagePrecision(evaluation) ?? 0;
}

/** Types of the cells that the chain found, from score .25 on; of those that it did not, nothing can be said. */
function typesOf(found: readonly Found[][]) {
  const [truth, told]: [number[], number[]] = [[], []];
  let cells = 0;
  fields.forEach(({ sample }, i) => {
    for (const { box, cellClass } of sample.annotations) {
      cells++;
      const best = found[i]!.filter(
        (one) => one.placeScore >= 0.25 && boxIou(one.box, box!) > 0.5,
      ).sort((a, b) => b.score - a.score)[0];
      if (best === undefined) continue;
      truth.push(typeOf(cellClass!));
      told.push(best.type < 0 ? five.length : best.type);
    }
  });
  const names = [...five, 'another'];
  const matrix = confusionMatrix(truth, told, names);
  const right = truth.filter((type, n) => type === told[n]).length;
  return {
    cells,
    found: truth.length,
    right,
    limits: clopperPearson(right, truth.length),
    matrix,
    scores: classificationScores(matrix),
  };
}

function page(): string {
  const share = (value: number | null) => (value === null ? '–' : value.toFixed(3));
  const { scores, limits } = typed;
  return [
    '# The chain beside detectors',
    '',
    `Written by \`../measure.ts\` (its head says how): ${fields.length} fields of BCISC's ten slides that trained and chose nothing. For research use only,`,
    'not for diagnosis.',
    '',
    '```sh',
    calledBy('experiments/peripheral-chain/measure.ts'),
    '```',
    '',
    '## Types of the cells that the chain found',
    '',
    `Found (IoU over .5): ${typed.found} of ${typed.cells}. Types right: ${typed.right} of ${typed.found}, **${share(scores.accuracy)}** (${share(limits.low)} to ${share(limits.high)}); the paper says .990 on LISC,`,
    'of crops by hand, ten folds of pictures.',
    '',
    '| type | cells | precision | recall | F1 | specificity |',
    '|---|---|---|---|---|---|',
    ...scores.classes
      .filter(({ support }) => support > 0)
      .map(
        ({ name, support, precision, recall, f1, specificity }) =>
          `| ${name} | ${support} | ${share(precision)} | ${share(recall)} | ${share(f1)} | ${share(specificity)} |`,
      ),
    `| micro | ${typed.found} | ${share(scores.micro.precision)} | ${share(scores.micro.recall)} | ${share(scores.micro.f1)} | ${share(scores.micro.specificity)} |`,
    '',
    '## AP over ten subsets',
    '',
    '| system | IoU | AP, all fields | mean of ten subsets | standard deviation |',
    '|---|---|---|---|---|',
    ...compared.flatMap(({ iou, rows }) =>
      rows.map(
        ({ name, subsets: own, all }) =>
          `| ${name} | ${iou} | ${share(all)} | ${share(mean(own))} | ${share(standardDeviation(own))} |`,
      ),
    ),
    '',
    ...compared.map(
      ({ iou, variance }) =>
        `One-way analysis of variance at IoU ${iou}: F(${variance.degreesBetween}, ${variance.degreesWithin}) = ${variance.f.toFixed(2)}, P = ${variance.pValue.toPrecision(3)} (the paper: 3.8e-11 at .6, the chain ahead).`,
    ),
    '',
    ...ious.map((iou) => `![AP at IoU ${iou}](ap-at-${iou}.svg)`),
    '',
  ].join('\n');
}
