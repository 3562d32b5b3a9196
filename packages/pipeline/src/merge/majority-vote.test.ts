import { type CellClass, createMask } from '@leukoscope/core';
import { expect, test } from 'vitest';
import type { ModelFinding } from '../model/leukocyte-model.ts';
import { majorityVote } from './majority-vote.ts';

const classes: readonly CellClass[] = ['neutrophil', 'lymphocyte', 'monocyte'];

const finding = (
  x1: number,
  score: number,
  classIndex = 0,
  more: Partial<ModelFinding> = {},
): ModelFinding => ({
  box: { x1, y1: 0, x2: x1 + 20, y2: 20 },
  score,
  classIndex,
  cellClass: classes[classIndex]!,
  isUnsure: false,
  ...more,
});

test("the paper's example: five of six models find something, one of them alone elsewhere", () => {
  const D1 = finding(100, 0.95);
  const [D2, D3, D4, D5] = [finding(0, 0.9), finding(2, 0.8), finding(1, 0.7), finding(3, 0.6, 1)];
  const [cell, ...more] = majorityVote([[D1], [D2], [D3], [D4], [D5], []]);
  expect(more).toEqual([]);
  expect(cell!.cellClass).toBe('neutrophil');
  const sum = 0.9 + 0.8 + 0.7 + 0.6;
  expect(cell!.score).toBeCloseTo(sum / 6, 12);
  const x1 = (0.9 * 0 + 0.8 * 2 + 0.7 * 1 + 0.6 * 3) / sum;
  expect(cell!.box.x1).toBeCloseTo(x1, 12);
  expect(cell!.box.x2).toBeCloseTo(x1 + 20, 12);
  expect(cell!.isUnsure).toBe(false);
});

test('a group of half the models stays, of fewer goes', () => {
  const seen = [finding(0, 0.9)];
  expect(majorityVote([seen, seen, [], []])).toHaveLength(1);
  expect(majorityVote([seen, seen, [], [], []])).toHaveLength(0);
  expect(majorityVote([seen])).toHaveLength(1);
});

test('each model has one voice, however many boxes it lays on a cell', () => {
  const twice = [finding(0, 0.9), finding(1, 0.8)];
  expect(majorityVote([twice, [], [], []])).toEqual([]);
  const [cell, ...more] = majorityVote([twice, [finding(0, 0.6, 1)], [finding(0, 0.5, 1)]]);
  expect(more).toEqual([]); // the second box stands alone and falls
  expect(cell!.cellClass).toBe('lymphocyte');
  expect(cell!.score).toBeCloseTo((0.9 + 0.6 + 0.5) / 3, 12);
});

test('equal votes go to the larger sum of scores, and the type is unsure', () => {
  const vote = (a: number, b: number) => majorityVote([[finding(0, a)], [finding(0, b, 1)]])[0]!;
  expect(vote(0.9, 0.8)).toMatchObject({ cellClass: 'neutrophil', isUnsure: true });
  expect(vote(0.7, 0.8)).toMatchObject({ cellClass: 'lymphocyte', isUnsure: true });
  const most = majorityVote([[finding(0, 0.99)], [finding(0, 0.3, 1)], [finding(0, 0.3, 1)]])[0]!;
  expect(most).toMatchObject({ cellClass: 'lymphocyte', isUnsure: false });
});

test('a type that all of its voters doubt is doubted', () => {
  const doubted = finding(0, 0.9, 0, { isUnsure: true });
  expect(majorityVote([[doubted], [doubted]])[0]!.isUnsure).toBe(true);
  expect(majorityVote([[doubted], [finding(0, 0.9)]])[0]!.isUnsure).toBe(false);
});

test('probabilities are averaged by score over the models that give some', () => {
  const [cell] = majorityVote([
    [finding(0, 0.9, 0, { probabilities: [0.7, 0.2, 0.1] })],
    [finding(0, 0.3, 0, { probabilities: [0.3, 0.6, 0.1] })],
    [finding(0, 0.8)],
  ]);
  const means = [0.7 * 0.9 + 0.3 * 0.3, 0.2 * 0.9 + 0.6 * 0.3, 0.1 * 1.2].map((sum) => sum / 1.2);
  for (const [k, mean] of means.entries()) expect(cell!.probabilities![k]).toBeCloseTo(mean, 12);
});

test('the mask is that of the surest model of the chosen type that has one', () => {
  const masked = (left: number) => ({
    mask: { left, top: 0, mask: createMask({ width: 1, height: 1 }) },
  });
  const [cell] = majorityVote([
    [finding(0, 0.9, 1, masked(1))],
    [finding(0, 0.8)],
    [finding(0, 0.7, 0, masked(2))],
  ]);
  expect(cell!.mask).toEqual(masked(2).mask);
  const [other] = majorityVote([
    [finding(0, 0.9, 1, masked(1))],
    [finding(0, 0.8)],
    [finding(0, 0.7)],
  ]);
  expect(other!.mask).toEqual(masked(1).mask);
  expect(majorityVote([[finding(0, 0.9)]])[0]).not.toHaveProperty('mask');
});

test('how much boxes must overlap can be told', () => {
  const models = [[finding(0, 0.9)], [finding(8, 0.8)]]; // IoU 12 / 28
  expect(majorityVote(models)).toHaveLength(2);
  expect(majorityVote(models, { iouThreshold: 0.4 })).toHaveLength(1);
});

test('the first that sees a cell names it, the others say that it is there', () => {
  const vote = (...found: ModelFinding[][]) => majorityVote(found, { names: 'first' });
  const [cell] = vote(
    [finding(0, 0.5, 0, { probabilities: [0.6, 0.4, 0] })],
    [finding(2, 0.9, 1)],
    [finding(2, 0.7, 0, { probabilities: [0.1, 0.9, 0] })],
  );
  expect(cell).toMatchObject({
    cellClass: 'neutrophil',
    probabilities: [0.6, 0.4, 0],
    isUnsure: false,
  });
  expect(cell!.score).toBeCloseTo((0.5 + 0.9 + 0.7) / 3, 12);
  expect(cell!.box.x1).toBe(0);
  // Nobody else says so; the first doubts it; the first does not see it; the first alone sees it.
  const others = [[finding(0, 0.9, 1)], [finding(0, 0.9, 1)]];
  expect(vote([finding(0, 0.5)], ...others)[0]).toMatchObject({ classIndex: 0, isUnsure: true });
  const doubted = [finding(0, 0.5, 1, { isUnsure: true })];
  expect(vote(doubted, ...others)[0]).toMatchObject({ classIndex: 1, isUnsure: true });
  expect(vote([], ...others)[0]).toMatchObject({ classIndex: 1, isUnsure: false });
  expect(vote([finding(0, 0.9)], [], [])).toEqual([]);
});

test('a coarser answer of the others agrees with the finer one that names', () => {
  const fine = finding(0, 0.8, 3, { cellClass: 'segmented-neutrophil' });
  const vote = (other: number) =>
    majorityVote([[fine], [finding(0, 0.9, other)]], { names: 'first' })[0]!;
  expect(vote(0)).toMatchObject({ cellClass: 'segmented-neutrophil', isUnsure: false });
  expect(vote(1)).toMatchObject({ cellClass: 'segmented-neutrophil', isUnsure: true });
});
