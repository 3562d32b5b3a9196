import { readFileSync } from 'node:fs';
import { float32, int64 } from '@leukoscope/core';
import { constant, gradients, mul, relu, sqrt, sum, type Tensor } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { evaluateGraph, expectClose } from '../../../nn/test/evaluate-graph.ts';
import { noise } from '../../../nn/test/harness/noise.ts';
import { freeLoss, fsaf } from '../detectors/fsaf.ts';
import type { BoxTruth } from '../truth/box-truth.ts';
import { pointsOf } from './dense-anchors.ts';
import { joinLevels } from './dense-head.ts';
import { selectLevels } from './level-selection.ts';
import { boxesAround } from './points.ts';

interface Recorded {
  readonly side: number;
  readonly strides: readonly number[];
  readonly unit: number;
  readonly boxes: readonly (readonly (readonly number[])[])[];
  readonly labels: readonly (readonly number[])[];
  readonly levels: readonly (readonly number[])[];
  readonly places: number;
  readonly types: number;
  readonly boxesLoss: number;
  readonly gradients: { readonly logits: number[]; readonly distances: number[] };
}

const path = new URL('../../../../fixtures/dense-detectors/fsaf.json', import.meta.url);
const recorded = JSON.parse(readFileSync(path, 'utf8')) as Recorded;
const { side, strides, unit } = recorded;
const K = 5;

const maps = (stream: number, channels: number, low: number, high: number): Tensor[] =>
  strides.map((stride, i) => {
    const n = side / stride;
    const values = noise(stream + i, 2 * channels * n * n, low, high);
    return constant(float32(values, [2, channels, n, n]));
  });
const logits = maps(300, K, -3, 1);
const distances = maps(400, 4, -0.2, 1.6);
const points = pointsOf(
  logits.map((map, i) => ({ map, stride: strides[i]! })),
  0.5,
);
const outputs = {
  logits: joinLevels(logits, K),
  boxes: boxesAround(points, mul(joinLevels(distances.map(relu), 4), unit)),
  points,
};

/** Three cells an image and a row of padding. */
const truthOf = (typed = 1): BoxTruth => ({
  boxes: constant(
    float32(
      recorded.boxes.flatMap((ofImage) => [...ofImage.flat(), 0, 0, 0, 0]),
      [2, 4, 4],
    ),
  ),
  exists: constant(float32([1, 1, 1, 0, 1, 1, 1, 0], [2, 4])),
  classIndex: constant(
    int64(
      recorded.labels.flatMap((ofImage) => [...ofImage, 0]),
      [2, 4],
    ),
  ),
  typed: constant(float32([1, 1, 1, 0, 1, typed, 1, 0], [2, 4])),
});

const { paper } = fsaf.presets;

test('chooses the levels that the definition chooses, and as many places', async () => {
  const { level, matches } = selectLevels(outputs, truthOf(), {
    effective: paper.effectiveShare,
    ignored: paper.ignoredShare,
  });
  const found = await evaluateGraph({ level, positive: matches.positive });
  const levels = [found.level.slice(0, 3), found.level.slice(4, 7)];
  expect(levels).toEqual(recorded.levels);
  expect(found.positive.reduce((a, b) => a + b, 0)).toBe(recorded.places);
});

test('losses and gradients are those of the reference', async () => {
  const { loss, metrics = {} } = freeLoss(outputs, truthOf(), paper);
  const norm = (g: Tensor | undefined) => sqrt(sum(mul(g!, g!)));
  const ofLogits = gradients(loss, logits).map(norm);
  const ofDistances = gradients(loss, distances).map(norm);
  const named = (name: string, all: readonly Tensor[]) =>
    Object.fromEntries(all.map((tensor, i) => [`${name}${i}`, tensor]));
  const found: Record<string, number[]> = await evaluateGraph({
    ...metrics,
    ...named('logits', ofLogits),
    ...named('distances', ofDistances),
  });
  expectClose(found['freeTypes']!, [recorded.types]);
  expectClose(found['freeBoxes']!, [recorded.boxesLoss]);
  recorded.gradients.logits.forEach((value, i) => {
    expectClose(found[`logits${i}`]!, [value], { what: `logits of level ${i}` });
  });
  recorded.gradients.distances.forEach((value, i) => {
    expectClose(found[`distances${i}`]!, [value], { what: `distances of level ${i}` });
  });
});

test('a cell of unknown kind does not train types, and shares decide the regions', async () => {
  const typesOf = async (truth: BoxTruth, config = paper) => {
    const { metrics = {} } = freeLoss(outputs, truth, config);
    return (await evaluateGraph({ types: metrics['freeTypes']! })).types[0]!;
  };
  const all = await typesOf(truthOf());
  expect(await typesOf(truthOf(0))).not.toBe(all);
  expect(await typesOf(truthOf(), { ...paper, ignoredShare: 0.9 })).not.toBe(all);
  expect(await typesOf(truthOf(), { ...paper, effectiveShare: 0.4 })).not.toBe(all);
});
