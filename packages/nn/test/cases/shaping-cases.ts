/** @file Cases of moving values: reshape, transpose, slice, pad, concat, split, flip, repeat. */
import * as nn from '@leukoscope/nn';
import { at, broadcastAt, type Nd, ndOf, reshapeNd, transposeNd, zipNd } from '../harness/nd.ts';
import { type OpCase, real, whole } from '../harness/op-case.ts';

type List = readonly number[];

const sliceNd = (x: Nd, starts: List, ends: List, steps: List): Nd => {
  const shape = x.shape.map((_, a) => Math.ceil((ends[a]! - starts[a]!) / steps[a]!));
  return ndOf(shape, (index) =>
    at(
      x,
      index.map((i, a) => starts[a]! + i * steps[a]!),
    ),
  );
};

const padNd = (
  x: Nd,
  before: List,
  after: List,
  source: (i: number, extent: number) => number | undefined,
  value: number,
): Nd =>
  ndOf(
    x.shape.map((extent, a) => extent + before[a]! + after[a]!),
    (index) => {
      const from = index.map((i, a) => source(i - before[a]!, x.shape[a]!));
      return from.every((i) => i !== undefined) ? at(x, from as number[]) : value;
    },
  );

const onlyInside = (i: number, extent: number) => (i >= 0 && i < extent ? i : undefined);
const nearestInside = (i: number, extent: number) => Math.min(Math.max(i, 0), extent - 1);
const mirrored = (i: number, extent: number) => {
  if (i < 0) return -i;
  return i >= extent ? 2 * (extent - 1) - i : i;
};

const slices: readonly (readonly [List, List, List, List])[] = [
  [
    [5, 7],
    [1, 2],
    [4, 7],
    [1, 1],
  ],
  [
    [5, 7],
    [0, 1],
    [5, 7],
    [2, 3],
  ],
  [
    [5, 7],
    [1, 0],
    [5, 6],
    [3, 4],
  ],
  [
    [2, 5, 7],
    [1, 0, 3],
    [2, 5, 4],
    [1, 4, 1],
  ],
  [[7], [0], [7], [5]],
];

const concatNd = (axis: number, parts: readonly Nd[]): Nd => {
  const total = parts.reduce((sum, p) => sum + p.shape[axis]!, 0);
  const shape = parts[0]!.shape.map((extent, a) => (a === axis ? total : extent));
  return ndOf(shape, (index) => {
    let i = index[axis]!;
    for (const part of parts) {
      if (i < part.shape[axis]!) return at(part, index.with(axis, i));
      i -= part.shape[axis]!;
    }
    return Number.NaN;
  });
};

export const shapingCases: readonly OpCase[] = [
  {
    op: 'reshape',
    name: 'reshape with one extent left open',
    inputs: [real([2, 3, 5])],
    build: (x) => nn.mul(nn.reshape(x!, [5, -1]), 2),
    twin: (x) =>
      zipNd(reshapeNd(x!, [5, 6]), { shape: [], data: Float64Array.of(2) }, (a, b) => a * b),
  },
  {
    op: 'reshape',
    name: 'reshape to a vector',
    inputs: [real([2, 3, 5])],
    build: (x) => nn.reshape(x!, [-1]),
    twin: (x) => reshapeNd(x!, [30]),
  },
  ...(
    [
      [
        [3, 5],
        [1, 0],
      ],
      [
        [2, 3, 5],
        [2, 0, 1],
      ],
      [
        [2, 3, 2, 5],
        [0, 2, 3, 1],
      ],
      [
        [2, 3, 2, 5],
        [3, 1, 0, 2],
      ],
    ] as const
  ).map(
    ([shape, order]): OpCase => ({
      op: 'transpose',
      name: `transpose [${shape.join()}] by [${order.join()}]`,
      inputs: [real(shape)],
      build: (x) => nn.transpose(x!, order),
      twin: (x) => transposeNd(x!, order),
    }),
  ),
  ...slices.map(
    ([shape, starts, ends, steps]): OpCase => ({
      op: 'slice',
      name: `slice [${shape.join()}] from [${starts.join()}] to [${ends.join()}] by [${steps.join()}]`,
      inputs: [real(shape)],
      build: (x) => nn.slice(x!, starts, ends, steps),
      twin: (x) => sliceNd(x!, starts, ends, steps),
    }),
  ),
  {
    op: 'slice',
    name: 'sliceAxis counts axes from the end',
    inputs: [real([3, 7])],
    build: (x) => nn.sliceAxis(x!, -1, 1, 6, 2),
    twin: (x) => sliceNd(x!, [0, 1], [3, 6], [1, 2]),
  },
  {
    op: 'pad',
    name: 'pad with a value',
    inputs: [real([2, 3, 5])],
    build: (x) => nn.pad(x!, [0, 1, 2], [1, 0, 3], { value: 0.5 }),
    twin: (x) => padNd(x!, [0, 1, 2], [1, 0, 3], onlyInside, 0.5),
  },
  {
    op: 'pad',
    name: 'pad with zeros',
    inputs: [real([3, 5])],
    build: (x) => nn.pad(x!, [2, 0], [0, 1]),
    twin: (x) => padNd(x!, [2, 0], [0, 1], onlyInside, 0),
  },
  {
    op: 'pad',
    name: 'pad by mirroring',
    inputs: [real([1, 2, 4, 5])],
    build: (x) => nn.pad(x!, [0, 0, 2, 1], [0, 0, 1, 3], { mode: 'reflect' }),
    twin: (x) => padNd(x!, [0, 0, 2, 1], [0, 0, 1, 3], mirrored, 0),
    differentiate: [],
  },
  {
    op: 'pad',
    name: 'pad by repeating the edge',
    inputs: [real([1, 2, 4, 5])],
    build: (x) => nn.pad(x!, [0, 0, 2, 1], [0, 0, 1, 3], { mode: 'edge' }),
    twin: (x) => padNd(x!, [0, 0, 2, 1], [0, 0, 1, 3], nearestInside, 0),
    differentiate: [],
  },
  ...([0, 1, -1] as const).map((axis): OpCase => {
    const at2 = axis < 0 ? 2 : axis;
    const shapes = [2, 1, 3].map((extent) => [2, 3, 3].with(at2, extent));
    return {
      op: 'concat',
      name: `concat along ${axis}`,
      inputs: shapes.map((shape) => real(shape)),
      build: (...parts) => nn.concat(parts, axis),
      twin: (...parts) => concatNd(at2, parts),
    };
  }),
  ...([0, 1] as const).map(
    (axis): OpCase => ({
      op: 'split',
      name: `split along ${axis}`,
      inputs: [real([6, 6])],
      build: (x) => nn.split(x!, [1, 3, 2], axis),
      twin: (x) =>
        [
          [0, 1],
          [1, 4],
          [4, 6],
        ].map(([from, to]) =>
          sliceNd(x!, [0, 0].with(axis, from!), [6, 6].with(axis, to!), [1, 1]),
        ),
    }),
  ),
  {
    op: 'split',
    name: 'split of which only a part is used',
    inputs: [real([3, 6])],
    build: (x) => nn.split(x!, [1, 3, 2], -1)[1]!,
    twin: (x) => sliceNd(x!, [0, 1], [3, 4], [1, 1]),
  },
  ...([0, 1] as const).map(
    (axis): OpCase => ({
      op: 'flip',
      name: `flip axis ${axis}`,
      inputs: [real([3, 5])],
      build: (x) => nn.flip(x!, axis),
      twin: (x) => ndOf(x!.shape, (i) => at(x!, i.with(axis, x!.shape[axis]! - 1 - i[axis]!))),
    }),
  ),
  ...(
    [
      [
        [3, 1],
        [3, 5],
      ],
      [[5], [2, 3, 5]],
      [[], [3, 2]],
      [
        [1, 3, 1],
        [2, 3, 5],
      ],
    ] as const
  ).map(
    ([from, to]): OpCase => ({
      op: 'broadcastTo',
      name: `broadcastTo [${from.join()}] to [${to.join()}]`,
      inputs: [real(from)],
      build: (x) => nn.broadcastTo(x!, to),
      twin: (x) => ndOf(to, (i) => broadcastAt(x!, i)),
    }),
  ),
  {
    op: 'fitImage',
    name: 'fitImage cuts one axis and pads the other',
    inputs: [real([1, 2, 5, 4])],
    build: (x) => nn.fitImage(x!, [3, 6]),
    twin: (x) =>
      padNd(
        sliceNd(x!, [0, 0, 0, 0], [1, 2, 3, 4], [1, 1, 1, 1]),
        [0, 0, 0, 0],
        [0, 0, 0, 2],
        onlyInside,
        0,
      ),
  },
  {
    op: 'pad',
    name: 'pad of whole numbers',
    inputs: [whole([2, 3], -3, 4)],
    build: (x) => nn.pad(nn.cast(x!, 'int64'), [1, 0], [0, 1], { value: 7 }),
    twin: (x) => padNd(x!, [1, 0], [0, 1], onlyInside, 7),
    differentiate: [],
  },
];
