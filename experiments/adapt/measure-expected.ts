/**
 * @file Adapted layers on specimens of which is known that they are ordinary blood (`--specimen ordinary-blood`), beside the
 * same layers without: types right on other slides, five draws.
 * `node --conditions=@leukoscope/source experiments/adapt/measure-expected.ts CELLS_FOLDER OUT_FOLDER LABORATORY`
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mean } from '@leukoscope/metrics';
import { parseModelDescription, refinerClasses } from '@leukoscope/models';
import { answerOf, fitSite, isRight, taughtCells } from '@leukoscope/training';
import { type GatheredCell, readCells } from './gathered-cells.ts';
import { drawEach, drawSides, parent, randomOf, runtime, stored } from './measured-labs.ts';

const [folder, out, laboratory] = process.argv.slice(2);
if (folder === undefined || out === undefined || laboratory === undefined) {
  console.error('usage: measure-expected.ts CELLS_FOLDER OUT_FOLDER LABORATORY');
  process.exit(2);
}
const file = new URL('../../weights/leukoscope-compact.json', import.meta.url);
const { priors } = parseModelDescription(JSON.parse(readFileSync(file, 'utf8')), 'compact');
const factors: Readonly<Record<string, number>> = priors!['ordinary-blood']!.factors;
const cells = readCells(folder, laboratory);
const rows: object[] = [];
for (const each of [0, 10, 40]) {
  const draws: { readonly plain: number; readonly expected: number }[] = [];
  for (let draw = 0; draw < 5; draw++) {
    const random = randomOf(laboratory, draw);
    const { pool, test } = drawSides(cells, random.fork('sides'));
    const named = drawEach(pool, each, random.fork('cells'));
    const head =
      each === 0
        ? undefined
        : await fitSite(parent, taughtCells(named), stored.memory, { runtime });
    const answers = test.map(({ views, probabilities }: GatheredCell) =>
      head === undefined ? probabilities : answerOf(views, head, parent.temperature),
    );
    const share = (of: (p: readonly number[]) => readonly number[]) =>
      test.filter(({ label }, n) => isRight(of(answers[n]!), refinerClasses, label)).length /
      test.length;
    draws.push({
      plain: share((p) => p),
      // Sums of rows compare as well without dividing by Σ f p.
      expected: share((p) => p.map((q, k) => q * (factors[refinerClasses[k]!] ?? 1))),
    });
  }
  const row = {
    each,
    plain: mean(draws.map(({ plain }) => plain)),
    expected: mean(draws.map(({ expected }) => expected)),
  };
  console.log(`| ${laboratory} | ${each} | ${row.plain.toFixed(3)} | ${row.expected.toFixed(3)} |`);
  rows.push(row);
}
await runtime.close();
mkdirSync(out, { recursive: true });
writeFileSync(
  path.join(out, `expected-${laboratory}.json`),
  `${JSON.stringify({ seed: 16, draws: 5, rows }, null, 2)}\n`,
);
