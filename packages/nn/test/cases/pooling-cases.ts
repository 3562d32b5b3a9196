/** @file Cases of pooling: overlap, padding, ceil mode, ties, uneven grids, unpooling. */

import type { PoolOptions } from '@leukoscope/nn';
import * as nn from '@leukoscope/nn';
import { at, type Nd, ndOf, offsetOf, reduceNd } from '../harness/nd.ts';
import { type OpCase, real, whole } from '../harness/op-case.ts';

interface PoolWindow {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly ceil: boolean;
  readonly countPadding: boolean;
}

/** PyTorch's rule: ceil mode keeps a last window only if it starts inside the image or its first padding. */
function pooledExtent(extent: number, axis: 0 | 1, p: PoolWindow): number {
  const span = extent + 2 * p.padding[axis] - p.kernel[axis];
  const windows =
    (p.ceil ? Math.ceil(span / p.stride[axis]) : Math.floor(span / p.stride[axis])) + 1;
  const isLastOutside = (windows - 1) * p.stride[axis] >= extent + p.padding[axis];
  return p.ceil && isLastOutside ? windows - 1 : windows;
}

/** Visit the pixels of a window; also tells the window's area within image and padding. */
function poolNd(
  x: Nd,
  p: PoolWindow,
  fold: (pixels: readonly { value: number; flat: number }[], area: number) => number,
): Nd {
  const [n, c, height, width] = x.shape as [number, number, number, number];
  return ndOf([n, c, pooledExtent(height, 0, p), pooledExtent(width, 1, p)], ([b, k, i, j]) => {
    const [top, left] = [i! * p.stride[0] - p.padding[0], j! * p.stride[1] - p.padding[1]];
    const bottom = Math.min(top + p.kernel[0], height + p.padding[0]);
    const right = Math.min(left + p.kernel[1], width + p.padding[1]);
    const pixels: { value: number; flat: number }[] = [];
    for (let y = Math.max(top, 0); y < Math.min(bottom, height); y++) {
      for (let z = Math.max(left, 0); z < Math.min(right, width); z++) {
        const index = [b!, k!, y, z];
        pixels.push({ value: at(x, index), flat: offsetOf(x.shape, index) });
      }
    }
    return fold(pixels, (bottom - top) * (right - left));
  });
}

const largest = (pixels: readonly { value: number }[]) => Math.max(...pixels.map((p) => p.value));
const placeOfLargest = (pixels: readonly { value: number; flat: number }[]) =>
  pixels.find((p) => p.value === largest(pixels))!.flat;

type Shape4 = readonly [number, number, number, number];
type PoolRow = readonly [
  string,
  Shape4,
  Partial<PoolWindow> & { kernel: readonly [number, number] },
];

const poolRows: readonly PoolRow[] = [
  ['2x2', [2, 3, 4, 6], { kernel: [2, 2] }],
  ['3x2 tiles', [1, 2, 6, 4], { kernel: [3, 2] }],
  ['2x2 with a row over', [2, 2, 5, 5], { kernel: [2, 2] }],
  ['2x2, ceil', [1, 2, 5, 7], { kernel: [2, 2], ceil: true }],
  ['3x3, stride 2, padded', [2, 2, 7, 6], { kernel: [3, 3], stride: [2, 2], padding: [1, 1] }],
  ['3x3, stride 1, overlapping', [1, 2, 5, 5], { kernel: [3, 3], stride: [1, 1], padding: [1, 1] }],
  ['3x3, stride 2, ceil', [1, 2, 6, 8], { kernel: [3, 3], stride: [2, 2], ceil: true }],
  [
    '3x3, stride 2, padded, ceil',
    [1, 2, 6, 7],
    { kernel: [3, 3], stride: [2, 2], padding: [1, 1], ceil: true },
  ],
  [
    '2x2, stride 3, ceil starts no window outside',
    [1, 2, 6, 7],
    { kernel: [2, 2], stride: [3, 3], ceil: true },
  ],
  [
    '3x2, stride 1x2, padded 1x0',
    [1, 2, 5, 6],
    { kernel: [3, 2], stride: [1, 2], padding: [1, 0] },
  ],
];

const complete = ({ kernel, ...rest }: PoolRow[2]): PoolWindow => ({
  kernel,
  stride: rest.stride ?? kernel,
  padding: rest.padding ?? [0, 0],
  ceil: rest.ceil ?? false,
  countPadding: rest.countPadding ?? true,
});

const optionsOf = (p: PoolWindow): PoolOptions => ({
  stride: p.stride,
  padding: p.padding,
  ceil: p.ceil,
});

const maxPoolCases = poolRows.flatMap(([name, shape, partial]): OpCase[] => {
  const p = complete(partial);
  return [
    {
      op: 'maxPool',
      name: `maxPool ${name}`,
      inputs: [real(shape)],
      build: (x) => nn.maxPool(x!, p.kernel, optionsOf(p)),
      twin: (x) => poolNd(x!, p, largest),
    },
    {
      op: 'maxPoolIndices',
      name: `maxPoolWithIndices ${name}`,
      inputs: [real(shape)],
      build: (x) => nn.maxPoolWithIndices(x!, p.kernel, optionsOf(p)),
      twin: (x) => [poolNd(x!, p, largest), poolNd(x!, p, placeOfLargest)],
      // PyTorch counts indices within one image's channel.
      recorded: false,
    },
  ];
});

const averageCases = poolRows.flatMap(([name, shape, partial]): OpCase[] =>
  [true, false].map((countPadding) => {
    const p = { ...complete(partial), countPadding };
    return {
      op: 'averagePool',
      name: `averagePool ${name}${countPadding ? '' : ', padding not counted'}`,
      inputs: [real(shape)],
      build: (x) => nn.averagePool(x!, p.kernel, { ...optionsOf(p), countPadding }),
      twin: (x) =>
        poolNd(
          x!,
          p,
          (pixels, area) =>
            pixels.reduce((s, { value }) => s + value, 0) / (countPadding ? area : pixels.length),
        ),
    };
  }),
);

const sizes = (
  rows: readonly (readonly [Shape4, readonly [number, number]])[],
  make: (shape: Shape4, size: readonly [number, number]) => OpCase,
) => rows.map(([shape, size]) => make(shape, size));

function adaptiveNd(x: Nd, size: readonly [number, number]): Nd {
  const [n, c, height, width] = x.shape as [number, number, number, number];
  const from = (i: number, extent: number, cells: number) => Math.floor((i * extent) / cells);
  const to = (i: number, extent: number, cells: number) => Math.ceil(((i + 1) * extent) / cells);
  return ndOf([n, c, ...size], ([b, k, i, j]) => {
    let [total, count] = [0, 0];
    for (let y = from(i!, height, size[0]); y < to(i!, height, size[0]); y++) {
      for (let z = from(j!, width, size[1]); z < to(j!, width, size[1]); z++) {
        total += at(x, [b!, k!, y, z]);
        count += 1;
      }
    }
    return total / count;
  });
}

export const poolingCases: readonly OpCase[] = [
  ...maxPoolCases,
  {
    op: 'maxPool',
    name: 'maxPool of equals gives the first the gradient where windows overlap',
    inputs: [whole([1, 2, 5, 5], 0, 3)],
    build: (x) => nn.maxPool(x!, 3, { stride: 2, padding: 1 }),
    twin: (x) => poolNd(x!, complete({ kernel: [3, 3], stride: [2, 2], padding: [1, 1] }), largest),
    differentiate: [0],
    differences: false,
  },
  {
    op: 'maxUnpool',
    name: 'maxUnpool puts maxima back',
    inputs: [real([2, 2, 4, 6]), real([2, 2, 2, 3])],
    build: (x, y) => nn.maxUnpool(y!, nn.maxPoolWithIndices(x!, 2)[1], x!.shape),
    twin: (x, y) => {
      const places = poolNd(x!, complete({ kernel: [2, 2] }), placeOfLargest);
      const data = new Float64Array(x!.data.length);
      places.data.forEach((place, i) => {
        data[place] = y!.data[i]!;
      });
      return { shape: x!.shape, data };
    },
    differentiate: [1],
  },
  ...averageCases,
  {
    op: 'globalAveragePool',
    name: 'globalAveragePool',
    inputs: [real([2, 3, 5, 3])],
    build: (x) => nn.globalAveragePool(x!),
    twin: (x) => reduceNd(x!, [2, 3], false, (v) => v.reduce((s, y) => s + y, 0) / v.length),
  },
  ...sizes(
    [
      [
        [2, 2, 6, 4],
        [3, 2],
      ],
      [
        [1, 2, 7, 5],
        [3, 2],
      ],
      [
        [1, 2, 5, 7],
        [4, 7],
      ],
      [
        [1, 2, 3, 2],
        [5, 4],
      ],
      [
        [1, 3, 5, 4],
        [1, 1],
      ],
    ],
    (shape, size) => ({
      op: 'adaptiveAveragePool',
      name: `adaptiveAveragePool [${shape.slice(2).join()}] to [${size.join()}]`,
      inputs: [real(shape)],
      build: (x) => nn.adaptiveAveragePool(x!, size),
      twin: (x) => adaptiveNd(x!, size),
    }),
  ),
  {
    op: 'blockSum',
    name: 'blockSum',
    inputs: [real([2, 2, 4, 9])],
    build: (x) => nn.blockSum(x!, [2, 3]),
    twin: (x) =>
      poolNd(x!, complete({ kernel: [2, 3] }), (pixels) =>
        pixels.reduce((s, { value }) => s + value, 0),
      ),
    recorded: false,
  },
];
