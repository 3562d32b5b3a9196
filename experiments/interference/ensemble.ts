/**
 * @file The ensemble of the interference paper beside its members: precision, recall and debris on the test slides of
 * `experiment.json`, and the mistakes that all members make alike (its Table 2, Supplementary Table 4 and Fig. 8).
 *
 * `node --conditions=@leukoscope/source experiments/interference/ensemble.ts BCISC NAME=MODEL NAME=MODEL NAME=MODEL
 * [--to ensemble]` writes that folder beside this file. Scores of each are used from its own threshold on for what is counted, from
 * .01 on for precision and recall.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { boxIou, type Interval } from '@leukoscope/core';
import { percentileLimits } from '@leukoscope/metrics';
import { createEnsemble, type LeukocyteModel } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';
import { calledBy } from '../called-by.ts';
import { readTestFields } from '../test-fields.ts';
import { countedFrom, drawSlides, type Findings, findOn, measureFindings } from './slide-draws.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { to: { type: 'string', default: 'ensemble' } },
});
const [root, ...named] = positionals;
if (root === undefined || named.length < 2) {
  console.error('usage: ensemble.ts BCISC NAME=MODEL NAME=MODEL ... [--to FOLDER]');
  process.exit(2);
}
const home = path.join(import.meta.dirname, values.to);

const fields = await readTestFields(root);

const members: { name: string; model: LeukocyteModel }[] = [];
for (const text of named) {
  const [name = '', model = ''] = text.split('=');
  members.push({ name, model: await openModel(model) });
}
const { classes } = members[0]!.model.facts;
const models = members.map(({ model }) => model);
const all = [
  ...members,
  { name: 'ensemble, majority', model: createEnsemble(models, { fuse: 'majority' }) },
  { name: 'ensemble, weighted boxes', model: createEnsemble(models, { fuse: 'weighted-boxes' }) },
];
const found = new Map<string, Findings>();
for (const { name, model } of all) {
  found.set(name, await findOn(fields, model));
  console.log(name);
}
for (const { model } of members) await model.close();

const everything = fields.map((_, i) => i);
const slides = new Set(fields.map(({ slide }) => slide)).size;
const draws = drawSlides(fields, 500);
const rows = all.map(({ name }) => {
  const own = found.get(name)!;
  const values = measureFindings(fields, classes, own, everything);
  const drawn = draws.map((places) => measureFindings(fields, classes, own, places));
  const limits = (key: keyof typeof values) =>
    percentileLimits(
      drawn.map((one) => one[key]),
      0.95,
    );
  return {
    name,
    ...values,
    limits: { AP: limits('AP'), mAR: limits('mAR'), debris: limits('debris') },
    drawn,
  };
});
const majority = rows.find(({ name }) => name === 'ensemble, majority')!;
const table = rows.map(({ drawn, ...row }) => ({
  ...row,
  // Slide draws in pairs: how the vote's recall differs from this one's.
  mARofVoteMinusThis: percentileLimits(
    drawn.map((one, i) => majority.drawn[i]!.mAR - one.mAR),
    0.95,
  ),
}));
const alike = mistakesAlike();
await mkdir(home, { recursive: true });
await writeFile(
  path.join(home, 'results.json'),
  `${JSON.stringify({ fields: fields.length, slides, countedFrom, rows: table, alike }, null, 2)}\n`,
);
await writeFile(path.join(home, 'README.md'), page());

/** Cells to which every member gives the same type, which is not that of the label. */
function mistakesAlike() {
  return fields.flatMap(({ file, sample }, i) =>
    sample.annotations.flatMap(({ box, cellClass }) => {
      const types = members.map(({ name }) => {
        const at = found
          .get(name)!
          [i]!.filter((one) => one.score >= countedFrom && boxIou(one.box, box!) > 0.5)
          .sort((a, b) => b.score - a.score)[0];
        return at === undefined ? undefined : classes[at.classIndex];
      });
      const [told] = types;
      const isAlike = told !== undefined && types.every((type) => type === told);
      return isAlike && told !== cellClass ? [{ file, label: cellClass, told }] : [];
    }),
  );
}

function page(): string {
  const share = (value: number) => value.toFixed(3);
  const between = ({ low, high }: Interval) => `${low.toFixed(3)} to ${high.toFixed(3)}`;
  return [
    '# The ensemble beside its members',
    '',
    `Written by \`../ensemble.ts\` (its head says how): ${fields.length} fields of ${slides} slides that trained and chose none of them; 95 % limits from drawing`,
    'slides again; debris are findings a field, from score .3 on, that lie on no labelled cell. Li et al. 2023, Table 2: ensemble mAP .853,',
    'mAR .922 (best member .913).',
    '',
    '```sh',
    calledBy('experiments/interference/ensemble.ts'),
    '```',
    '',
    '| model | AP | AP50 | mAR | debris a field | mAR of the vote minus this |',
    '|---|---|---|---|---|---|',
    ...table.map(
      ({ name, AP, AP50, mAR, debris, limits, mARofVoteMinusThis }) =>
        `| ${name} | ${share(AP)} (${between(limits.AP)}) | ${share(AP50)} | ${share(mAR)} (${between(limits.mAR)}) | ${share(debris)} (${between(limits.debris)}) | ${name === 'ensemble, majority' ? '–' : between(mARofVoteMinusThis)} |`,
    ),
    '',
    '## Mistakes that all members make alike',
    '',
    ...(alike.length === 0
      ? ['None.']
      : [
          '| field | label | all say |',
          '|---|---|---|',
          ...alike.map(({ file, label, told }) => `| ${file} | ${label} | ${told} |`),
        ]),
    '',
  ].join('\n');
}
