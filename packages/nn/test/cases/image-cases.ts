/** @file Cases of resizing, norms, RoIAlign and suppression of boxes. */

import type { Tensor } from '@leukoscope/nn';
import * as nn from '@leukoscope/nn';
import { at, atOrZero, mapNd, type Nd, ndOf, reduceNd, reshapeNd, zipNd } from '../harness/nd.ts';
import { fixed, type OpCase, real } from '../harness/op-case.ts';

type Shape4 = readonly [number, number, number, number];

const sizes = (
  rows: readonly (readonly [Shape4, readonly [number, number]])[],
  make: (shape: Shape4, size: readonly [number, number]) => OpCase,
) => rows.map(([shape, size]) => make(shape, size));

/** Bilinear: half-pixel centres, or corners aligned. */
function bilinearNd(x: Nd, size: readonly [number, number], alignCorners: boolean): Nd {
  const source = (i: number, from: number, to: number) => {
    if (alignCorners) return to === 1 ? 0 : (i * (from - 1)) / (to - 1);
    return Math.min(Math.max(0, ((i + 0.5) * from) / to - 0.5), from - 1);
  };
  const [n, c, height, width] = x.shape as [number, number, number, number];
  return ndOf([n, c, ...size], ([b, k, i, j]) => {
    const y = source(i!, height, size[0]);
    const z = source(j!, width, size[1]);
    let total = 0;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const near = Math.max(0, 1 - Math.abs(y - row)) * Math.max(0, 1 - Math.abs(z - column));
        total += near * at(x, [b!, k!, row, column]);
      }
    }
    return total;
  });
}

const resizes = [
  [
    [1, 2, 3, 4],
    [6, 8],
  ],
  [
    [2, 1, 3, 5],
    [9, 5],
  ],
  [
    [1, 2, 3, 4],
    [5, 7],
  ],
  [
    [1, 2, 6, 8],
    [3, 4],
  ],
  [
    [1, 2, 7, 5],
    [3, 2],
  ],
  [
    [1, 2, 4, 3],
    [2, 7],
  ],
  [
    [1, 1, 5, 4],
    [1, 1],
  ],
  [
    [1, 1, 2, 75],
    [2, 5],
  ],
] as const;

const batchNormNd = (x: Nd, gamma: Nd, beta: Nd, epsilon: number): readonly [Nd, Nd, Nd] => {
  const axes = x.shape.flatMap((_, a) => (a === 1 ? [] : [a]));
  const mean = reduceNd(x, axes, false, (v) => v.reduce((s, y) => s + y, 0) / v.length);
  const variance = reduceNd(x, axes, false, (v) => {
    const m = v.reduce((s, y) => s + y, 0) / v.length;
    return v.reduce((s, y) => s + (y - m) ** 2, 0) / v.length;
  });
  const y = ndOf(x.shape, (index) => {
    const c = index[1]!;
    const normal = (at(x, index) - mean.data[c]!) / Math.sqrt(variance.data[c]! + epsilon);
    return gamma.data[c]! * normal + beta.data[c]!;
  });
  return [y, mean, variance];
};

function groupNormNd(x: Nd, groups: number, gamma: Nd, beta: Nd, epsilon: number): Nd {
  const [n, c, ...image] = x.shape as [number, number, ...number[]];
  const pixels = image.reduce((p, e) => p * e, 1);
  const rows = reshapeNd(x, [1, n * groups, (c / groups) * pixels]);
  const one = (value: number): Nd => ({
    shape: [n * groups],
    data: new Float64Array(n * groups).fill(value),
  });
  const normal = reshapeNd(batchNormNd(rows, one(1), one(0), epsilon)[0], x.shape);
  return ndOf(
    x.shape,
    (index) => at(normal, index) * gamma.data[index[1]!]! + beta.data[index[1]!]!,
  );
}

/** Bilinear samples as torchvision's roi_align. */
function roiAlignNd(
  features: Nd,
  boxes: Nd,
  [size, scale, samples, aligned]: readonly [number, number, number, boolean],
): Nd {
  const [, channels, height, width] = features.shape as [number, number, number, number];
  const [n, rois] = boxes.shape as [number, number];
  const sample = (b: number, c: number, y: number, x: number) => {
    if (y < -1 || y > height || x < -1 || x > width) return 0;
    const [cy, cx] = [Math.min(Math.max(y, 0), height - 1), Math.min(Math.max(x, 0), width - 1)];
    const [top, left] = [Math.floor(cy), Math.floor(cx)];
    let total = 0;
    for (const row of [top, top + 1]) {
      for (const column of [left, left + 1]) {
        const near = (1 - Math.abs(cy - row)) * (1 - Math.abs(cx - column));
        total += near * atOrZero(features, [b, c, row, column]);
      }
    }
    return total;
  };
  return ndOf([n * rois, channels, size, size], ([r, c, i, j]) => {
    const image = Math.floor(r! / rois);
    const [x1, y1, x2, y2] = [0, 1, 2, 3].map(
      (side) => at(boxes, [image, r! % rois, side]) * scale - (aligned ? 0.5 : 0),
    ) as [number, number, number, number];
    const [boxHeight, boxWidth] = [y2 - y1, x2 - x1].map((n) => (aligned ? n : Math.max(n, 1)));
    let total = 0;
    for (let sy = 0; sy < samples; sy++) {
      for (let sx = 0; sx < samples; sx++) {
        const y = y1 + (boxHeight! * (i! + (sy + 0.5) / samples)) / size;
        const x = x1 + (boxWidth! * (j! + (sx + 0.5) / samples)) / size;
        total += sample(image, c!, y, x);
      }
    }
    return total / samples ** 2;
  });
}

/** Corners of boxes [2, 3, 4]; several reach over the image's border, one lies outside. */
const roiBoxes = [
  [1, 2, 9, 11],
  [-6, -4, 7, 5],
  [10, 8, 40, 30],
  [0, 0, 24, 20],
  [50, 60, 70, 80],
  [5.5, 3.25, 6.5, 4],
].flat();

/** Corners of boxes [2, 3, 4] inside an image of 20 x 16 pixels, some along its border. */
const levelBoxes = [
  [1, 2, 9, 11],
  [0, 0, 20, 16],
  [10, 8, 20, 16],
  [0, 3, 12, 16],
  [18.9, 9, 20, 16],
  [13, 0, 20, 7],
].flat();

/** Greedy suppression in plain loops; indices of the kept, highest score first, then N. */
function suppressNd(boxes: Nd, scores: Nd, count: number, threshold: number): Nd {
  const n = scores.data.length;
  const order = Array.from(scores.data, (_, i) => i).sort(
    (a, b) => scores.data[b]! - scores.data[a]!,
  );
  const side = (i: number, s: number) => boxes.data[i * 4 + s]!;
  const area = (i: number) => (side(i, 2) - side(i, 0)) * (side(i, 3) - side(i, 1));
  const iou = (a: number, b: number) => {
    const w = Math.max(0, Math.min(side(a, 2), side(b, 2)) - Math.max(side(a, 0), side(b, 0)));
    const h = Math.max(0, Math.min(side(a, 3), side(b, 3)) - Math.max(side(a, 1), side(b, 1)));
    return (w * h) / (area(a) + area(b) - w * h);
  };
  const kept: number[] = [];
  for (const i of order) {
    if (kept.every((k) => !(iou(i, k) > threshold))) kept.push(i);
  }
  const rows = [...kept, ...Array.from({ length: count }, () => n)].slice(0, count);
  return { shape: [count], data: Float64Array.from(rows) };
}

/** [12, 4] boxes from corners [12, 2] and sides [12, 2]. */
const boxesFrom = (corners: Tensor, sides: Tensor) =>
  nn.concat([corners, nn.add(corners, sides)], 1);
const boxesFromNd = (corners: Nd, sides: Nd): Nd =>
  ndOf([corners.shape[0]!, 4], ([i, s]) =>
    s! < 2 ? at(corners, [i!, s!]) : at(corners, [i!, s! - 2]) + at(sides, [i!, s! - 2]),
  );

export const imageCases: readonly OpCase[] = [
  ...sizes(resizes, (shape, size) => ({
    op: 'resizeNearest',
    name: `resizeNearest [${shape.slice(2).join()}] to [${size.join()}]`,
    inputs: [real(shape)],
    build: (x) => nn.resizeNearest(x!, size),
    twin: (x) =>
      ndOf([...x!.shape.slice(0, 2), ...size], ([b, c, i, j]) =>
        at(x!, [
          b!,
          c!,
          Math.floor((i! * shape[2]) / size[0]),
          Math.floor((j! * shape[3]) / size[1]),
        ]),
      ),
  })),
  ...[false, true].flatMap((alignCorners) =>
    sizes(resizes, (shape, size) => ({
      op: 'resizeBilinear',
      name: `resizeBilinear [${shape.slice(2).join()}] to [${size.join()}]${alignCorners ? ', corners aligned' : ''}`,
      inputs: [real(shape)],
      build: (x) => nn.resizeBilinear(x!, size, { alignCorners }),
      twin: (x) => bilinearNd(x!, size, alignCorners),
    })),
  ),
  ...(
    [
      [3, 2, 3, 2],
      [5, 3],
    ] as const
  ).map(
    (shape): OpCase => ({
      op: 'batchNorm',
      name: `batchNorm of [${shape.join()}]`,
      inputs: [real(shape, -2, 3), real([shape[1]], 0.5, 2), real([shape[1]])],
      build: (x, gamma, beta) => nn.batchNorm(x!, gamma!, beta!).y,
      twin: (x, gamma, beta) => batchNormNd(x!, gamma!, beta!, 1e-5)[0],
    }),
  ),
  {
    op: 'batchNorm',
    name: 'batchNorm with another epsilon, and its statistics',
    inputs: [real([2, 3, 3, 1], -2, 3), real([3], 0.5, 2), real([3])],
    build: (x, gamma, beta) => {
      const { y, mean, variance } = nn.batchNorm(x!, gamma!, beta!, { epsilon: 0.1 });
      return [y, nn.stopGradient(mean), nn.stopGradient(variance)];
    },
    differentiate: [],
    twin: (x, gamma, beta) => batchNormNd(x!, gamma!, beta!, 0.1),
  },
  ...(
    [
      [2, 3, 3, 2],
      [4, 3],
    ] as const
  ).map(
    (shape): OpCase => ({
      op: 'channelAffine',
      name: `channelAffine of [${shape.join()}]`,
      inputs: [real(shape), real([3]), real([3])],
      build: (x, scale, shift) => nn.channelAffine(x!, scale!, shift!),
      twin: (x, scale, shift) =>
        ndOf(x!.shape, (i) => at(x!, i) * scale!.data[i[1]!]! + shift!.data[i[1]!]!),
    }),
  ),
  ...([1, 2, 4] as const).map(
    (groups): OpCase => ({
      op: 'groupNorm',
      name: `groupNorm of 4 channels in ${groups}`,
      inputs: [real([2, 4, 3, 2], -2, 3), real([4], 0.5, 2), real([4])],
      build: (x, gamma, beta) => nn.groupNorm(x!, groups, gamma!, beta!),
      twin: (x, gamma, beta) => groupNormNd(x!, groups, gamma!, beta!, 1e-5),
    }),
  ),
  {
    op: 'l2Norm',
    name: 'l2Norm',
    inputs: [real([2, 5, 3, 2]), real([5], 10, 20)],
    build: (x, scale) => nn.l2Norm(x!, scale!),
    twin: (x, scale) => {
      const squares = reduceNd(x!, [1], true, (v) => v.reduce((s, y) => s + y * y, 0));
      const unit = zipNd(
        x!,
        mapNd(squares, (v) => Math.sqrt(v + 1e-10)),
        (a, b) => a / b,
      );
      return ndOf(x!.shape, (i) => at(unit, i) * scale!.data[i[1]!]!);
    },
  },
  ...(
    [
      [3, 0.5, 2, true],
      [2, 0.25, 1, true],
      [2, 0.25, 2, false],
    ] as const
  ).map(
    ([size, scale, samples, aligned]): OpCase => ({
      op: 'roiAlign',
      name: `roiAlign ${size}x${size}, scale ${scale}, ${samples} samples${aligned ? '' : ', not aligned'}`,
      inputs: [real([2, 2, 10, 12]), fixed('float32', [2, 3, 4], roiBoxes)],
      build: (features, boxes) => nn.roiAlign(features!, boxes!, { size, scale, samples, aligned }),
      differentiate: [0],
      twin: (features, boxes) => roiAlignNd(features!, boxes!, [size, scale, samples, aligned]),
    }),
  ),
  ...[true, false].map(
    (aligned): OpCase => ({
      op: 'roiAlignLevels',
      name: `roiAlignLevels from three maps${aligned ? '' : ', not aligned'}`,
      inputs: [
        fixed('float32', [2, 3, 4], levelBoxes),
        real([2, 2, 8, 10]),
        real([2, 2, 4, 5]),
        real([2, 2, 2, 3]),
      ],
      build: (boxes, ...maps) =>
        nn.roiAlignLevels(maps, boxes!, {
          size: 2,
          aligned,
          strides: [2, 4, 8],
          // Level 1 from a side of 6 on, level 2 from 12 on.
          canonicalSize: 6,
          canonicalLevel: 2,
        }),
      differentiate: [1, 2, 3],
      twin: (boxes, ...maps) => {
        const pooled = maps.map((map, i) =>
          roiAlignNd(map, boxes!, [2, 1 / 2 ** (i + 1), 2, aligned]),
        );
        const levels = [1, 2, 1, 2, 0, 1];
        return ndOf(pooled[0]!.shape, (index) => at(pooled[levels[index[0]!]!]!, index));
      },
    }),
  ),
  ...(
    [
      [12, 0.3],
      [4, 0.3],
      [15, 0.7],
      [3, 0],
    ] as const
  ).map(
    ([count, threshold]): OpCase => ({
      op: 'nms',
      name: `nms, ${count} of 12 boxes, IoU above ${threshold}`,
      inputs: [real([12, 2], 0, 20), real([12, 2], 5, 20), real([12], 0, 1)],
      build: (corners, sides, scores) =>
        nn.nonMaxSuppression(boxesFrom(corners!, sides!), scores!, count, threshold),
      twin: (corners, sides, scores) =>
        suppressNd(boxesFromNd(corners!, sides!), scores!, count, threshold),
    }),
  ),
];
