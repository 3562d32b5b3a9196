import { float32, int64 } from '@leukoscope/core';
import { constant } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { evaluateGraph } from '../../../nn/test/evaluate-graph.ts';
import type { BoxTruth } from '../truth/box-truth.ts';
import { classTargets, countPositives } from './dense-targets.ts';
import { hardNegativeLoss, matchDefaultBoxes } from './hard-negatives.ts';

const boxes = constant(
  float32([0, 0, 10, 10, 10, 0, 20, 10, 20, 0, 30, 10, 30, 0, 40, 10, 40, 0, 50, 10], [5, 4]),
);

/** One image of two cells and a row of padding; the second cell fits no default box well. */
const truthOf = (typed = 1): BoxTruth => ({
  boxes: constant(float32([0, 0, 10, 9, 22, 0, 26, 4, 0, 0, 0, 0], [1, 3, 4])),
  exists: constant(float32([1, 1, 0], [1, 3])),
  classIndex: constant(int64([1, 0, 0], [1, 3])),
  typed: constant(float32([1, typed, 0], [1, 3])),
});

test('a cell has the boxes that overlap enough, and its best one whatever the overlap', async () => {
  const { gtIndex, positive, negative } = matchDefaultBoxes(boxes, truthOf(), 0.5);
  const found = await evaluateGraph({ gtIndex, positive, negative });
  expect(found.positive).toEqual([1, 0, 1, 0, 0]);
  expect(found.negative).toEqual([0, 1, 0, 1, 1]);
  expect([found.gtIndex[0], found.gtIndex[2]]).toEqual([0, 1]);
  // A higher threshold leaves each its best box.
  const strict = matchDefaultBoxes(boxes, truthOf(), 0.95);
  expect((await evaluateGraph({ p: strict.positive })).p).toEqual([1, 0, 1, 0, 0]);
});

const logits = [
  [0.1, 0.2, 0.9],
  [1.5, 0.1, 0.3],
  [0.2, 0.8, 0.1],
  [-1, 0.5, 0.4],
  [0.3, 0.2, 0.6],
];
const probability = (row: number, k: number) => {
  const total = logits[row]!.reduce((sum, x) => sum + Math.exp(x), 0);
  return Math.exp(logits[row]![k]!) / total;
};
const ce = (row: number, k: number) => -Math.log(probability(row, k));

async function lossOf(negatives: number, typed = 1): Promise<number> {
  const truth = truthOf(typed);
  const matches = matchDefaultBoxes(boxes, truth, 0.5);
  const all = constant(float32(logits.flat(), [1, 5, 3]));
  const loss = hardNegativeLoss(all, truth, matches, negatives);
  return (await evaluateGraph({ loss })).loss[0]!;
}

test('positives count, and of the negatives the hardest', async () => {
  // Background is logit 0: the first cell is class 1, the second class 0. Hardest first: rows 3, 4, 1.
  const cells = ce(0, 2) + ce(2, 1);
  expect(await lossOf(0.5)).toBeCloseTo(cells + ce(3, 0), 5);
  expect(await lossOf(1)).toBeCloseTo(cells + ce(3, 0) + ce(4, 0), 5);
  expect(await lossOf(3)).toBeCloseTo(cells + ce(3, 0) + ce(4, 0) + ce(1, 0), 5);
});

test('a cell of unknown kind learns that it is no background', async () => {
  const cells = ce(0, 2) - Math.log(1 - probability(2, 0));
  expect(await lossOf(0.5, 0)).toBeCloseTo(cells + ce(3, 0), 5);
});

test('a share of negatives must be above 0', async () => {
  await expect(lossOf(0)).rejects.toThrow('negatives must be above 0');
});

test('logistic classes: a place of an unknown kind is neither that type nor background', async () => {
  const matches = matchDefaultBoxes(boxes, truthOf(0), 0.5);
  const { targets, counts } = classTargets(truthOf(0), matches, 2);
  const found = await evaluateGraph({
    targets,
    counts,
    each: countPositives(matches.positive, 'image'),
    all: countPositives(matches.positive, 'batch'),
  });
  expect(found.targets).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0, 0]);
  expect(found.counts).toEqual([1, 1, 0, 1, 1]);
  expect([...found.each, ...found.all]).toEqual([2, 2]);
});
