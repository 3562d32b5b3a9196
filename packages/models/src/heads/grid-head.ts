/**
 * @file The grid branch of Grid R-CNN (Lu et al. 2019): nine points on a cell's box (corners, middles of
 * sides, centre), each found on a heatmap of its own.
 *
 * Pooled region -> 3x3 convolutions -> a group of C features for each point -> each point also hears its
 * neighbours' features, first of those beside it, then of theirs (depthwise 5x5 and 1x1 for each pair, as
 * mmdetection) -> two enlargements by two. The paper leaves the kernel of the latter open; here it is 2, so
 * that each pixel is worked out before all are put into place. A heatmap covers twice the region's width and
 * height around its centre, since a cell may reach beyond the region ("extended region mapping").
 *
 * R = regions, S = side of a heatmap.
 */
import { float32, int64 } from '@leukoscope/core';
import {
  add,
  concat,
  constant,
  conv2d,
  convNormLayer,
  div,
  fill,
  gather,
  kaiming,
  matmul,
  maximum,
  mul,
  relu,
  reshape,
  type Scope,
  sigmoid,
  sub,
  sum,
  type Tensor,
  topK,
  transpose,
} from '@leukoscope/nn';
import { z } from 'zod';
import { normFields } from '../backbones/backbone-fields.ts';

const count = z.int().positive();

/** The shape of a grid head. */
export const gridHeadSchema = z.strictObject({
  /** Side of a pooled region; a heatmap has four times as many pixels. */
  poolSize: count,
  /** 3x3 convolutions. */
  layers: count,
  /** Of those convolutions. */
  dilation: count,
  /** Features of each point. */
  channels: count,
  ...normFields,
  /** How much the heatmaps' loss counts. */
  lossWeight: z.number().positive(),
});

/** The shape of a grid head. */
export type GridHeadConfig = z.infer<typeof gridHeadSchema>;

/** Points of the grid, row by row. */
export const gridPoints = 9;

/** [from, to] of all points beside each other. */
const neighbours = Array.from({ length: gridPoints }, (_, to) => to).flatMap((to) =>
  Array.from({ length: gridPoints }, (_, from) => from).flatMap((from): [number, number][] => {
    const [dx, dy] = [(to % 3) - (from % 3), Math.floor(to / 3) - Math.floor(from / 3)];
    return Math.abs(dx) + Math.abs(dy) === 1 ? [[from, to]] : [];
  }),
);

const initialise = kaiming('fan-out');

/** Apply the branch to pooled regions [R, C, P, P]: logits of heatmaps [R, 9, S, S]. */
export function buildGridHead(scope: Scope, pooled: Tensor, config: GridHeadConfig): Tensor {
  const { layers, dilation, channels, norm, normGroups } = config;
  let x = pooled;
  for (let i = 0; i < layers; i++) {
    x = relu(
      convNormLayer(scope.at('convs').at(i), x, {
        channels: gridPoints * channels,
        dilation,
        norm,
        normGroups,
        initialise,
        names: { conv: '0', norm: '1' },
      }),
    );
  }
  const near = hearNeighbours(scope.at('first_order'), x, x);
  return enlarge(scope, hearNeighbours(scope.at('second_order'), x, near), channels);
}

/** To each point's own features [R, 9 C, H, W] add what its neighbours say. */
function hearNeighbours(scope: Scope, own: Tensor, said: Tensor): Tensor {
  const [rois, total, height, width] = own.shape as [number, number, number, number];
  const channels = total / gridPoints;
  const pairs = neighbours.length;
  const from = constant(
    int64(
      neighbours.map(([point]) => point),
      [pairs],
    ),
  );
  const sources = gather(reshape(said, [rois, gridPoints, channels * height * width]), from, 1);
  const wide = reshape(sources, [rois, pairs * channels, height, width]);
  const layer = (name: string, input: Tensor, kernel: number, groups: number) => {
    const at = scope.at(name);
    const outputs = pairs * channels;
    const shape = [outputs, outputs / groups, kernel, kernel];
    return conv2d(input, at.parameter('weight', shape, { initialise: kaiming() }), {
      bias: at.parameter('bias', [outputs], { initialise: fill(0) }),
      padding: (kernel - 1) / 2,
      groups,
    });
  };
  const moved = layer('point', layer('depth', wide, 5, pairs * channels), 1, pairs);
  // Σ over the pairs that end at a point, as a product with zeros and ones.
  const ends = Array.from({ length: gridPoints }, (_, point) =>
    neighbours.map(([, to]) => Number(to === point)),
  );
  const heard = matmul(
    constant(float32(ends.flat(), [1, gridPoints, pairs])),
    reshape(moved, [rois, pairs, channels * height * width]),
  );
  return add(own, reshape(heard, own.shape));
}

/** Enlarge each point's features twice by two, to one heatmap: [R, 9, 4 H, 4 W]. */
function enlarge(scope: Scope, x: Tensor, channels: number): Tensor {
  const [rois, , height, width] = x.shape as [number, number, number, number];
  const layer = (name: string, input: Tensor, perPoint: number, bias: number) => {
    const at = scope.at(name);
    const shape = [gridPoints * perPoint, channels, 1, 1];
    return conv2d(input, at.parameter('weight', shape, { initialise }), {
      bias: at.parameter('bias', [gridPoints * perPoint], { initialise: fill(bias) }),
      groups: gridPoints,
    });
  };
  // 2 x 2 pixels of C features for each point, then 2 x 2 of one in each of those.
  const first = relu(layer('deconv1', x, 4 * channels, 0));
  const pixels = transpose(
    reshape(first, [rois, gridPoints, 4, channels * height * width]),
    [0, 2, 1, 3],
  );
  const flat = reshape(pixels, [rois * 4, gridPoints * channels, height, width]);
  // Few pixels are points: they begin rare.
  const second = layer('deconv2', flat, 4, rarePoint);
  const parts = reshape(second, [rois, 2, 2, gridPoints, 2, 2, height, width]);
  // [R, y1, x1, point, y2, x2, H, W] -> [R, point, H, y1, y2, W, x1, x2]
  const placed = transpose(parts, [0, 3, 6, 1, 4, 7, 2, 5]);
  return reshape(placed, [rois, gridPoints, 4 * height, 4 * width]);
}

/** ln(p / (1 - p)) of p = .01. */
const rarePoint = -4.6;

/** Read boxes off heatmaps [R, 9, S, S] of regions [R, 4]: [R, 4]. */
export function readGrid(logits: Tensor, regions: Tensor): Tensor {
  const [rois, points, side] = logits.shape as [number, number, number];
  const [best, index] = topK(reshape(logits, [rois, points, side * side]), 1, 2);
  const score = sigmoid(reshape(best, [rois, points]));
  const at = reshape(index, [rois, points]);
  // Pixel i of S lies (2 (i + 1/2) / S - 1/2) region widths beyond the region's left side.
  const table = (place: (i: number) => number) =>
    constant(
      float32(
        Array.from({ length: side * side }, (_, i) => (2 * (place(i) + 0.5)) / side - 0.5),
        [side * side],
      ),
    );
  const column = (i: number) => reshape(gather(regions, constant(int64([i], [1])), 1), [rois, 1]);
  const [left, top, right, bottom] = [column(0), column(1), column(2), column(3)];
  const x = add(
    mul(
      gather(
        table((i) => i % side),
        at,
      ),
      sub(right, left),
    ),
    left,
  );
  const y = add(
    mul(
      gather(
        table((i) => Math.floor(i / side)),
        at,
      ),
      sub(bottom, top),
    ),
    top,
  );
  // A side is the mean of its three points, weighted by how sure they are.
  const mean = (values: Tensor, ofSide: readonly number[]) => {
    const rows = constant(int64(ofSide, [3]));
    const [v, w] = [gather(values, rows, 1), gather(score, rows, 1)];
    return div(sum(mul(v, w), [1], true), maximum(sum(w, [1], true), 1e-6));
  };
  return concat(
    [mean(x, [0, 3, 6]), mean(y, [0, 1, 2]), mean(x, [2, 5, 8]), mean(y, [6, 7, 8])],
    1,
  );
}
