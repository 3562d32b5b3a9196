/**
 * @file How right the shipped heads are on cells that neither taught nor chose them, with 95 % limits:
 * `node --conditions=@leukoscope/source experiments/attributes/measure.ts CELLS.safetensors RESULTS.json`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { type AttributeName, attributeNames, attributeValues } from '@leukoscope/core';
import { readAttributeHeads, tellAttributes } from '@leukoscope/models';
import { describeModel } from '@leukoscope/pipeline/node';
import { decodeCells, type GatheredCell } from './gathered-cells.ts';
import { type Score, scoreAnswers } from './score-heads.ts';
import { sideOf } from './sides.ts';

const [place, out] = process.argv.slice(2);
if (place === undefined || out === undefined) {
  console.error('usage: measure.ts CELLS.safetensors RESULTS.json');
  process.exit(2);
}
const { description, hash } = await describeModel('compact');
const heads = readAttributeHeads(description.attributes ?? { heads: [] });
const cells = decodeCells(readFileSync(place));
const measured = cells.filter(({ file }) => sideOf(file) === 'measures');
const groups = {
  all: measured,
  /** Their types did not teach the refiner either. */
  unseen: measured.filter(({ hasTaught }) => !hasTaught),
};
const results: Partial<Record<AttributeName, object>> = {};
console.log(
  '| attribute | chance | balanced accuracy | pictures that taught no type | accuracy | calibration error |',
);
console.log('|---|---|---|---|---|---|');
for (const { name } of heads) {
  const scores = { all: scoreOf(name, groups.all), unseen: scoreOf(name, groups.unseen) };
  const chance = Number((1 / attributeValues[name].length).toFixed(2));
  results[name] = { chance, ...scores };
  const { all, unseen } = scores;
  console.log(
    `| ${name} | ${chance} | ${text(all)} | ${text(unseen)} | ${all.accuracy} | ${all.calibrationError} |`,
  );
}
const sides = { teaches: 0, chooses: 0, measures: 0 };
for (const { file } of cells) sides[sideOf(file)]++;
const facts = { model: description.name, hash, sides, processor: cpus()[0]?.model };
writeFileSync(out, `${JSON.stringify({ ...facts, results }, null, 2)}\n`);

function scoreOf(name: AttributeName, group: readonly GatheredCell[]): Score {
  const a = attributeNames.indexOf(name);
  const answers = group.map(({ features, values }) => {
    const told = tellAttributes(heads, features).find((own) => own.name === name)!;
    const place = attributeValues[name].indexOf(told.value);
    return { truth: values[a]!, told: place, probability: told.probability };
  });
  return scoreAnswers(answers, 2);
}

function text({ balancedAccuracy, low, high, cells: count }: Score): string {
  return `${balancedAccuracy.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)}, n = ${count})`;
}
