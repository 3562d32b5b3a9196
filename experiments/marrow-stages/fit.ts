/**
 * @file Fits the head that tells the ten stages of marrow and writes it into the descriptions of the models whose features it reads:
 * `node --conditions=@leukoscope/source experiments/marrow-stages/fit.ts DATA`
 *
 * Multinomial logistic regression on the patches that teach, held to zero by λ. λ, how much rare stages count and the threshold of
 * doubt are chosen on answers for patches that did not teach them: each third of a stage's patches by heads of the other two. No
 * temperature is fitted: these patches taught the refiner, so that its features know them better than they will know new ones.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  encodeHeadWeights,
  headProbabilities,
  meanOfViews,
  type TypeHead,
} from '@leukoscope/models';
import { openRuntime } from '@leukoscope/nn/runtime';
import { analyseImage, cellInTheMiddle } from '@leukoscope/pipeline';
import { openModel, shippedModels, weightsFile } from '@leukoscope/pipeline/node';
import { fitHead } from '@leukoscope/training';
import { isWithinOne, listPatches, type Patch, stages } from './stage-cells.ts';

const [data] = process.argv.slice(2);
if (data === undefined) {
  console.error('usage: fit.ts DATA');
  process.exit(2);
}
/** Those of one refiner: others have other features. */
const models = ['compact', 'compact-int8'];
const folds = 3;
const holds = [0.003, 0.01, 0.03, 0.1, 0.3, 1];
/** Patches of a stage count (patches / patches of the stage) to this power. */
const balances = [0, 0.5, 1];
/** Of right answers at most this share is flagged. */
const mostRightFlagged = 0.15;
/** Low enough that a patch's cell is not lost to the threshold. */
const scoreThreshold = 0.05;

interface Cell extends Patch {
  readonly fold: number;
  readonly features: Float32Array;
}

const K = stages.length;
const cells = await gather(path.join(data, 'marrow'));
const runtime = openRuntime({ host: 'inline' });
const tried = [];
for (const balance of balances) {
  for (const hold of holds) {
    const answers: { readonly stage: number; readonly probabilities: readonly number[] }[] = [];
    for (let fold = 0; fold < folds; fold++) {
      const head = await fitStages(
        cells.filter((cell) => cell.fold !== fold),
        balance,
        hold,
      );
      for (const { stage, features, fold: own } of cells)
        if (own === fold) answers.push({ stage, probabilities: answerOf(head, features) });
    }
    const told = answers.map(({ probabilities }) =>
      probabilities.indexOf(Math.max(...probabilities)),
    );
    const right = shareOf(answers, ({ stage }, n) => told[n] === stage);
    const near = shareOf(answers, ({ stage }, n) => isWithinOne(told[n]!, stage));
    console.log(
      `λ ${hold}, balance ${balance}: ${right.toFixed(3)} right, ${near.toFixed(3)} within one stage`,
    );
    tried.push({ balance, hold, right, answers });
  }
}
const best = tried.reduce((one, other) => (other.right > one.right ? other : one));
const unsureBelow = doubtOf(best.answers);
const { weights, bias } = await fitStages(cells, best.balance, best.hold);
await runtime.close();
console.log(
  `${cells.length} patches: λ ${best.hold}, balance ${best.balance}, not sure below ${unsureBelow}`,
);
const head = {
  specimen: 'marrow',
  classes: stages,
  unsureBelow,
  bias: Array.from(bias, (b) => Number(b.toFixed(5))),
  weights: encodeHeadWeights(Float32Array.from(weights)),
};
for (const model of models) {
  const file = weightsFile(shippedModels[model]!);
  const { tile, parent, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  const changed = { ...rest, stages: head, tile, parent };
  writeFileSync(file, `${JSON.stringify(changed, null, 2)}\n`);
  execFileSync('npx', ['biome', 'format', '--write', file], { stdio: 'inherit' });
}

/** The cell in the middle of each patch that teaches; a patch where nothing is found teaches nothing. */
async function gather(marrow: string): Promise<Cell[]> {
  const model = await openModel('compact', { features: 'pooled', threads: 1 });
  const patches = await listPatches(marrow, 'teaches');
  const gathered: Cell[] = [];
  for (const { file, stage } of patches) {
    const { size, findings } = await analyseImage(readFileSync(path.join(marrow, file)), model, {
      scoreThreshold,
    });
    const found = cellInTheMiddle(
      findings.filter(({ features }) => features !== undefined),
      size,
    );
    if (found?.features === undefined) continue;
    const own = patches.filter((patch) => patch.stage === stage);
    const place = own.findIndex((patch) => patch.file === file);
    const fold = Math.floor((folds * place) / own.length);
    gathered.push({ file, stage, fold, features: meanOfViews(found.features) });
  }
  await model.close();
  return gathered;
}

function fitStages(teaching: readonly Cell[], balance: number, hold: number): Promise<TypeHead> {
  const F = teaching[0]!.features.length;
  const features = new Float32Array(teaching.length * F);
  const allowed = new Uint8Array(teaching.length * K);
  const sizes = new Float64Array(K);
  for (const [n, cell] of teaching.entries()) {
    features.set(cell.features, n * F);
    allowed[n * K + cell.stage] = 1;
    sizes[cell.stage]!++;
  }
  const counts = Float64Array.from(
    teaching,
    ({ stage }) => (teaching.length / sizes[stage]!) ** balance,
  );
  const nothing = { weights: new Float64Array(K * F), bias: new Float64Array(K) };
  return fitHead({ features, allowed, counts }, nothing, { runtime, hold });
}

function answerOf({ weights, bias }: TypeHead, features: Float32Array): number[] {
  return headProbabilities({ bias: [...bias], weights: Float32Array.from(weights) }, features);
}

/** The highest threshold, in hundredths, that flags no more right answers than allowed. */
function doubtOf(answers: (typeof best)['answers']): number {
  const right = answers.flatMap(({ stage, probabilities }) => {
    const highest = Math.max(...probabilities);
    return probabilities.indexOf(highest) === stage ? [highest] : [];
  });
  for (let hundredths = 99; hundredths > 0; hundredths--) {
    const threshold = hundredths / 100;
    if (shareOf(right, (p) => p < threshold) <= mostRightFlagged) return threshold;
  }
  return 0;
}

function shareOf<T>(items: readonly T[], is: (item: T, n: number) => boolean): number {
  return items.filter(is).length / items.length;
}
