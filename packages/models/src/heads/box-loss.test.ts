import { createRandom, float32, int64 } from '@leukoscope/core';
import { constant, gradients, input, type Tensor } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { evaluateGraph, expectClose } from '../../../nn/test/evaluate-graph.ts';
import { boxLoss, type FlatSample } from './box-loss.ts';

const flags = (values: readonly number[]): Tensor =>
  constant({ dtype: 'bool', shape: [values.length], data: Uint8Array.from(values) });
const boxes = (rows: readonly (readonly number[])[]) =>
  constant(float32(rows.flat(), [rows.length, 4]));

/** A typed cell, a cell of unknown kind, background, an empty row; K = 2. */
const sample: FlatSample = {
  exists: flags([1, 1, 1, 0]),
  positive: flags([1, 1, 0, 0]),
  typed: flags([1, 0, 0, 0]),
  classIndex: constant(int64([1, 0, 2, 2], [4])),
  boxes: boxes([
    [0, 0, 10, 10],
    [0, 0, 10, 10],
    [0, 0, 5, 5],
    [0, 0, 0, 0],
  ]),
  gtBoxes: boxes([
    [0, 0, 10, 10],
    [0, 0, 10, 10],
    [9, 9, 12, 12],
    [0, 0, 0, 0],
  ]),
};
const head = { deltaWeights: [1, 1, 1, 1] as const };
const random = createRandom(4);
const normals = (shape: readonly number[]) =>
  float32(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
    shape,
  );

test('a cell of unknown kind trains that it is a cell, and nothing about its type', async () => {
  const logits = input('logits', [4, 3]);
  const deltas = input('deltas', [4, 2, 4]);
  const { types } = boxLoss({ logits, deltas }, sample, head);
  const [gradient] = gradients(types, [logits]);
  const feeds = { logits: normals([4, 3]), deltas: normals([4, 2, 4]) };
  const result = await evaluateGraph({ types, gradient: gradient! }, feeds);
  const rows = [0, 1, 2].map((r) => {
    const e = Array.from(feeds.logits.data.slice(3 * r, 3 * r + 3), Math.exp);
    return e.map((value) => value / e.reduce((a, b) => a + b));
  });
  const expected = [rows[0]![1]!, rows[1]![0]! + rows[1]![1]!, rows[2]![2]!];
  const total = expected.reduce((sum, p) => sum - Math.log(p), 0);
  expectClose(result.types, [total / 3], { rtol: 1e-5 });
  // Both types of the unknown cell move in proportion to what they are, so their ratio stays.
  const [first, second] = result.gradient.slice(3, 5) as [number, number];
  expect(first / second).toBeCloseTo(rows[1]![0]! / rows[1]![1]!, 4);
  expect(result.gradient.slice(9)).toEqual([0, 0, 0]);
});

test('a cell trains the box of its type; one of unknown kind those of all types', async () => {
  const logits = input('logits', [4, 3]);
  const deltas = input('deltas', [4, 2, 4]);
  const loss = boxLoss({ logits, deltas }, sample, head).boxes;
  const [gradient] = gradients(loss, [deltas]);
  // Targets are 0 here, so every delta of 1 costs 1 - β / 2 and has a slope of 1.
  const ones = float32(Array(32).fill(1), [4, 2, 4]);
  const result = await evaluateGraph(
    { loss, gradient: gradient! },
    { deltas: ones, logits: normals([4, 3]) },
  );
  const each = 1 - 1 / 18;
  expectClose(result.loss, [(4 * each + 2 * 4 * each * 0.5) / 3], { rtol: 1e-5 });
  const slopes = Array.from({ length: 8 }, (_, box) => result.gradient[4 * box]! * 3);
  expectClose(slopes, [0, 1, 0.5, 0.5, 0, 0, 0, 0], { rtol: 1e-5 });
});

test('where all types share a box, every cell trains it', async () => {
  const deltas = input('deltas', [4, 1, 4]);
  const loss = boxLoss({ logits: input('logits', [4, 3]), deltas }, sample, head).boxes;
  const ones = float32(Array(16).fill(1), [4, 1, 4]);
  const result = await evaluateGraph({ loss }, { deltas: ones });
  expectClose(result.loss, [(8 * (1 - 1 / 18)) / 3], { rtol: 1e-5 });
});
