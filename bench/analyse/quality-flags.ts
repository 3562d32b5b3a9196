/**
 * @file What the quality measures say of clean fields, and whether they see an interference that is there.
 *
 * `node --conditions=@leukoscope/source bench/analyse/quality-flags.ts --fields DIR [--limit 60] [--factor defocus]` prints, for each
 * measure, median and 5th to 95th percentile over the images of a folder, the share that is flagged, and
 * the flagged share with the matching factor simulated at severity 1, 3 and 5. Cells are those the shipped
 * model finds in the very picture that is judged.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type QualityMeasure,
  type QualityMeasureCode,
  qualityFlags,
  qualityViewOf,
} from '@leukoscope/analysis';
import { createRandom, type Finding, type RgbRaster } from '@leukoscope/core';
import { applyInterference, type InterferenceFactor, type Severity } from '@leukoscope/datasets';
import { decodeRgb } from '@leukoscope/image';
import { analyseImage } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';

const matching: readonly (readonly [QualityMeasureCode, InterferenceFactor])[] = [
  ['focus', 'defocus'],
  ['brightness', 'low-illumination'],
  ['colour-cast', 'colour-cast'],
  ['ph', 'ph-low'],
  ['ph', 'ph-high'],
  ['overlap', 'overlapping-leukocytes'],
  ['debris', 'debris'],
];
const { values } = parseArgs({
  options: {
    fields: { type: 'string' },
    limit: { type: 'string', default: '60' },
    factor: { type: 'string' },
  },
});
if (values.fields === undefined) throw new Error('--fields must name a folder of images.');
const folder = values.fields;
const names = (await readdir(folder)).sort();
const every = Math.max(1, Math.floor(names.length / Number(values.limit)));
const chosen = names.filter((_, i) => i % every === 0);
const model = await openModel('compact', { threads: 2 });

const rasters = await Promise.all(
  chosen.map((name) => readFile(path.join(folder, name)).then(decodeRgb)),
);
const judge = async (raster: RgbRaster) => {
  const { findings } = await analyseImage(raster, model);
  return { findings, measures: qualityFlags(qualityViewOf(raster, findings), findings) };
};

const found: Finding[][] = [];
const clean: QualityMeasure[][] = [];
for (const raster of rasters) {
  const { findings, measures } = await judge(raster);
  found.push([...findings]);
  clean.push(measures);
}
console.log(`${chosen.length} of ${names.length} images of ${path.basename(folder)}`);
for (const [i, { code, low, high }] of clean[0]!.entries()) {
  const ofCode = clean.map((measures) => measures[i]!);
  const numbers = valuesOf(ofCode);
  const flagged = ofCode.filter(({ isFlagged }) => isFlagged).length;
  console.log(
    `${code}: ${[0.05, 0.5, 0.95].map((share) => quantile(numbers, share)).join(' .. ')} (${numbers.length} measured), good ${low ?? ''}..${high ?? ''}, flagged ${percent(flagged, ofCode.length)}`,
  );
}
for (const [code, factor] of matching) {
  if (values.factor !== undefined && values.factor !== factor) continue;
  const shares: string[] = [];
  for (const severity of [1, 3, 5] satisfies Severity[]) {
    const ofCode: QualityMeasure[] = [];
    for (const [i, raster] of rasters.entries()) {
      const annotations = found[i]!.map(({ box, cellClass, mask }) => ({
        box,
        cellClass,
        ...(mask === undefined ? {} : { mask }),
      }));
      const random = createRandom(7).fork(`${i}`);
      const sample = applyInterference({ raster, annotations }, factor, severity, random);
      const { measures } = await judge(sample.raster);
      ofCode.push(...measures.filter((measure) => measure.code === code));
    }
    const flagged = ofCode.filter(({ isFlagged }) => isFlagged).length;
    const median = quantile(valuesOf(ofCode), 0.5);
    shares.push(`${percent(flagged, ofCode.length)} (median ${median})`);
  }
  console.log(`${factor} at severity 1, 3, 5: ${code} flagged in ${shares.join(', ')}`);
}
await model.close();

function percent(count: number, total: number): string {
  return `${((100 * count) / total).toFixed(0)} %`;
}

function valuesOf(measures: readonly QualityMeasure[]): number[] {
  return measures.flatMap(({ value }) => (value === null ? [] : [value])).sort((a, b) => a - b);
}

function quantile(sorted: readonly number[], share: number): string {
  return sorted[Math.round(share * (sorted.length - 1))]?.toPrecision(2) ?? '-';
}
