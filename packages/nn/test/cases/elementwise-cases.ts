/** @file Cases of arithmetic, comparisons, choice and conversion, with every way to broadcast. */

import type { OpName, Tensor } from '@leukoscope/nn';
import * as nn from '@leukoscope/nn';
import { mapNd, type Nd, zipNd } from '../harness/nd.ts';
import { fixed, index, type OpCase, real, truth, whole } from '../harness/op-case.ts';

/** Pairs of shapes: equal, each side smaller, leading axes missing, both sides repeated, scalars. */
const shapePairs: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [2, 3, 3],
    [2, 3, 3],
  ],
  [[2, 3, 3], [3]],
  [[3], [2, 3, 3]],
  [
    [2, 3, 3],
    [3, 1],
  ],
  [
    [2, 1, 3],
    [1, 3, 1],
  ],
  [[2, 3, 3], []],
  [
    [1, 1],
    [2, 3, 3],
  ],
];

type Binary = (x: Tensor, y: Tensor) => Tensor;
type Range = readonly [low: number, high: number];

interface BinaryRow {
  readonly op: OpName;
  readonly build: Binary;
  readonly exact: (x: number, y: number) => number;
  readonly x?: Range;
  readonly y?: Range;
}

const arithmetic: readonly BinaryRow[] = [
  { op: 'add', build: nn.add, exact: (x, y) => x + y },
  { op: 'sub', build: nn.sub, exact: (x, y) => x - y },
  { op: 'mul', build: nn.mul, exact: (x, y) => x * y },
  { op: 'div', build: nn.div, exact: (x, y) => x / y, y: [0.5, 2] },
  { op: 'pow', build: nn.pow, exact: (x, y) => x ** y, x: [0.5, 2], y: [-2, 3] },
  { op: 'maximum', build: nn.maximum, exact: Math.max },
  { op: 'minimum', build: nn.minimum, exact: Math.min },
];

const binaryCases = arithmetic.flatMap(({ op, build, exact, x = [-1, 1], y = [-1, 1] }) =>
  shapePairs.map(
    ([a, b]): OpCase => ({
      op,
      name: `${op} [${a.join()}] with [${b.join()}]`,
      inputs: [real(a, ...x), real(b, ...y)],
      build,
      twin: (p, q) => zipNd(p!, q!, exact),
    }),
  ),
);

type Comparison = readonly [OpName, Binary, (x: number, y: number) => boolean];

const comparisons: readonly Comparison[] = [
  ['equal', nn.equal, (x, y) => x === y],
  ['greater', nn.greater, (x, y) => x > y],
  ['greaterOrEqual', nn.greaterOrEqual, (x, y) => x >= y],
  ['less', nn.less, (x, y) => x < y],
  ['lessOrEqual', nn.lessOrEqual, (x, y) => x <= y],
];

const comparisonCases = comparisons.flatMap(([op, build, exact]): OpCase[] => {
  const twin = (p: Nd, q: Nd) => zipNd(p, q, (x, y) => Number(exact(x, y)));
  return [
    {
      op,
      name: `${op} of float32`,
      inputs: [whole([3, 4], -2, 3), whole([4], -2, 3)],
      build,
      twin,
    },
    {
      op,
      name: `${op} of int64`,
      inputs: [index([3, 4], -2, 3), index([3, 1], -2, 3)],
      build,
      twin,
    },
  ];
});

type Unary = readonly [OpName, (x: Tensor) => Tensor, (x: number) => number, Range];

/** Half to even, as IEEE 754 and NumPy. */
const roundEven = (x: number) => {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
};

const unaryRows: readonly Unary[] = [
  ['neg', nn.neg, (x) => -x, [-2, 2]],
  ['exp', nn.exp, Math.exp, [-2, 2]],
  ['log', nn.log, Math.log, [0.1, 3]],
  ['sqrt', nn.sqrt, Math.sqrt, [0.1, 3]],
  ['abs', nn.abs, Math.abs, [-2, 2]],
  ['sign', nn.sign, Math.sign, [-2, 2]],
  ['floor', nn.floor, Math.floor, [-3, 3]],
  ['ceil', nn.ceil, Math.ceil, [-3, 3]],
  ['round', nn.round, roundEven, [-3, 3]],
  ['sin', nn.sin, Math.sin, [-4, 4]],
  ['cos', nn.cos, Math.cos, [-4, 4]],
];

const unaryCases = unaryRows.map(
  ([op, build, exact, range]): OpCase => ({
    op,
    name: op,
    inputs: [real([2, 3, 5], ...range)],
    build: (x) => build(x!),
    twin: (x) => mapNd(x!, exact),
  }),
);

export const elementwiseCases: readonly OpCase[] = [
  ...binaryCases,
  ...comparisonCases,
  ...unaryCases,
  {
    op: 'round',
    name: 'round takes halves to even',
    inputs: [fixed('float32', [6], [-1.5, -0.5, 0.5, 1.5, 2.5, 3.5])],
    build: (x) => nn.round(x!),
    twin: (x) => mapNd(x!, roundEven),
  },
  {
    op: 'sub',
    name: 'plain numbers on either side',
    inputs: [real([3, 5], 0.5, 2)],
    build: (x) => nn.add(nn.sub(3, x!), nn.mul(nn.div(2, x!), nn.pow(nn.sub(x!, 0.25), 2))),
    twin: (x) => mapNd(x!, (v) => 3 - v + (2 / v) * (v - 0.25) ** 2),
  },
  {
    op: 'mul',
    name: 'a factor that is used twice',
    inputs: [real([3, 5])],
    build: (x) => nn.mul(nn.mul(x!, x!), nn.add(x!, x!)),
    twin: (x) => mapNd(x!, (v) => 2 * v ** 3),
  },
  {
    op: 'mul',
    name: 'a repeated operand keeps the repeated shape',
    inputs: [real([3, 1]), real([1, 5])],
    build: (x, y) => nn.mul(nn.broadcastTo(x!, [3, 5]), nn.broadcastTo(y!, [3, 5])),
    twin: (x, y) => zipNd(x!, y!, (a, b) => a * b),
  },
  {
    op: 'mod',
    name: 'mod of int64 takes the sign of the divisor',
    inputs: [index([3, 5], -9, 10), fixed('int64', [5], [2, 3, -4, 5, 7])],
    build: nn.mod,
    twin: (x, y) => zipNd(x!, y!, (a, b) => a - b * Math.floor(a / b)),
  },
  {
    op: 'and',
    name: 'and',
    inputs: [truth([3, 5]), truth([5])],
    build: nn.and,
    twin: (x, y) => zipNd(x!, y!, (a, b) => a & b),
  },
  {
    op: 'or',
    name: 'or',
    inputs: [truth([3, 1]), truth([3, 5])],
    build: nn.or,
    twin: (x, y) => zipNd(x!, y!, (a, b) => a | b),
  },
  {
    op: 'not',
    name: 'not',
    inputs: [truth([3, 5])],
    build: (x) => nn.not(x!),
    twin: (x) => mapNd(x!, (a) => 1 - a),
  },
  ...(
    [
      [
        [3, 5],
        [3, 5],
        [3, 5],
      ],
      [[3, 1], [3, 5], [5]],
      [[3, 5], [], [1, 5]],
      [[5], [3, 1], [3, 5]],
    ] as const
  ).map(
    ([c, a, b]): OpCase => ({
      op: 'where',
      name: `where [${c.join()}] of [${a.join()}] and [${b.join()}]`,
      inputs: [truth(c), real(a), real(b)],
      build: (condition, x, y) => nn.where(condition!, x!, y!),
      twin: (condition, x, y) => {
        const both = zipNd(
          zipNd(x!, y!, (p) => p),
          condition!,
          (p) => p,
        );
        const others = zipNd(
          zipNd(x!, y!, (_, q) => q),
          condition!,
          (q) => q,
        );
        const chosen = zipNd(both, condition!, (p, t) => (t === 1 ? p : 0));
        const rest = zipNd(others, condition!, (q, t) => (t === 1 ? 0 : q));
        return zipNd(chosen, rest, (p, q) => p + q);
      },
    }),
  ),
  {
    op: 'where',
    name: 'where with plain numbers',
    inputs: [real([3, 5]), real([3, 5])],
    build: (x, y) => nn.add(nn.where(nn.greater(x!, 0), x!, 2), nn.where(nn.less(y!, 0), -1, y!)),
    differentiate: [0, 1],
    twin: (x, y) => zipNd(x!, y!, (a, b) => (a > 0 ? a : 2) + (b < 0 ? -1 : b)),
  },
  {
    op: 'cast',
    name: 'cast to whole numbers cuts towards zero',
    inputs: [real([3, 5], -4, 4)],
    build: (x) => nn.cast(x!, 'int64'),
    differentiate: [],
    twin: (x) => mapNd(x!, Math.trunc),
  },
  {
    op: 'cast',
    name: 'cast of truth values gives 0 and 1',
    inputs: [truth([3, 5])],
    build: (x) => nn.cast(x!, 'float32'),
    twin: (x) => x!,
  },
  {
    op: 'cast',
    name: 'cast through float64 passes the gradient',
    inputs: [real([3, 5])],
    build: (x) => nn.mul(nn.cast(nn.cast(x!, 'float64'), 'float32'), x!),
    twin: (x) => mapNd(x!, (v) => v * v),
  },
  {
    op: 'stopGradient',
    name: 'stopGradient holds a factor fixed',
    inputs: [real([3, 5]), real([3, 5])],
    build: (x, y) => nn.mul(x!, nn.stopGradient(nn.exp(y!))),
    differentiate: [0],
    twin: (x, y) => zipNd(x!, y!, (a, b) => a * Math.exp(b)),
  },
];
