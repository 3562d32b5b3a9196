/** @file Cases of activations and softmax. Ranges reach over every bend. */

import type { Tensor } from '@leukoscope/nn';
import * as nn from '@leukoscope/nn';
import { applyOp1 } from '../../src/graph/tensor.ts';
import { betweenOp, positiveOp } from '../../src/ops/activation.ts';
import { mapNd, type Nd, reduceNd, zipNd } from '../harness/nd.ts';
import { fixed, type OpCase, real } from '../harness/op-case.ts';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const hardSigmoid = (x: number) => Math.min(Math.max(x / 6 + 0.5, 0), 1);

type Row = readonly [OpCase['op'], string, (x: Tensor) => Tensor, (x: number) => number];

const rows: readonly Row[] = [
  ['relu', 'relu', nn.relu, (x) => Math.max(x, 0)],
  ['leakyRelu', 'leakyRelu, slope 0.01', (x) => nn.leakyRelu(x), (x) => (x > 0 ? x : 0.01 * x)],
  ['leakyRelu', 'leakyRelu, slope 0.2', (x) => nn.leakyRelu(x, 0.2), (x) => (x > 0 ? x : 0.2 * x)],
  ['leakyRelu', 'leakyRelu, slope 0', (x) => nn.leakyRelu(x, 0), (x) => Math.max(x, 0)],
  ['sigmoid', 'sigmoid', nn.sigmoid, sigmoid],
  ['tanh', 'tanh', nn.tanh, Math.tanh],
  ['softplus', 'softplus', nn.softplus, (x) => Math.log1p(Math.exp(x))],
  ['hardSigmoid', 'hardSigmoid', nn.hardSigmoid, hardSigmoid],
  ['hardSwish', 'hardSwish', nn.hardSwish, (x) => x * hardSigmoid(x)],
  ['clip', 'clip', (x) => nn.clip(x, -1, 2.5), (x) => Math.min(Math.max(x, -1), 2.5)],
  ['silu', 'silu', nn.silu, (x) => x * sigmoid(x)],
];

/** e^(x - max) / Σ e^(x - max) along an axis. */
function softmaxNd(x: Nd, axis: number): Nd {
  const largest = reduceNd(x, [axis], true, (v) => Math.max(...v));
  const powers = zipNd(x, largest, (v, m) => Math.exp(v - m));
  const total = reduceNd(powers, [axis], true, (v) => v.reduce((s, p) => s + p, 0));
  return zipNd(powers, total, (p, t) => p / t);
}

const softmaxShapes = [
  [[4, 7], 1],
  [[7, 4], 0],
  [[2, 5, 3], 1],
  [[2, 3, 2, 3], 1],
  [[5], 0],
] as const;

export const activationCases: readonly OpCase[] = [
  ...rows.map(
    ([op, name, build, exact]): OpCase => ({
      op,
      name,
      inputs: [real([3, 5, 3], -5, 5)],
      build: (x) => build(x!),
      twin: (x) => mapNd(x!, exact),
    }),
  ),
  {
    op: 'positive',
    name: 'positive is 0 at 0, and 1 for small and large numbers alike',
    inputs: [fixed('float32', [7], [-1e30, -1e-30, -0, 0, 1e-30, 1, 1e30])],
    build: (x) => applyOp1(positiveOp, [x!], {}),
    twin: (x) => mapNd(x!, (v) => Number(v > 0)),
    recorded: false,
  },
  {
    op: 'between',
    name: 'between holds at both ends',
    inputs: [fixed('float32', [5], [-1.5, -1, 0, 2, 2.5])],
    build: (x) => applyOp1(betweenOp, [x!], { low: -1, high: 2 }),
    twin: (x) => mapNd(x!, (v) => Number(v >= -1 && v <= 2)),
    recorded: false,
  },
  {
    op: 'betweenMask',
    name: 'betweenMask is the same as float32',
    inputs: [fixed('float32', [5], [-1.5, -1, 0, 2, 2.5])],
    build: (x) => nn.betweenMask(x!, -1, 2),
    twin: (x) => mapNd(x!, (v) => Number(v >= -1 && v <= 2)),
    recorded: false,
  },
  {
    op: 'clip',
    name: 'clip passes the gradient at both ends',
    inputs: [fixed('float32', [5], [-1.5, -1, 0, 2.5, 3])],
    build: (x) => nn.clip(x!, -1, 2.5),
    twin: (x) => mapNd(x!, (v) => Math.min(Math.max(v, -1), 2.5)),
    differentiate: [0],
    differences: false,
  },
  {
    op: 'relu',
    name: 'relu has slope 0 at 0',
    inputs: [fixed('float32', [3], [-1, 0, 1])],
    build: (x) => nn.relu(x!),
    twin: (x) => mapNd(x!, (v) => Math.max(v, 0)),
    differentiate: [0],
    differences: false,
  },
  ...softmaxShapes.flatMap(([shape, axis]): OpCase[] => [
    {
      op: 'softmax',
      name: `softmax of [${shape.join()}] along ${axis}`,
      inputs: [real(shape, -3, 3)],
      build: (x) => nn.softmax(x!, axis),
      twin: (x) => softmaxNd(x!, axis),
    },
    {
      op: 'logSoftmax',
      name: `logSoftmax of [${shape.join()}] along ${axis}`,
      inputs: [real(shape, -3, 3)],
      build: (x) => nn.logSoftmax(x!, axis),
      twin: (x) => mapNd(softmaxNd(x!, axis), Math.log),
    },
  ]),
  {
    op: 'softmax',
    name: 'softmax does not overflow',
    inputs: [real([3, 5], 80, 120)],
    build: (x) => nn.softmax(x!),
    twin: (x) => softmaxNd(x!, 1),
  },
];
