/**
 * @file Accuracy against size and time for models that small machines can carry: the interference paper's wish.
 *
 * `node --conditions=@leukoscope/source experiments/small-devices/measure.ts BCISC NAME=MODEL...` measures each model
 * on the fields of BCISC's slides 7 and 8 (no network here trained on them; compact trained on slide 8), with one thread and
 * with two, in turns, and writes results.json, README.md and figures/ beside this file.
 */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { toRgbRaster } from '@leukoscope/image';
import { paretoFront, quantile, scatterFigure } from '@leukoscope/metrics';
import { analyseImage } from '@leukoscope/pipeline';
import { describeModel, openModel } from '@leukoscope/pipeline/node';
import { measureCondition } from '@leukoscope/training';
import { readTestFields } from '../test-fields.ts';

const [root, ...named] = process.argv.slice(2);
if (root === undefined || named.length === 0) {
  console.error('usage: measure.ts BCISC NAME=MODEL...');
  process.exit(2);
}
const timedFields = 12;
const warmUps = 2;
const home = import.meta.dirname;

const fields = await readTestFields(root);

interface Row {
  readonly name: string;
  readonly AP: number;
  readonly AP50: number;
  readonly megabytes: number;
  /** Median time of a field in ms, by threads. */
  readonly ms: { readonly one: number; readonly two: number };
}

const rows: Row[] = [];
for (const text of named) {
  const [name = '', model = ''] = text.split('=');
  const { AP, AP50 } = await accuracyOf(model);
  const [one, two] = [await timeOf(model, 1), await timeOf(model, 2)];
  rows.push({ name, AP, AP50, megabytes: await megabytesOf(model), ms: { one, two } });
  console.log(JSON.stringify(rows.at(-1)));
}
const result = {
  machine: cpus()[0]?.model.trim(),
  cores: cpus().length,
  fields: fields.length,
  rows,
};
await writeFile(path.join(home, 'results.json'), `${JSON.stringify(result, null, 2)}\n`);
await mkdir(path.join(home, 'figures'), { recursive: true });
for (const [name, xTitle, x] of [
  ['ap-over-ms', 'ms a field, one thread', (row: Row) => row.ms.one],
  ['ap-over-megabytes', 'Megabytes', (row: Row) => row.megabytes],
] as const) {
  const points = rows.map((row) => ({ label: row.name, x: x(row), y: row.AP }));
  const { svg } = scatterFigure(points, { name, title: `AP over ${xTitle}`, xTitle, yTitle: 'AP' });
  await writeFile(path.join(home, `figures/${name}.svg`), svg);
}
await writeFile(path.join(home, 'README.md'), page());

async function accuracyOf(name: string) {
  const model = await openModel(name);
  try {
    const measurer = measureCondition(model.facts.classes);
    for (const { bytes, sample } of fields) {
      const { findings } = await analyseImage(bytes, model, { scoreThreshold: 0.01 });
      measurer.add(sample, findings);
    }
    return measurer.finish();
  } finally {
    await model.close();
  }
}

async function timeOf(name: string, threads: number): Promise<number> {
  const model = await openModel(name, { threads });
  const times: number[] = [];
  try {
    for (let i = 0; i < warmUps + timedFields; i++) {
      const { raster } = fields[i % fields.length]!.sample;
      const start = performance.now();
      await model.analyse(toRgbRaster(raster));
      if (i >= warmUps) times.push(performance.now() - start);
    }
  } finally {
    await model.close();
  }
  return quantile(times, 0.5);
}

/** Of its network files. */
async function megabytesOf(name: string): Promise<number> {
  const { description, file } = await describeModel(name);
  const names = Object.values(description.networks).map(({ onnx }) => onnx);
  const sizes = await Promise.all(
    names.map(async (onnx) => (await stat(path.join(path.dirname(file), onnx))).size),
  );
  return sizes.reduce((a, b) => a + b, 0) / 1e6;
}

function page(): string {
  const front = (x: (row: Row) => number) =>
    paretoFront(rows.map((row) => ({ label: row.name, x: x(row), y: row.AP })))
      .map(({ label }) => label)
      .join(', ');
  return [
    '# What small machines can carry',
    '',
    `Written by \`measure.ts\` (its head says how): ${fields.length} fields of BCISC's slides 7 and 8, 1024x768, which no detector here trained on`,
    `(compact trained on slide 8). ${result.machine}, ${result.cores} cores; times are medians of ${timedFields} fields without reading the file.`,
    '',
    '| model | AP | AP50 | MB | ms, one thread | ms, two threads |',
    '|---|---|---|---|---|---|',
    ...rows.map(
      ({ name, AP, AP50, megabytes, ms }) =>
        `| ${name} | ${AP.toFixed(3)} | ${AP50.toFixed(3)} | ${megabytes.toFixed(1)} | ${ms.one.toFixed(0)} | ${ms.two.toFixed(0)} |`,
    ),
    '',
    `Nobody is both faster and more accurate than: ${front((row) => row.ms.one)}.`,
    `Nobody is both smaller and more accurate than: ${front((row) => row.megabytes)}.`,
    '',
    '![AP over time](figures/ap-over-ms.svg)',
    '![AP over size](figures/ap-over-megabytes.svg)',
    '',
  ].join('\n');
}
