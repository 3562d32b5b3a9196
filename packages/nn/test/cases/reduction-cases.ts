/** @file Cases of reductions, matrix products, gather, scatter and choosing. */

import type { Tensor } from '@leukoscope/nn';
import * as nn from '@leukoscope/nn';
import { mapNd, matmulNd, type Nd, reduceNd, swapLastNd, zipNd } from '../harness/nd.ts';
import { fixed, index, type OpCase, real, whole } from '../harness/op-case.ts';

type Reduce = (x: Tensor, axes?: readonly number[], keepDims?: boolean) => Tensor;
type Fold = (values: readonly number[]) => number;

const total: Fold = (values) => values.reduce((sum, v) => sum + v, 0);
const reductions: readonly (readonly [OpCase['op'], string, Reduce, Fold])[] = [
  ['reduceSum', 'sum', nn.sum, total],
  ['reduceMean', 'mean', nn.mean, (values) => total(values) / values.length],
  ['reduceMax', 'max', nn.max, (values) => Math.max(...values)],
  ['reduceMin', 'min', nn.min, (values) => Math.min(...values)],
];

const axesOf: readonly (readonly [readonly number[], boolean])[] = [
  [[0, 1, 2], false],
  [[1], false],
  [[0, 2], true],
  [[2], true],
];

const reductionRows = reductions.flatMap(([op, name, build, exact]) =>
  axesOf.map(
    ([axes, keepDims]): OpCase => ({
      op,
      name: `${name} over [${axes.join()}]${keepDims ? ', kept' : ''}`,
      inputs: [real([2, 3, 5])],
      build: (x) => build(x!, axes, keepDims),
      twin: (x) => reduceNd(x!, axes, keepDims, exact),
    }),
  ),
);

const argRows = (
  [
    ['argMax', nn.argMax, Math.max],
    ['argMin', nn.argMin, Math.min],
  ] as const
).flatMap(([op, build, extreme]) =>
  ([0, 1] as const).map(
    (axis): OpCase => ({
      op,
      name: `${op} along ${axis} takes the first of equals`,
      inputs: [whole([4, 5], 0, 4)],
      build: (x) => build(x!, axis, axis === 1),
      twin: (x) => reduceNd(x!, [axis], axis === 1, (v) => v.indexOf(extreme(...v))),
    }),
  ),
);

const products: readonly (readonly [readonly number[], readonly number[], boolean, boolean])[] = [
  [[3, 5], [5, 4], false, false],
  [[5, 3], [5, 4], true, false],
  [[3, 5], [4, 5], false, true],
  [[5, 3], [4, 5], true, true],
  [[2, 3, 4], [2, 4, 3], false, false],
  [[3, 4], [2, 4, 3], false, false],
  [[2, 4, 3], [3, 4], true, true],
  [[2, 1, 3, 2], [1, 3, 2, 3], false, false],
  [[2, 1, 2, 3], [3, 3, 2], true, true],
];

/** Walk all elements of y, adding each where the index array says along an axis. */
function scatterNd1(
  x: Nd,
  places: readonly number[],
  updates: readonly number[],
  put: (old: number, value: number) => number,
): Nd {
  const data = x.data.slice();
  places.forEach((place, i) => {
    data[place] = put(data[place]!, updates[i]!);
  });
  return { shape: x.shape, data };
}

const puts = {
  none: (_old: number, value: number) => value,
  add: (old: number, value: number) => old + value,
  max: (old: number, value: number) => Math.max(old, value),
} as const;

/** Flat places that scatterElements([4, 3], indices [2, 3], axis 0) writes: row from the index, own column. */
const rowPlaces = (indices: Nd) => Array.from(indices.data, (row, i) => row * 3 + (i % 3));
/** As above for axis 1 and indices [4, 2]: own row, column from the index. */
const columnPlaces = (indices: Nd) =>
  Array.from(indices.data, (column, i) => Math.floor(i / 2) * 3 + column);

const different = fixed('int64', [2, 3], [0, 3, 1, 2, 1, 3]);
const repeated = fixed('int64', [2, 3], [0, 3, 1, 0, 3, 3]);

export const reductionCases: readonly OpCase[] = [
  ...reductionRows,
  {
    op: 'reduceSum',
    name: 'sum over all by default, and of whole numbers',
    inputs: [index([3, 4], -5, 6)],
    build: (x) => nn.sum(x!),
    twin: (x) => reduceNd(x!, [0, 1], false, total),
  },
  ...(
    [
      ['reduceMax', nn.max, Math.max],
      ['reduceMin', nn.min, Math.min],
    ] as const
  ).map(
    ([op, build, extreme]): OpCase => ({
      op,
      name: `${op} shares the gradient among equals`,
      inputs: [whole([3, 7], 0, 3)],
      build: (x) => build(x!, [1]),
      twin: (x) => reduceNd(x!, [1], false, (v) => extreme(...v)),
      differentiate: [0],
      differences: false,
    }),
  ),
  ...argRows,
  ...products.map(
    ([a, b, transposeA, transposeB]): OpCase => ({
      op: 'matmul',
      name: `matmul [${a.join()}]${transposeA ? 'T' : ''} x [${b.join()}]${transposeB ? 'T' : ''}`,
      inputs: [real(a), real(b)],
      build: (x, y) => nn.matmul(x!, y!, { transposeA, transposeB }),
      twin: (x, y) => matmulNd(transposeA ? swapLastNd(x!) : x!, transposeB ? swapLastNd(y!) : y!),
    }),
  ),
  {
    op: 'gather',
    name: 'gather rows, some twice',
    inputs: [real([4, 3]), fixed('int64', [5], [3, 0, 0, 2, 3])],
    build: (x, i) => nn.gather(x!, i!),
    twin: (x, i) => gatherNd(x!, i!, 0),
  },
  {
    op: 'gather',
    name: 'gather with a table of indices',
    inputs: [real([4, 2, 3]), index([2, 3], 0, 4)],
    build: (x, i) => nn.gather(x!, i!),
    twin: (x, i) => gatherNd(x!, i!, 0),
  },
  {
    op: 'gather',
    name: 'gather one row',
    inputs: [real([4, 3]), fixed('int64', [], [2])],
    build: (x, i) => nn.gather(x!, i!),
    twin: (x, i) => gatherNd(x!, i!, 0),
  },
  {
    op: 'gather',
    name: 'gather along an inner axis',
    inputs: [real([2, 4, 3]), fixed('int64', [2, 2], [3, 1, 1, 0])],
    build: (x, i) => nn.gather(x!, i!, 1),
    twin: (x, i) => gatherNd(x!, i!, 1),
  },
  {
    op: 'gather',
    name: 'gather along the last axis',
    inputs: [real([2, 3]), fixed('int64', [4], [2, 0, 0, 1])],
    build: (x, i) => nn.gather(x!, i!, -1),
    twin: (x, i) => gatherNd(x!, i!, 1),
  },
  {
    op: 'gatherElements',
    name: 'gatherElements along 0',
    inputs: [real([4, 3]), repeated],
    build: (x, i) => nn.gatherElements(x!, i!, 0),
    twin: (x, i) => ({
      shape: [2, 3],
      data: Float64Array.from(rowPlaces(i!), (place) => x!.data[place]!),
    }),
  },
  {
    op: 'gatherElements',
    name: 'gatherElements along 1',
    inputs: [real([4, 3]), index([4, 2], 0, 3)],
    build: (x, i) => nn.gatherElements(x!, i!, 1),
    twin: (x, i) => ({
      shape: [4, 2],
      data: Float64Array.from(columnPlaces(i!), (place) => x!.data[place]!),
    }),
  },
  {
    op: 'scatterElements',
    name: 'scatterElements replaces',
    inputs: [real([4, 3]), different, real([2, 3])],
    build: (x, i, u) => nn.scatterElements(x!, i!, u!, 0),
    twin: (x, i, u) => scatterNd1(x!, rowPlaces(i!), [...u!.data], puts.none),
  },
  {
    op: 'scatterElements',
    name: 'scatterElements adds, some twice',
    inputs: [real([4, 3]), repeated, real([2, 3])],
    build: (x, i, u) => nn.scatterElements(x!, i!, u!, 0, 'add'),
    twin: (x, i, u) => scatterNd1(x!, rowPlaces(i!), [...u!.data], puts.add),
  },
  {
    op: 'scatterElements',
    name: 'scatterElements adds along 1',
    inputs: [real([4, 3]), index([4, 2], 0, 3), real([4, 2])],
    build: (x, i, u) => nn.scatterElements(x!, i!, u!, 1, 'add'),
    twin: (x, i, u) => scatterNd1(x!, columnPlaces(i!), [...u!.data], puts.add),
  },
  {
    op: 'scatterElements',
    name: 'scatterElements takes the largest',
    inputs: [real([4, 3]), repeated, real([2, 3])],
    build: (x, i, u) => nn.scatterElements(x!, i!, u!, 0, 'max'),
    twin: (x, i, u) => scatterNd1(x!, rowPlaces(i!), [...u!.data], puts.max),
    differentiate: [],
  },
  ...(['none', 'add', 'max'] as const).map(
    (mode): OpCase => ({
      op: 'scatterNd',
      name: `scatterNd of rows, ${mode}`,
      inputs: [
        real([4, 3]),
        fixed('int64', [3, 1], mode === 'none' ? [2, 0, 3] : [2, 0, 2]),
        real([3, 3]),
      ],
      build: (x, i, u) => nn.scatterNd(x!, i!, u!, mode),
      twin: (x, i, u) => {
        const places = Array.from(i!.data).flatMap((row) => [0, 1, 2].map((c) => row * 3 + c));
        return scatterNd1(x!, places, [...u!.data], puts[mode]);
      },
      recorded: false,
    }),
  ),
  {
    op: 'scatterNd',
    name: 'scatterNd of single elements',
    inputs: [real([4, 3]), fixed('int64', [2, 2], [3, 1, 0, 2]), real([2])],
    build: (x, i, u) => nn.scatterNd(x!, i!, u!),
    twin: (x, _i, u) => scatterNd1(x!, [3 * 3 + 1, 0 * 3 + 2], [...u!.data], puts.none),
    recorded: false,
  },
  {
    op: 'oneHot',
    name: 'oneHot gives no 1 for an index outside',
    inputs: [fixed('int64', [2, 3], [0, 4, 2, -1, 5, 1])],
    build: (i) => nn.oneHot(i!, 5),
    twin: (i) => zipNd({ shape: [2, 3, 1], data: i!.data }, countTo(5), (a, b) => Number(a === b)),
    recorded: false,
  },
  ...(
    [
      [[7], 3, 0],
      [[3, 5], 2, 1],
      [[5, 3], 5, 0],
      [[2, 4, 3], 2, 1],
    ] as const
  ).map(
    ([shape, count, axis]): OpCase => ({
      op: 'topK',
      name: `topK ${count} of [${shape.join()}] along ${axis}`,
      inputs: [real(shape)],
      build: (x) => nn.topK(x!, count, axis),
      twin: (x) => topNd(x!, count, axis),
    }),
  ),
  {
    op: 'topK',
    name: 'topK takes the first of equals first',
    inputs: [whole([9], 0, 3)],
    build: (x) => nn.topK(x!, 6),
    twin: (x) => topNd(x!, 6, 0),
    differentiate: [],
    recorded: false,
  },
];

function countTo(n: number): Nd {
  return { shape: [n], data: Float64Array.from({ length: n }, (_, i) => i) };
}

function gatherNd(x: Nd, indices: Nd, axis: number): Nd {
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const product = (list: readonly number[]) => list.reduce((p, n) => p * n, 1);
  const inner = product(after);
  const data: number[] = [];
  for (let b = 0; b < product(before); b++) {
    for (const i of indices.data) {
      const start = (b * x.shape[axis]! + i) * inner;
      for (let k = 0; k < inner; k++) data.push(x.data[start + k]!);
    }
  }
  return { shape: [...before, ...indices.shape, ...after], data: Float64Array.from(data) };
}

function topNd(x: Nd, count: number, axis: number): readonly [Nd, Nd] {
  const pick = (rank: number, wanted: 'value' | 'place') =>
    reduceNd(x, [axis], true, (v) => {
      const order = v.map((_, i) => i).sort((a, b) => v[b]! - v[a]! || a - b);
      return wanted === 'value' ? v[order[rank]!]! : order[rank]!;
    });
  const join = (wanted: 'value' | 'place'): Nd => {
    const ranks = Array.from({ length: count }, (_, rank) => pick(rank, wanted));
    const shape = x.shape.with(axis, count);
    const inner = x.shape.slice(axis + 1).reduce((p, n) => p * n, 1);
    const outer = x.shape.slice(0, axis).reduce((p, n) => p * n, 1);
    const data: number[] = [];
    for (let o = 0; o < outer; o++) {
      for (const rank of ranks) {
        for (let k = 0; k < inner; k++) data.push(rank.data[o * inner + k]!);
      }
    }
    return { shape, data: Float64Array.from(data) };
  };
  return [join('value'), mapNd(join('place'), (v) => v)];
}
