/**
 * @file Single-cell pictures typed by a detector, the top box deciding, as the recognition paper does it: on the pictures that tested
 * the runs of this experiment, which neither taught nor chose their weights.
 * `node --conditions=@leukoscope/source experiments/recognition/classification.ts OI_PBC RUNS`
 *
 * RUNS holds the runs by name of their variant. Writes `classification/`: page, figures, numbers. A picture without a box is wrong.
 */
import { type CellClass, cellClasses } from '@leukoscope/core';
import { confusionFigure, confusionMatrix, mcNemar } from '@leukoscope/metrics';
import { analyseImage } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { pbcTypes } from '../published-types.ts';
import { wilson } from '../other-laboratories/wilson.ts';

const [data, runs] = process.argv.slice(2);
if (data === undefined || runs === undefined) {
  console.error('usage: classification.ts OI_PBC RUNS');
  process.exit(2);
}
/** A box below this is none. */
const scoreThreshold = 0.01;
const home = path.join(import.meta.dirname, 'classification');
await mkdir(path.join(home, 'figures'), { recursive: true });

interface Kept {
  readonly runs: readonly {
    readonly variant: string;
    readonly tested?: { readonly pictures: readonly { readonly file: string }[] };
  }[];
}
const kept = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'results.json'), 'utf8'),
) as Kept;
const rows: Awaited<ReturnType<typeof classify>>[] = [];
for (const { variant, tested } of kept.runs) {
  if (tested === undefined) continue;
  const pictures = tested.pictures.flatMap(({ file }) => {
    const type = pbcTypes[path.basename(file).split('_')[0]!];
    return type === undefined ? [] : [{ file, type }];
  });
  rows.push(await classify(variant, pictures));
}
const [first, ...others] = rows;
if (first === undefined)
  throw new Error('no run was tested: run the experiment and its report first');
const results = rows.map(({ right, ...row }) => row);
const machine = cpus()[0]?.model.trim();
await writeFile(
  path.join(home, 'results.json'),
  `${JSON.stringify({ machine, results }, null, 2)}\n`,
);
await writeFile(path.join(home, 'README.md'), page());

async function classify(
  variant: string,
  pictures: readonly { readonly file: string; readonly type: CellClass }[],
) {
  const model = await openModel(path.join(runs!, variant, 'best'), { threads: 1 });
  const types = Object.values(pbcTypes);
  const told: (CellClass | undefined)[] = [];
  const started = performance.now();
  for (const { file } of pictures) {
    const bytes = await readFile(path.join(data!, file));
    const { findings } = await analyseImage(bytes, model, { scoreThreshold });
    const top = findings.reduce<(typeof findings)[number] | undefined>(
      (best, own) => (own.score > (best?.score ?? 0) ? own : best),
      undefined,
    );
    told.push(top?.cellClass);
  }
  const milliseconds = (performance.now() - started) / pictures.length;
  await model.close();
  const right = pictures.map(({ type }, n) => told[n] === type);
  const boxed = pictures.flatMap(({ type }, n) => {
    const answer = types.indexOf(told[n]!);
    return answer < 0 ? [] : [[types.indexOf(type), answer] as const];
  });
  const names = types.map((type) => cellClasses[type].name);
  const matrix = confusionMatrix(
    boxed.map(([truth]) => truth),
    boxed.map(([, answer]) => answer),
    names,
  );
  const { svg } = confusionFigure(matrix, { title: `${variant}: types by the top box` });
  await writeFile(path.join(home, `figures/${variant}.svg`), svg);
  const count = right.filter(Boolean).length;
  const [low, high] = wilson(count, right.length);
  console.log(variant, count, right.length, milliseconds.toFixed(0), 'ms');
  return {
    variant,
    pictures: pictures.length,
    withoutBox: told.filter((type) => type === undefined).length,
    accuracy: Number((count / right.length).toFixed(4)),
    low: Number(low.toFixed(4)),
    high: Number(high.toFixed(4)),
    milliseconds: Number(milliseconds.toFixed(1)),
    right,
  };
}

function page(): string {
  const against = others.map(({ variant, right }) => {
    const { pValue: p } = mcNemar(first!.right, right);
    return `${variant}: P = ${p < 0.0001 ? '< .0001' : p.toFixed(4)}`;
  });
  return [
    '# Types of single-cell pictures by a detector',
    '',
    'Written by `classification.ts` (its head says how): the surest box of a picture names it. Pictures are those that tested the runs, ten types of PBC;',
    `limits are Wilson's. ${machine}, one thread, reading and decoding included. For research use only, not for diagnosis.`,
    '',
    '| detector | pictures | without a box | right | the paper | ms a picture |',
    '|---|---|---|---|---|---|',
    ...rows.map(
      ({ variant, pictures, withoutBox, accuracy, low, high, milliseconds }) =>
        `| ${variant} | ${pictures} | ${withoutBox} | ${accuracy.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}) | ${variant === 'ssd-smin-20' ? '.901' : '–'} | ${milliseconds.toFixed(0)} |`,
    ),
    '',
    ...(against.length === 0
      ? []
      : [`Against ${first!.variant}, McNemar: ${against.join('; ')}.`, '']),
    "The paper's figure is of SSD300 on its own 14,700 pictures of eleven types.",
    '',
    ...rows.map(({ variant }) => `![Confusion of ${variant}](figures/${variant}.svg)`),
    '',
  ].join('\n');
}
