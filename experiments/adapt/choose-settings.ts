/**
 * @file How the settings of adaptation were chosen: Munich's leukaemia cells, which trained nothing, as a laboratory to
 * learn, without them in the memory; each fifth of the source pictures typed by a layer that was fitted on the others.
 * `node --conditions=@leukoscope/source experiments/adapt/choose-settings.ts CELLS_FOLDER`
 */
import { readFileSync } from 'node:fs';
import { createRandom, reportClass } from '@leukoscope/core';
import { readTypeHead, refinerClasses } from '@leukoscope/models';
import { decodeOnnxModel } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { answerFor, answerOf, fitSite, taughtCells } from '@leukoscope/training';
import { featuresOf, type GatheredCell, readCells } from './gathered-cells.ts';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: choose-settings.ts CELLS_FOLDER');
  process.exit(2);
}
const refiner = new URL('../../weights/compact-refiner-int8.onnx', import.meta.url);
const head = readTypeHead(decodeOnnxModel(new Uint8Array(readFileSync(refiner))));
const parent = { classes: refinerClasses, head };
const runtime = openRuntime({ host: 'inline', threads: 1 });
const random = createRandom(16);
const own = ['bcisc', 'pbc', 'marrow'].flatMap((name) => readCells(folder, name));
const few = (purpose: string, each: number) =>
  [...new Set(own.map(({ label }) => label))].flatMap((label) =>
    random
      .shuffle(own.filter((cell) => cell.purpose === purpose && cell.label === label))
      .slice(0, each),
  );
const memory = featuresOf(few('memory', 40));
const kept = few('check', 20);
const site = readCells(folder, 'aml-lmu');
const groups = [...new Set(site.map(({ group }) => group))];
const foldOf = new Map(random.shuffle(groups).map((group, i) => [group, i % 5]));

/** Among eleven types, blasts and precursors apart: stages next to each other are a matter of opinion. */
const isRight = ({ label }: GatheredCell, p: readonly number[]) =>
  reportClass(answerFor(p, refinerClasses, label), 'five') === reportClass(label, 'five');
const share = (cells: readonly GatheredCell[], of: (cell: GatheredCell) => readonly number[]) =>
  cells.filter((cell) => isRight(cell, of(cell))).length / cells.length;

const before = (cells: readonly GatheredCell[]) =>
  share(cells, ({ probabilities }) => probabilities);
console.log(`parent: site ${before(site).toFixed(3)}, kept ${before(kept).toFixed(3)}`);
for (const [hold, siteShare] of [
  [0.01, 0.5],
  [0.03, 0.5],
  [0.03, 0.3],
  [0.03, 0.7],
  [0.1, 0.5],
  [0.1, 0.7],
  [0.3, 0.5],
] as const) {
  let [here, there] = [0, 0];
  for (let fold = 0; fold < 5; fold++) {
    const learnt = site.filter(({ group }) => foldOf.get(group) !== fold);
    const apart = site.filter(({ group }) => foldOf.get(group) === fold);
    const settings = { hold, siteShare, mostSteps: 40 };
    const fitted = await fitSite(parent, taughtCells(learnt), memory, { runtime, settings });
    const answer = ({ views }: GatheredCell) => answerOf(views, fitted, 0.8);
    here += (share(apart, answer) * apart.length) / site.length;
    there += share(kept, answer) / 5;
  }
  console.log(
    `hold ${hold}, site share ${siteShare}: site ${here.toFixed(3)}, kept ${there.toFixed(3)}`,
  );
}
await runtime.close();
