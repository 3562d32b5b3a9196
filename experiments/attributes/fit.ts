/**
 * @file Fits a head for each attribute and writes them into the descriptions of the models whose features they read:
 * `node --conditions=@leukoscope/source experiments/attributes/fit.ts CELLS.safetensors`
 *
 * Multinomial logistic regression on cells that teach, held to zero by λ; λ and how much rare values count are chosen by
 * balanced accuracy on cells that choose, then a temperature by their likelihood. A head whose lower limit there is no
 * better than chance is left out.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AttributeName, attributeNames, attributeValues } from '@leukoscope/core';
import {
  type AttributeHeads,
  encodeHeadWeights,
  tellAttributes,
  type TypeHead,
} from '@leukoscope/models';
import { openRuntime } from '@leukoscope/nn/runtime';
import { shippedModels, weightsFile } from '@leukoscope/pipeline/node';
import { fitHead } from '@leukoscope/training';
import { decodeCells, type GatheredCell } from './gathered-cells.ts';
import { type Answer, balancedAccuracy, scoreAnswers } from './score-heads.ts';
import { sideOf } from './sides.ts';

const [place] = process.argv.slice(2);
if (place === undefined) {
  console.error('usage: fit.ts CELLS.safetensors');
  process.exit(2);
}
/** Those of one refiner: others have other features. */
const models = ['compact', 'compact-int8'];
const kinds: AttributeHeads['kinds'] = [
  'segmented-neutrophil',
  'band-neutrophil',
  'basophil',
  'eosinophil',
  'lymphocyte',
  'monocyte',
];
const holds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3];
/** Cells of a value count (cells / cells of the value) to this power. */
const balances = [0, 0.5, 1];
const temperatures = Array.from({ length: 25 }, (_, i) => 0.5 * 1.08 ** i);

interface Tried {
  readonly balance: number;
  readonly hold: number;
  readonly head: TypeHead;
  readonly right: number;
}

const runtime = openRuntime({ host: 'inline' });
const cells = decodeCells(readFileSync(place));
const teaching = cells.filter(({ file }) => sideOf(file) === 'teaches');
const choosing = cells.filter(({ file }) => sideOf(file) === 'chooses');
const heads: AttributeHeads['heads'][number][] = [];
for (const [a, name] of attributeNames.entries()) {
  const K = attributeValues[name].length;
  const tried: Tried[] = [];
  for (const balance of balances) {
    for (const hold of holds) {
      const head = await fitAttribute(a, K, balance, hold);
      tried.push({ balance, hold, head, right: balancedAccuracy(answersOf(a, name, head)) });
    }
  }
  const best = tried.reduce((one, other) => (other.right > one.right ? other : one));
  const cooled = cool(a, name, best.head);
  const score = scoreAnswers(answersOf(a, name, cooled.head), 1);
  const isKept = score.low > 1 / K;
  console.log(
    `${name}: λ ${best.hold}, balance ${best.balance}, temperature ${cooled.temperature.toFixed(2)}, balanced accuracy ${score.balancedAccuracy} (${score.low}-${score.high}) of cells that choose, chance ${(1 / K).toFixed(2)}${isKept ? '' : ': left out'}`,
  );
  if (!isKept) continue;
  heads.push({
    name,
    bias: Array.from(cooled.head.bias, (b) => Number(b.toFixed(5))),
    weights: encodeHeadWeights(Float32Array.from(cooled.head.weights)),
  });
}
await runtime.close();
for (const model of models) {
  const file = weightsFile(shippedModels[model]!);
  const description = JSON.parse(readFileSync(file, 'utf8'));
  const { tile, parent, ...rest } = description;
  const changed = { ...rest, attributes: { kinds, heads }, tile, parent };
  writeFileSync(file, `${JSON.stringify(changed, null, 2)}\n`);
  execFileSync('npx', ['biome', 'format', '--write', file], { stdio: 'inherit' });
}

function fitAttribute(a: number, K: number, balance: number, hold: number): Promise<TypeHead> {
  const F = teaching[0]!.features.length;
  const features = new Float32Array(teaching.length * F);
  const allowed = new Uint8Array(teaching.length * K);
  const sizes = new Float64Array(K);
  teaching.forEach((cell, n) => {
    features.set(cell.features, n * F);
    allowed[n * K + cell.values[a]!] = 1;
    sizes[cell.values[a]!]!++;
  });
  const counts = Float64Array.from(
    teaching,
    ({ values }) => (teaching.length / sizes[values[a]!]!) ** balance,
  );
  const nothing = { weights: new Float64Array(K * F), bias: new Float64Array(K) };
  return fitHead({ features, allowed, counts }, nothing, { runtime, hold });
}

function answersOf(a: number, name: AttributeName, head: TypeHead): Answer[] {
  return choosing.map((cell) => answerOf(cell, a, name, head));
}

function answerOf(cell: GatheredCell, a: number, name: AttributeName, head: TypeHead): Answer {
  const read = { name, bias: [...head.bias], weights: Float32Array.from(head.weights) };
  const [{ value, probability }] = tellAttributes([read], cell.features) as [
    ReturnType<typeof tellAttributes>[number],
  ];
  return { truth: cell.values[a]!, told: attributeValues[name].indexOf(value), probability };
}

/** Divide by the temperature that makes the told probabilities likeliest to come true. */
function cool(a: number, name: AttributeName, head: TypeHead) {
  const at = (temperature: number): TypeHead => ({
    weights: head.weights.map((w) => w / temperature),
    bias: head.bias.map((b) => b / temperature),
  });
  const lossAt = (temperature: number) =>
    answersOf(a, name, at(temperature)).reduce(
      (sum, { truth, told, probability }) =>
        sum - Math.log(Math.max(1e-6, truth === told ? probability : 1 - probability)),
      0,
    );
  const losses = temperatures.map(lossAt);
  const temperature = temperatures[losses.indexOf(Math.min(...losses))]!;
  return { temperature, head: at(temperature) };
}
