/**
 * @file What the second stage corrects, and how little the answers depend on place and turn of the cell: the marrow
 * paper's Figures 5 to 7, on the patches that tested the global network and trained neither stage.
 *
 * `node --conditions=@leukoscope/source experiments/marrow/second-stage.ts GLOBAL-RUN DUAL-STAGE-MODEL MARROW`
 * writes the folder second-stage beside this file.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clopperPearson, type Interval, type RgbRaster } from '@leukoscope/core';
import { eightfold } from '@leukoscope/datasets';
import { cropRaster, decodeRgb, toRgbRaster } from '@leukoscope/image';
import { confusionFigure, confusionMatrix } from '@leukoscope/metrics';
import type { LeukocyteModel } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';

const [globalRun, dualStage, marrow] = process.argv.slice(2);
if (globalRun === undefined || dualStage === undefined || marrow === undefined) {
  console.error('usage: second-stage.ts GLOBAL-RUN DUAL-STAGE-MODEL MARROW');
  process.exit(2);
}

/** One patch that tested. */
interface Patch {
  readonly file: string;
  readonly truth: number;
  readonly raster: RgbRaster;
}

/** Shifts of the paper's crops, in pixels of the patch. */
const shifts = [-12, -6, 6, 12] as const;
const home = path.join(import.meta.dirname, 'second-stage');
const lines = (await readFile(path.join(globalRun, 'data/test.jsonl'), 'utf8')).trim().split('\n');
const patches: Patch[] = [];
for (const line of lines) {
  const { image, classIndex } = JSON.parse(line);
  const raster = toRgbRaster(await decodeRgb(await readFile(path.join(marrow, image.file))));
  patches.push({ file: image.file, truth: classIndex, raster });
}

const first = await openModel(globalRun);
const both = await openModel(dualStage);
const { classes } = first.facts;
const before = await typesOf(
  first,
  patches.map(({ raster }) => raster),
);
const after = await typesOf(
  both,
  patches.map(({ raster }) => raster),
);
const truth = patches.map((patch) => patch.truth);
const isRight = (told: readonly { classIndex: number }[]) =>
  told.map(({ classIndex }, i) => classIndex === truth[i]);
const [rightBefore, rightAfter] = [isRight(before), isRight(after)];
const corrected = patches.filter((_, i) => !rightBefore[i]! && rightAfter[i]!);
const spoiled = patches.filter((_, i) => rightBefore[i]! && !rightAfter[i]!);
const sets = {
  'shifted by 6 or 12 pixels': (raster: RgbRaster) =>
    shifts.flatMap((x) => [shifted(raster, x, 0), shifted(raster, 0, x)]),
  'turned and mirrored': (raster: RgbRaster) =>
    eightfold({ raster, annotations: [] })
      .slice(1)
      .map((sample) => toRgbRaster(sample.raster)),
};
const invariance: Record<string, { same: Share; right: Share }> = {};
for (const [name, variantsOf] of Object.entries(sets)) {
  let [same, right, all] = [0, 0, 0];
  for (const [i, patch] of patches.entries()) {
    for (const told of await typesOf(both, variantsOf(patch.raster))) {
      all++;
      if (told.classIndex === after[i]!.classIndex) same++;
      if (told.classIndex === patch.truth) right++;
    }
  }
  invariance[name] = { same: share(same, all), right: share(right, all) };
}
const wrong = patches.flatMap((patch, i) => {
  if (rightAfter[i]!) return [];
  const { probabilities = [], classIndex } = after[i]!;
  const name = (k: number) => `${classes[k]} ${(probabilities[k] ?? 0).toFixed(2)}`;
  return [{ file: patch.file, truth: name(patch.truth), told: name(classIndex) }];
});
const result = {
  patches: patches.length,
  global: share(rightBefore.filter(Boolean).length, patches.length),
  dualStage: share(rightAfter.filter(Boolean).length, patches.length),
  withinOneStage: share(
    after.filter(({ classIndex }, i) => Math.abs(classIndex - truth[i]!) <= 1).length,
    patches.length,
  ),
  corrected: corrected.map(({ file }) => file),
  spoiled: spoiled.map(({ file }) => file),
  invariance,
  wrong,
};
await mkdir(home, { recursive: true });
for (const [name, told] of [
  ['confusion-global', before],
  ['confusion-dual-stage', after],
] as const) {
  const matrix = confusionMatrix(
    truth,
    told.map(({ classIndex }) => classIndex),
    classes,
  );
  const { svg } = confusionFigure(matrix, {
    name,
    title: name === 'confusion-global' ? 'Global network' : 'Both stages',
  });
  await writeFile(path.join(home, `${name}.svg`), svg);
}
await writeFile(path.join(home, 'results.json'), `${JSON.stringify(result, null, 2)}\n`);
await writeFile(path.join(home, 'README.md'), page());
await first.close();
await both.close();
console.log(`global ${text(result.global)}, both stages ${text(result.dualStage)}`);

interface Share extends Interval {
  readonly share: number;
  readonly of: number;
}

function share(count: number, of: number): Share {
  return { share: count / of, of, ...clopperPearson(count, of) };
}

function text({ share: value, low, high, of }: Share): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}, of ${of})`;
}

async function typesOf(model: LeukocyteModel, rasters: readonly RgbRaster[]) {
  const told = [];
  for (const raster of rasters) told.push(await model.typePicture!(raster));
  return told;
}

/** The patch with its cell moved; what comes in at the edge has the colour of the first corner. */
function shifted(raster: RgbRaster, x: number, y: number): RgbRaster {
  const { width, height } = raster;
  const corner = [0, 1, 2].map((c) => raster.data[c]!);
  const box = { x1: x, y1: y, x2: x + width, y2: y + height };
  return toRgbRaster(cropRaster(raster, box, { padding: corner }));
}

function page(): string {
  return [
    '# The second stage, and what place and turn of a cell change',
    '',
    'Written by `../second-stage.ts` (its head says how) on the patches that tested the global network; intervals are exact 95 % limits',
    'of a share (Clopper-Pearson). Choi et al. 2017: .9568 before and .9706 after the second stage, over cells of the same pictures.',
    '',
    '| | right |',
    '|---|---|',
    `| global network | ${text(result.global)} |`,
    `| both stages | ${text(result.dualStage)} |`,
    `| both stages, within one stage of maturation | ${text(result.withinOneStage)} |`,
    '',
    `Corrected by the second stage: ${corrected.length === 0 ? 'none' : result.corrected.join(', ')}. Spoiled: ${spoiled.length === 0 ? 'none' : result.spoiled.join(', ')}.`,
    '',
    '![Global network](confusion-global.svg)',
    '![Both stages](confusion-dual-stage.svg)',
    '',
    '## The same cells moved and turned',
    '',
    '| | same answer | right |',
    '|---|---|---|',
    ...Object.entries(invariance).map(
      ([name, { same, right }]) => `| ${name} | ${text(same)} | ${text(right)} |`,
    ),
    '',
    '## Wrongly typed cells with their probabilities',
    '',
    '| patch | is | told |',
    '|---|---|---|',
    ...wrong.map(({ file, truth: is, told }) => `| ${file} | ${is} | ${told} |`),
    '',
  ].join('\n');
}
