import { readFileSync } from 'node:fs';
import { createRandom, elementCount, float32, int64, type TensorData } from '@leukoscope/core';
import * as nn from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { evaluateGraph, expectClose } from './evaluate-graph.ts';

interface Packed {
  readonly shape: number[];
  readonly int: boolean;
  readonly data: number[];
}
interface LossCase {
  readonly name: string;
  readonly loss: LossName;
  readonly options: Record<string, never>;
  readonly x: Packed;
  readonly target: Packed;
  readonly extra: Record<string, Packed>;
  readonly mean: number;
  readonly sum: number;
  readonly elements: number[];
  readonly gradient: number[];
}
type LossName = keyof typeof losses;
type Options = Record<string, unknown> & nn.LossOptions;
type Loss = (x: nn.Tensor, t: nn.Tensor, options: Options) => nn.Tensor;

const losses = {
  crossEntropy: nn.crossEntropy as Loss,
  bceWithLogits: nn.bceWithLogits as Loss,
  sigmoidFocalLoss: nn.sigmoidFocalLoss as Loss,
  softMaskLoss: ((x, t, { classIndex, ...options }) =>
    nn.softMaskLoss(x, t, classIndex as nn.Tensor, options)) as Loss,
  smoothL1Loss: nn.smoothL1Loss as Loss,
  l1Loss: nn.l1Loss as Loss,
  mseLoss: nn.mseLoss as Loss,
  giouLoss: nn.giouLoss as Loss,
  iouLoss: nn.iouLoss as Loss,
  diceLoss: nn.diceLoss as Loss,
};

const cases: LossCase[] = JSON.parse(
  readFileSync(new URL('../../../fixtures/losses/losses.json', import.meta.url), 'utf8'),
);
const unpack = ({ shape, int, data }: Packed): TensorData =>
  int ? int64(data, shape) : float32(data, shape);
const unpackAll = (extra: Record<string, Packed>) =>
  Object.fromEntries(Object.entries(extra).map(([key, p]) => [key, nn.constant(unpack(p))]));

/** Mean, sum, elements and the gradient of the mean of one loss. */
function evaluate(loss: LossName, x: TensorData, target: TensorData, options: Options) {
  const xIn = nn.input('x', x.shape);
  const apply = (reduction: nn.Reduction) =>
    losses[loss](xIn, nn.constant(target), { ...options, reduction });
  const mean = apply('mean');
  const [gradient] = nn.gradients(mean, [xIn]);
  const outputs = { mean, sum: apply('sum'), elements: apply('none'), gradient: gradient! };
  return evaluateGraph(outputs, { x });
}

test.each(cases.map((c) => [c.loss, c.name, c] as const))(
  '%s equals PyTorch: %s',
  async (_l, _n, c) => {
    const result = await evaluate(c.loss, unpack(c.x), unpack(c.target), {
      ...c.options,
      ...unpackAll(c.extra),
    });
    expectClose(result.mean, [c.mean], { rtol: 1e-5, what: 'mean' });
    expectClose(result.sum, [c.sum], { rtol: 1e-5, what: 'sum' });
    expectClose(result.elements, c.elements, { rtol: 1e-4, atol: 2e-6, what: 'element' });
    expectClose(result.gradient, c.gradient, { rtol: 1e-3, atol: 1e-6, what: 'gradient' });
  },
);

/** Inputs at which every loss is smooth; three seeds, odd shapes. */
function randomCase(loss: LossName, seed: number): [TensorData, TensorData, Options] {
  const random = createRandom(seed);
  const values = (shape: number[], low: number, high: number) =>
    float32(
      Array.from({ length: elementCount(shape) }, () => random.uniform(low, high)),
      shape,
    );
  const classIndices = (shape: number[], classes: number) =>
    int64(
      Array.from({ length: elementCount(shape) }, () => random.integer(0, classes)),
      shape,
    );
  if (loss === 'crossEntropy') {
    const options = { labelSmoothing: 0.1, classWeights: [1, 2, 0.5] };
    return [values([2, 3, 5], -2, 2), classIndices([2, 5], 3), options];
  }
  if (loss === 'softMaskLoss') {
    const options = { classIndex: nn.constant(classIndices([3], 2)) };
    return [values([3, 2, 3, 5], -2, 2), values([3, 3, 5], 0, 1), options];
  }
  if (loss === 'giouLoss' || loss === 'iouLoss') {
    const boxes = () =>
      Array.from({ length: 7 }, () => {
        const [x, y] = [random.uniform(0, 3), random.uniform(0, 3)];
        return [x, y, x + random.uniform(2, 5), y + random.uniform(2, 5)];
      }).flat();
    return [float32(boxes(), [7, 4]), float32(boxes(), [7, 4]), {}];
  }
  if (loss === 'diceLoss') return [values([2, 3, 5, 3], 0, 1), values([2, 3, 5, 3], 0, 1), {}];
  const isBinary = loss === 'bceWithLogits' || loss === 'sigmoidFocalLoss';
  return [values([3, 5], -2, 2), isBinary ? values([3, 5], 0, 1) : values([3, 5], 3, 5), {}];
}

const names = Object.keys(losses) as LossName[];

test.each(names)('%s has the gradient that central differences give', async (loss) => {
  for (const seed of [1, 2, 3]) {
    const [x, target, options] = randomCase(loss, seed);
    const { gradient } = await evaluate(loss, x, target, options);
    const random = createRandom(seed).fork('direction');
    const direction = Float32Array.from(x.data as Float32Array, () => random.normal());
    // Along one random direction: (L(x + e v) - L(x - e v)) / 2e = g · v, both sides in one graph.
    const step = 3e-3;
    const moved = (sign: number) =>
      float32(
        Array.from(x.data as Float32Array, (value, i) => value + sign * step * direction[i]!),
        x.shape,
      );
    const at = (data: TensorData) => losses[loss](nn.constant(data), nn.constant(target), options);
    const { up, down } = await evaluateGraph({ up: at(moved(1)), down: at(moved(-1)) });
    const slope = (up[0]! - down[0]!) / (2 * step);
    const predicted = gradient.reduce((total, g, i) => total + g * direction[i]!, 0);
    expect(Math.abs(slope - predicted)).toBeLessThan(1e-2 * Math.max(0.05, Math.abs(slope)));
  }
});

test('a perfect prediction costs (nearly) nothing', async () => {
  const sure = float32([40, -40, -40, 40], [2, 2]);
  const truth = float32([1, 0, 0, 1], [2, 2]);
  const boxes = float32([0, 0, 4, 5, 2, 2, 3, 8], [2, 4]);
  const maps = float32([1, 0, 0, 1, 1, 1], [1, 1, 2, 3]);
  const perfect: [LossName, TensorData, TensorData, Options][] = [
    ['crossEntropy', sure, int64([0, 1]), {}],
    ['bceWithLogits', sure, truth, {}],
    ['sigmoidFocalLoss', sure, truth, {}],
    [
      'softMaskLoss',
      float32(Array.from(sure.data), [1, 1, 2, 2]),
      float32(Array.from(truth.data), [1, 2, 2]),
      { classIndex: nn.constant(int64([0])) },
    ],
    ['smoothL1Loss', truth, truth, {}],
    ['l1Loss', truth, truth, {}],
    ['mseLoss', truth, truth, {}],
    ['giouLoss', boxes, boxes, {}],
    ['iouLoss', boxes, boxes, {}],
    ['diceLoss', maps, maps, {}],
  ];
  expect(perfect.map(([loss]) => loss).sort()).toEqual([...names].sort());
  for (const [loss, x, target, options] of perfect) {
    const { mean } = await evaluate(loss, x, target, options);
    expect(Math.abs(mean[0]!), loss).toBeLessThan(1e-6);
  }
});

/** Append a row of rubbish along the first axis. */
function withRubbishRow(value: TensorData, rubbish: number): TensorData {
  const shape = [value.shape[0]! + 1, ...value.shape.slice(1)];
  const more = elementCount(shape.slice(1));
  if (value.dtype === 'int64') {
    const old = Array.from(value.data as BigInt64Array, Number);
    return int64([...old, ...Array(more).fill(99)], shape);
  }
  return float32([...(value.data as Float32Array), ...Array(more).fill(rubbish)], shape);
}

test.each(names)('%s: masked rows do not matter, whatever stands in them', async (loss) => {
  const [x, target, options] = randomCase(loss, 7);
  const plain = await evaluate(loss, x, target, options);
  const rows = x.shape[0]!;
  const flags = Array.from({ length: rows + 1 }, (_, i) => (i < rows ? 1 : 0));
  const longClasses = nn.constant(withRubbishRow(int64(Array(rows).fill(0)), 0));
  for (const rubbish of [1e30, Number.NaN]) {
    const masked = await evaluate(loss, withRubbishRow(x, rubbish), withRubbishRow(target, 5), {
      ...options,
      ...(loss === 'softMaskLoss' ? { classIndex: longClasses } : {}),
      mask: nn.constant(float32(flags)),
    });
    const reference =
      loss === 'softMaskLoss'
        ? await evaluate(loss, x, target, { classIndex: nn.constant(int64(Array(rows).fill(0))) })
        : plain;
    if (loss === 'diceLoss') {
      // Dice's elements are images: an image without a pixel has a Dice of s / s, so a loss of 0.
      expectClose(masked.sum, reference.sum, { rtol: 1e-5 });
      continue;
    }
    expectClose(masked.mean, reference.mean, { rtol: 1e-5 });
    expectClose(masked.sum, reference.sum, { rtol: 1e-5 });
    const tail = masked.gradient.slice(reference.gradient.length);
    expectClose(masked.gradient.slice(0, reference.gradient.length), reference.gradient, {
      rtol: 1e-4,
    });
    expect(tail.every((g) => g === 0)).toBe(true);
    expect(masked.elements.slice(reference.elements.length).every((l) => l === 0)).toBe(true);
  }
});

test('the mean over no row at all is 0, with a gradient of 0', async () => {
  const none = nn.constant(float32([0, 0, 0]));
  for (const loss of ['bceWithLogits', 'smoothL1Loss', 'giouLoss'] as const) {
    const x = float32(Array(12).fill(1), [3, 4]);
    const { mean, gradient } = await evaluate(loss, x, x, { mask: none });
    expect([...mean, ...gradient].every((value) => value === 0)).toBe(true);
  }
  const ignored = await evaluate('crossEntropy', float32([1, 2], [1, 2]), int64([-100]), {});
  expect([...ignored.mean, ...ignored.gradient]).toEqual([0, 0, 0]);
});

test('a mask of rows covers all columns, and one of elements covers those', async () => {
  const x = float32([1, 2, 3, 4], [2, 2]);
  const zero = float32([0, 0, 0, 0], [2, 2]);
  const byRow = await evaluate('l1Loss', x, zero, { mask: nn.constant(float32([1, 0])) });
  expect(byRow.mean[0]).toBeCloseTo((1 + 2) / 2, 6);
  const mask = nn.greater(nn.constant(float32([1, 0, 0, 1], [2, 2])), 0);
  const byElement = await evaluate('l1Loss', x, zero, { mask });
  expect(byElement.mean[0]).toBeCloseTo((1 + 4) / 2, 6);
});

test('weights scale and leave the divisor of the mean alone', async () => {
  const x = float32([1, 2, 3, 4], [2, 2]);
  const zero = float32([0, 0, 0, 0], [2, 2]);
  const weight = nn.constant(float32([10, 1]));
  for (const loss of ['l1Loss', 'smoothL1Loss', 'mseLoss'] as const) {
    const plain = await evaluate(loss, x, zero, {});
    const weighted = await evaluate(loss, x, zero, { weight });
    const e = plain.elements as [number, number, number, number];
    expect(weighted.mean[0]).toBeCloseTo((10 * e[0] + e[1] + 10 * e[2] + e[3]) / 4, 4);
  }
  const [boxes, others] = randomCase('giouLoss', 4);
  for (const loss of ['giouLoss', 'iouLoss'] as const) {
    const plain = await evaluate(loss, boxes, others, {});
    const doubled = await evaluate(loss, boxes, others, { weight: 2 });
    expect(doubled.mean[0]).toBeCloseTo(2 * plain.mean[0]!, 5);
  }
});

test('a mask that does not depend on the class has one channel', async () => {
  const [x, target] = [float32([1, -2, 3, 0], [1, 1, 2, 2]), float32([1, 0, 0.5, 1], [1, 2, 2])];
  const mask = await evaluate('softMaskLoss', x, target, { classIndex: nn.constant(int64([7])) });
  const bce = await evaluate('bceWithLogits', float32([1, -2, 3, 0]), float32([1, 0, 0.5, 1]), {});
  expectClose(mask.mean, bce.mean);
});

test('wrong shapes and options are refused by name', () => {
  const x = nn.input('x', [2, 3]);
  const t = nn.input('t', [3, 2]);
  const labels = nn.input('labels', [2], 'int64');
  expect(() => nn.bceWithLogits(x, t)).toThrow('must be float32 of one shape');
  expect(() => nn.crossEntropy(x, t)).toThrow('the target must be int64[2] or float32[2, 3]');
  expect(() => nn.crossEntropy(x, labels, { classWeights: [1] })).toThrow(
    'one number per class (3)',
  );
  expect(() => nn.crossEntropy(x, labels, { labelSmoothing: 2 })).toThrow('from 0 to 1');
  expect(() => nn.smoothL1Loss(x, x, { beta: -1 })).toThrow('beta must be at least 0');
  expect(() => nn.sigmoidFocalLoss(x, x, { gamma: -1 })).toThrow('gamma at least 0');
  expect(() => nn.giouLoss(x, x)).toThrow('boxes must be [..., 4]');
  expect(() => nn.diceLoss(x, x)).toThrow('must be [N, C, ...]');
  expect(() => nn.l1Loss(x, x, { mask: nn.input('m', [5]) })).toThrow('leading axes');
  expect(() => nn.l1Loss(x, x, { weight: nn.input('w', [2]) })).toThrow('weights must broadcast');
});
