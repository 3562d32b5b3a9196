import { LeukoscopeError } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { input, type Tensor } from '../src/graph/tensor.ts';
import { clip, leakyRelu } from '../src/ops/activation.ts';
import { broadcastTo } from '../src/ops/broadcast.ts';
import { conv2d, convTranspose2d } from '../src/ops/convolution.ts';
import { add, and, mod, mul, not, where } from '../src/ops/elementwise.ts';
import { gather, gatherElements, scatterElements, scatterNd } from '../src/ops/indexing.ts';
import { matmul } from '../src/ops/matmul.ts';
import { averagePool, maxPool, maxUnpool } from '../src/ops/pooling.ts';
import { argMax, sum } from '../src/ops/reduction.ts';
import { blockSum, resizeBilinear, resizeNearest } from '../src/ops/resize.ts';
import { roiAlign } from '../src/ops/roi-align.ts';
import { nonMaxSuppression, topK } from '../src/ops/selection.ts';
import { concat, pad, reshape, slice, split, transpose } from '../src/ops/shaping.ts';
import { softmax } from '../src/ops/softmax.ts';

const image = input('image', [1, 3, 8, 8]);
const matrix = input('matrix', [2, 3]);
const vector = input('vector', [5]);
const indices = input('indices', [2, 3], 'int64');
const flags = input('flags', [2, 3], 'bool');
const of = (...shape: number[]) => input('other', shape);

/** Every mistake names the op, the shapes (with names, where there are any), and a cure. */
const mistakes: Record<string, () => Tensor | readonly Tensor[]> = {
  'add of shapes that do not broadcast': () => add(matrix, vector),
  'mul of two dtypes': () => mul(matrix, indices),
  'mod of float32': () => mod(matrix, 2),
  'and of float32': () => and(matrix, matrix),
  'not of float32': () => not(matrix),
  'where on a float condition': () => where(matrix, matrix, matrix),
  'where on a condition that does not broadcast': () => where(flags, vector, vector),
  'leakyRelu with a falling slope': () => leakyRelu(matrix, -1),
  'clip with ends exchanged': () => clip(matrix, 2, 1),
  'broadcastTo fewer elements': () => broadcastTo(matrix, [3]),
  'reshape to another count': () => reshape(matrix, [4]),
  'reshape to a broken extent': () => reshape(of(3), [2, -1]),
  'reshape with two open extents': () => reshape(matrix, [-1, -1]),
  'transpose that names an axis twice': () => transpose(matrix, [0, 0]),
  'slice beyond the end': () => slice(matrix, [0, 0], [2, 4]),
  'pad of too few axes': () => pad(matrix, [1], [1]),
  'pad by a negative number': () => pad(matrix, [-1, 0], [0, 0]),
  'concat of different widths': () => concat([matrix, of(2, 4)], 0),
  'concat of nothing': () => concat([], 0),
  'split that does not add up': () => split(matrix, [1, 1], 1),
  'matmul of inner extents that differ': () => matmul(matrix, matrix),
  'matmul of a vector': () => matmul(matrix, vector),
  'sum over an axis that is not there': () => sum(matrix, [2]),
  'sum over an axis twice': () => sum(matrix, [1, -1]),
  'argMax over half an axis': () => argMax(matrix, 0.5),
  'softmax over an axis that is not there': () => softmax(matrix, 2),
  'gather by float indices': () => gather(matrix, vector),
  'gatherElements by indices of another rank': () => gatherElements(vector, indices, 0),
  'scatterElements of other updates': () => scatterElements(of(4, 3), indices, vector, 0),
  'scatterNd of other updates': () => scatterNd(matrix, indices, vector),
  'topK of more than there is': () => topK(vector, 6),
  'nms of loose corners': () => nonMaxSuppression(of(7, 3), of(7), 3, 0.5),
  'conv2d of other channels': () => conv2d(image, of(8, 4, 3, 3)),
  'conv2d of a matrix': () => conv2d(matrix, of(8, 3, 3, 3)),
  'conv2d of a kernel larger than the image': () => conv2d(image, of(8, 3, 9, 9)),
  'conv2d with another bias': () => conv2d(image, of(8, 3, 3, 3), { bias: vector }),
  'conv2d with groups that do not divide': () => conv2d(image, of(8, 1, 3, 3), { groups: 2 }),
  'conv2d with stride 0': () => conv2d(image, of(8, 3, 3, 3), { stride: 0 }),
  'conv2d with negative padding': () => conv2d(image, of(8, 3, 3, 3), { padding: -1 }),
  'convTranspose2d of other channels': () => convTranspose2d(image, of(4, 8, 3, 3)),
  'convTranspose2d with groups that do not divide': () =>
    convTranspose2d(image, of(3, 8, 3, 3), { groups: 2 }),
  'convTranspose2d with output padding as large as the stride': () =>
    convTranspose2d(image, of(3, 8, 3, 3), { stride: 2, outputPadding: 2 }),
  'convTranspose2d that pads everything away': () =>
    convTranspose2d(image, of(3, 8, 3, 3), { padding: 9 }),
  'maxPool of a matrix': () => maxPool(matrix, 2),
  'averagePool of a window larger than the image': () => averagePool(image, 9),
  'maxPool padded by its whole window': () => maxPool(image, 3, { padding: 3 }),
  'averagePool with stride 0': () => averagePool(image, 3, { stride: 0 }),
  'maxUnpool of other indices': () => maxUnpool(image, indices, [1, 3, 16, 16]),
  'resizeNearest of a matrix': () => resizeNearest(matrix, [4, 4]),
  'resizeBilinear of a matrix': () => resizeBilinear(matrix, [4, 4]),
  'resizeNearest to nothing': () => resizeNearest(image, [0, 4]),
  'blockSum of tiles that do not fit': () => blockSum(image, [3, 3]),
  'roiAlign of one list of boxes': () => roiAlign(image, of(7, 4)),
};

for (const [name, mistake] of Object.entries(mistakes)) {
  test(`refuses ${name}`, () => {
    expect(mistake).toThrowErrorMatchingSnapshot();
    const { code, message } = failureOf(mistake);
    expect(message, 'names what was received').toMatch(/Received .+\.$/s);
    // For an option out of its range the rule is the cure.
    if (code === 'NN_SHAPE') expect(message, 'ends in a cure').toMatch(/Received .+\. \S.*\.$/s);
  });
}

function failureOf(work: () => unknown): LeukoscopeError {
  try {
    work();
  } catch (error) {
    if (error instanceof LeukoscopeError) return error;
  }
  throw new Error('the mistake must be refused with a LeukoscopeError.');
}
