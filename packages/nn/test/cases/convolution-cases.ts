/**
 * @file Cases of convolutions. Together they reach every formulation of both gradients: pointwise,
 * gathered taps (few channels), products tap by tap (16 channels and more), depthwise, grouped;
 * flipped weights and ConvTranspose for the image.
 */

import type { Tensor } from '@leukoscope/nn';
import {
  type ConvTransposeOptions,
  conv2d,
  convTranspose2d,
  gradients,
  input,
  mul,
  sum,
} from '@leukoscope/nn';
import { at, atOrZero, type Nd, ndOf } from '../harness/nd.ts';
import { type OpCase, real } from '../harness/op-case.ts';

interface Window {
  readonly stride: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly padding: readonly [number, number, number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

const plain: Window = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 };

/** y[n, o, i, j] = b[o] + Σ x̂[n, c, i s + k d - p] w[o, c, k], written as loops. */
function convNd(x: Nd, w: Nd, bias: Nd | undefined, window: Window): Nd {
  const { stride, padding, dilation, groups } = window;
  const [n, channels, height, width] = x.shape as [number, number, number, number];
  const [o, perGroup, kh, kw] = w.shape as [number, number, number, number];
  const extent = (size: number, k: number, axis: 0 | 1) =>
    Math.floor(
      (size + padding[axis] + padding[axis === 0 ? 2 : 3] - dilation[axis] * (k - 1) - 1) /
        stride[axis],
    ) + 1;
  return ndOf([n, o, extent(height, kh, 0), extent(width, kw, 1)], ([b, oc, y, xx]) => {
    const firstChannel = Math.floor(oc! / (o / groups)) * perGroup;
    let total = bias === undefined ? 0 : bias.data[oc!]!;
    for (let c = 0; c < perGroup; c++) {
      for (let i = 0; i < kh; i++) {
        for (let j = 0; j < kw; j++) {
          const row = y! * stride[0] + i * dilation[0] - padding[0];
          const column = xx! * stride[1] + j * dilation[1] - padding[1];
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          const plane = b! * channels + firstChannel + c;
          const pixel = x.data[(plane * height + row) * width + column]!;
          total += pixel * w.data[((oc! * perGroup + c) * kh + i) * kw + j]!;
        }
      }
    }
    return total;
  });
}

/** Every x pixel is spread over a window of y. */
function convTransposeNd(
  x: Nd,
  w: Nd,
  bias: Nd | undefined,
  window: Window,
  extra: readonly [number, number],
): Nd {
  const { stride, padding, dilation, groups } = window;
  const [n, c, height, width] = x.shape as [number, number, number, number];
  const [, perGroup, kh, kw] = w.shape as [number, number, number, number];
  const size = [
    (height - 1) * stride[0] - padding[0] - padding[2] + dilation[0] * (kh - 1) + 1 + extra[0],
    (width - 1) * stride[1] - padding[1] - padding[3] + dilation[1] * (kw - 1) + 1 + extra[1],
  ];
  const channelsPerGroup = c / groups;
  return ndOf([n, perGroup * groups, ...size], ([b, oc, y, xx]) => {
    const group = Math.floor(oc! / perGroup);
    let total = bias === undefined ? 0 : bias.data[oc!]!;
    for (let k = 0; k < channelsPerGroup; k++) {
      const channel = group * channelsPerGroup + k;
      for (let i = 0; i < kh; i++) {
        for (let j = 0; j < kw; j++) {
          // y = s row + i d - p, solved for the row
          const row = (y! + padding[0] - i * dilation[0]) / stride[0];
          const column = (xx! + padding[1] - j * dilation[1]) / stride[1];
          if (!Number.isInteger(row) || !Number.isInteger(column)) continue;
          total += atOrZero(x, [b!, channel, row, column]) * at(w, [channel, oc! % perGroup, i, j]);
        }
      }
    }
    return total;
  });
}

type Shape4 = readonly [number, number, number, number];
type Row = readonly [name: string, x: Shape4, w: Shape4, window?: Partial<Window>, bias?: boolean];

const rows: readonly Row[] = [
  ['1x1', [2, 5, 3, 4], [3, 5, 1, 1]],
  ['1x1, one image, with bias', [1, 5, 3, 4], [3, 5, 1, 1], {}, true],
  ['1x1, stride 2 on odd sizes', [2, 3, 5, 6], [4, 3, 1, 1], { stride: [2, 2] }],
  ['1x1, stride 3 and 2', [2, 3, 7, 5], [2, 3, 1, 1], { stride: [3, 2] }],
  ['1x1, padded', [2, 3, 3, 2], [2, 3, 1, 1], { padding: [1, 1, 1, 1] }],
  ['3x3, with bias', [2, 3, 5, 4], [4, 3, 3, 3], { padding: [1, 1, 1, 1] }, true],
  ['3x3, no padding', [2, 3, 5, 4], [2, 3, 3, 3]],
  ['3x3, one image', [1, 2, 4, 5], [3, 2, 3, 3], { padding: [1, 1, 1, 1] }],
  ['3x3, 16 channels, tap by tap', [2, 16, 4, 3], [2, 16, 3, 3], { padding: [1, 1, 1, 1] }],
  [
    '3x3, 17 channels, one image, stride 2',
    [1, 17, 5, 5],
    [2, 17, 3, 3],
    { padding: [1, 1, 1, 1], stride: [2, 2] },
  ],
  [
    '3x3, stride 2 on odd sizes',
    [2, 3, 7, 5],
    [3, 3, 3, 3],
    { padding: [1, 1, 1, 1], stride: [2, 2] },
  ],
  [
    '3x3, stride 2 on even sizes leaves a row over',
    [2, 3, 6, 8],
    [2, 3, 3, 3],
    { padding: [1, 1, 1, 1], stride: [2, 2] },
  ],
  ['3x3, stride 2 and 1', [1, 3, 6, 5], [2, 3, 3, 3], { padding: [1, 0, 1, 0], stride: [2, 1] }],
  ['3x3, dilated', [2, 3, 7, 6], [2, 3, 3, 3], { padding: [2, 2, 2, 2], dilation: [2, 2] }],
  [
    '3x3, dilated differently',
    [1, 3, 8, 6],
    [2, 3, 3, 3],
    { padding: [3, 1, 3, 1], dilation: [3, 1] },
  ],
  [
    '3x3, dilated and strided',
    [1, 3, 9, 8],
    [2, 3, 3, 3],
    { padding: [2, 2, 2, 2], dilation: [2, 2], stride: [2, 2] },
  ],
  [
    '3x3, 16 channels, dilated',
    [1, 16, 5, 5],
    [2, 16, 3, 3],
    { padding: [2, 2, 2, 2], dilation: [2, 2] },
  ],
  ['3x3, padded differently on each side', [2, 3, 4, 5], [2, 3, 3, 3], { padding: [0, 2, 1, 1] }],
  [
    '3x3, padded more than the kernel reaches',
    [1, 2, 3, 4],
    [2, 2, 3, 3],
    { padding: [3, 3, 3, 3] },
  ],
  ['1x5', [2, 3, 4, 6], [2, 3, 1, 5], { padding: [0, 2, 0, 2] }],
  ['4x2', [2, 3, 6, 5], [2, 3, 4, 2], { stride: [2, 1] }],
  ['5x5, 20 channels', [1, 20, 5, 6], [1, 20, 5, 5], { padding: [2, 2, 2, 2] }],
  ['7x7 stem, stride 2', [2, 3, 10, 9], [2, 3, 7, 7], { padding: [3, 3, 3, 3], stride: [2, 2] }],
  ['grouped', [2, 4, 4, 5], [6, 2, 3, 3], { padding: [1, 1, 1, 1], groups: 2 }, true],
  [
    'grouped, strided',
    [1, 6, 5, 5],
    [3, 2, 3, 3],
    { padding: [1, 1, 1, 1], groups: 3, stride: [2, 2] },
  ],
  ['grouped 1x1', [2, 4, 3, 3], [4, 2, 1, 1], { groups: 2 }],
  ['depthwise', [2, 3, 5, 4], [3, 1, 3, 3], { padding: [1, 1, 1, 1], groups: 3 }],
  ['depthwise, one image', [1, 5, 4, 4], [5, 1, 3, 3], { padding: [1, 1, 1, 1], groups: 5 }],
  [
    'depthwise, stride 2 with a row over',
    [2, 3, 6, 7],
    [3, 1, 3, 3],
    { padding: [1, 1, 1, 1], groups: 3, stride: [2, 2] },
  ],
  [
    'depthwise, dilated',
    [2, 3, 7, 7],
    [3, 1, 3, 3],
    { padding: [2, 2, 2, 2], groups: 3, dilation: [2, 2] },
  ],
  ['depthwise 5x5', [1, 3, 6, 6], [3, 1, 5, 5], { padding: [2, 2, 2, 2], groups: 3 }],
  [
    'depthwise with two outputs a channel',
    [2, 3, 4, 5],
    [6, 1, 3, 3],
    { padding: [1, 1, 1, 1], groups: 3 },
  ],
  ['one channel to one', [2, 1, 5, 5], [1, 1, 3, 3], { padding: [1, 1, 1, 1] }],
];

type TransposeRow = readonly [...Row, extra?: readonly [number, number]];

const transposeRows: readonly TransposeRow[] = [
  ['2x2, stride 2', [2, 3, 3, 4], [3, 2, 2, 2], { stride: [2, 2] }, true],
  ['3x3, stride 1', [2, 3, 4, 4], [3, 2, 3, 3], { padding: [1, 1, 1, 1] }],
  [
    '3x3, stride 2, output padding',
    [1, 3, 3, 4],
    [3, 2, 3, 3],
    { stride: [2, 2], padding: [1, 1, 1, 1] },
    true,
    [1, 1],
  ],
  ['4x4, stride 2', [2, 2, 3, 3], [2, 3, 4, 4], { stride: [2, 2], padding: [1, 1, 1, 1] }],
  [
    '3x3, stride 3 and 2, output padding 2 and 0',
    [1, 2, 2, 3],
    [2, 2, 3, 3],
    { stride: [3, 2] },
    false,
    [2, 0],
  ],
  ['3x3, dilated', [1, 2, 4, 4], [2, 2, 3, 3], { dilation: [2, 2], padding: [1, 1, 1, 1] }],
  ['grouped', [1, 4, 3, 3], [4, 1, 3, 3], { stride: [2, 2], groups: 2 }],
  ['many channels', [1, 16, 3, 3], [16, 2, 2, 2], { stride: [2, 2] }],
];

const torchOptions = (window: Window) => ({
  stride: window.stride,
  padding: window.padding,
  dilation: window.dilation,
  groups: window.groups,
});

const inputsOf = (x: Shape4, w: Shape4, bias: number | undefined) => [
  real(x),
  real(w),
  ...(bias === undefined ? [] : [real([bias])]),
];

/** Ask for the first gradient's value as an output, so that its own gradient can be checked. */
function imageGradient(x: Tensor, w: Tensor, options: ConvTransposeOptions): Tensor {
  const y = conv2d(x, w, options);
  // L = Σ y²/2 makes dL/dx depend on x and w, through both gradient ops.
  return gradients(mul(sum(mul(y, y)), 0.5), [x])[0]!;
}

export const convolutionCases: readonly OpCase[] = [
  ...rows.map(([name, x, w, partial = {}, hasBias = false]): OpCase => {
    const window: Window = { ...plain, ...partial };
    return {
      op: 'conv2d',
      name: `conv ${name}`,
      inputs: inputsOf(x, w, hasBias ? w[0] : undefined),
      build: (image, weights, bias) => conv2d(image!, weights!, { ...torchOptions(window), bias }),
      twin: (image, weights, bias) => convNd(image!, weights!, bias, window),
    };
  }),
  ...transposeRows.map(([name, x, w, partial = {}, hasBias = false, extra = [0, 0]]): OpCase => {
    const window: Window = { ...plain, ...partial };
    return {
      op: 'conv2dInputGradient',
      name: `transposed conv ${name}`,
      inputs: inputsOf(x, w, hasBias ? w[1] * window.groups : undefined),
      build: (image, weights, bias) =>
        convTranspose2d(image!, weights!, { ...torchOptions(window), bias, outputPadding: extra }),
      twin: (image, weights, bias) => convTransposeNd(image!, weights!, bias, window, extra),
    };
  }),
  {
    op: 'conv2dInputGradient',
    name: 'gradient of a gradient',
    inputs: [real([1, 2, 4, 4]), real([3, 2, 3, 3])],
    build: (x, w) => imageGradient(x!, w!, { padding: 1 }),
    twin: (x, w) => {
      const window: Window = { ...plain, padding: [1, 1, 1, 1] };
      // d/dx Σ y²/2 = convᵀ(y)
      return convTransposeNd(convNd(x!, w!, undefined, window), w!, undefined, window, [0, 0]);
    },
    recorded: false,
  },
  {
    op: 'conv2dWeightGradient',
    name: 'weight gradient as a value',
    inputs: [real([2, 3, 5, 4]), real([2, 2, 3, 3], -1, 1)],
    build: (x, g) => {
      const w = input('unused', [2, 3, 3, 2]);
      return gradients(sum(mul(conv2d(x!, w), g!)), [w])[0]!;
    },
    twin: (x, g) =>
      ndOf([2, 3, 3, 2], ([o, c, i, j]) => {
        let total = 0;
        for (let n = 0; n < 2; n++) {
          for (let y = 0; y < 3; y++) {
            for (let z = 0; z < 3; z++)
              total += at(g!, [n, o!, y, z]) * at(x!, [n, c!, y + i!, z + j!]);
          }
        }
        return total;
      }),
    recorded: false,
  },
];
