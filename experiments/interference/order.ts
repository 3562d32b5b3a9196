/**
 * @file Is the order of the paper's detectors the order here? AP of each on the test slides of `experiment.json`, and the difference of
 * each from the best, on the same slides drawn again (Li et al. 2023, Table 2).
 *
 * `node --conditions=@leukoscope/source experiments/interference/order.ts BCISC NAME=MODEL:AP ...` (AP: the paper's) writes the
 * folder order beside this file.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Interval } from '@leukoscope/core';
import { holm, percentileLimits } from '@leukoscope/metrics';
import { openModel } from '@leukoscope/pipeline/node';
import { calledBy } from '../called-by.ts';
import { readTestFields } from '../test-fields.ts';
import { drawSlides, findOn, measureFindings } from './slide-draws.ts';

const [root, ...named] = process.argv.slice(2);
if (root === undefined || named.length < 2) {
  console.error('usage: order.ts BCISC NAME=MODEL:AP NAME=MODEL:AP ...');
  process.exit(2);
}
const home = path.join(import.meta.dirname, 'order');
const fields = await readTestFields(root);
const everything = [...fields.keys()];
const draws = drawSlides(fields, 1000);

const measured: Measured[] = [];
for (const text of named) {
  const [, name = '', location = '', paper = ''] = /^(.*)=(.*):(.*)$/.exec(text) ?? [];
  const model = await openModel(location);
  const { classes } = model.facts;
  const found = await findOn(fields, model);
  await model.close();
  const of = (places: readonly number[]) => measureFindings(fields, classes, found, places);
  const drawn = draws.map((places) => of(places).AP);
  measured.push({ name, paper: Number(paper), ...of(everything), drawn });
  console.log(name);
}
measured.sort((a, b) => b.AP - a.AP);
const [best] = measured;
const chances = holm(measured.slice(1).map(({ drawn }) => chanceOf(differences(drawn))));
const rows = measured.map(({ drawn, ...row }, i) => ({
  ...row,
  limits: percentileLimits(drawn, 0.95),
  ...(i === 0
    ? {}
    : { behind: percentileLimits(differences(drawn), 0.95), pValue: chances[i - 1]! }),
}));
const pairs = pairsOf(measured);
await mkdir(home, { recursive: true });
await writeFile(
  path.join(home, 'results.json'),
  `${JSON.stringify({ fields: fields.length, draws: draws.length, rows, pairs }, null, 2)}\n`,
);
await writeFile(path.join(home, 'README.md'), page());

interface Measured {
  readonly name: string;
  readonly paper: number;
  readonly AP: number;
  readonly AP50: number;
  readonly mAR: number;
  readonly debris: number;
  /** AP of each draw. */
  readonly drawn: readonly number[];
}

function differences(drawn: readonly number[]): number[] {
  return drawn.map((AP, i) => best!.drawn[i]! - AP);
}

/** Of as large a difference in either direction, by the share of draws beyond none. */
function chanceOf(some: readonly number[]): number {
  const beyond = Math.min(
    some.filter((one) => one <= 0).length,
    some.filter((one) => one >= 0).length,
  );
  return Math.min(1, (2 * (beyond + 1)) / (some.length + 1));
}

/** In how many pairs the paper's order is ours, and in how many of those that differ by more than chance. */
function pairsOf(all: readonly Measured[]) {
  const told = all.flatMap((a, i) =>
    all.slice(i + 1).map((b) => {
      const apart = chanceOf(a.drawn.map((AP, n) => AP - b.drawn[n]!)) < 0.05;
      return { isAlike: (a.AP - b.AP) * (a.paper - b.paper) > 0, isApart: apart };
    }),
  );
  const clear = told.filter(({ isApart }) => isApart);
  const alike = (some: typeof told) => some.filter(({ isAlike }) => isAlike).length;
  return { all: told.length, alike: alike(told), clear: clear.length, clearAlike: alike(clear) };
}

function page(): string {
  const share = (value: number) => value.toFixed(3);
  const between = ({ low, high }: Interval) => `${low.toFixed(3)} to ${high.toFixed(3)}`;
  return [
    '# Is the order of the detectors that of the paper?',
    '',
    `Written by \`../order.ts\` (its head says how): ${fields.length} fields of ${new Set(fields.map(({ slide }) => slide)).size} slides that trained and chose none of them. 95 % limits from ${draws.length} draws of slides; *behind*: the best`,
    "one's AP minus this one's on the same draws, P by the share of draws beyond none, corrected by Holm.",
    '',
    '```sh',
    calledBy('experiments/interference/order.ts'),
    '```',
    '',
    '| model | AP, paper | AP | AP50 | mAR | debris a field | behind | P |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(
      ({ name, paper, AP, AP50, mAR, debris, limits, behind, pValue }) =>
        `| ${name} | ${share(paper)} | ${share(AP)} (${between(limits)}) | ${share(AP50)} | ${share(mAR)} | ${share(debris)} | ${behind === undefined ? '–' : between(behind)} | ${pValue === undefined ? '–' : pValue.toPrecision(2)} |`,
    ),
    '',
    `Of ${pairs.all} pairs ${pairs.alike} stand in the paper's order; of the ${pairs.clear} that differ by more than chance (P below .05 each) ${pairs.clearAlike} do.`,
    '',
  ].join('\n');
}
