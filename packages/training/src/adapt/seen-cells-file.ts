/**
 * @file What a model saw in a picture as a file without the picture: boxes, probabilities, features. Whoever learns from
 * the same pictures again, without a label that was wrong, need not look at them again.
 */
import { LeukoscopeError, type TensorData } from '@leukoscope/core';
import { readSafetensors, writeSafetensors } from '@leukoscope/nn';
import type { SeenCells } from './see-cells.ts';

/** Write the file. */
export function encodeSeenCells({ size, cells }: SeenCells): Uint8Array {
  const N = cells.length;
  const K = cells[0]?.probabilities.length ?? 0;
  const V = cells[0]?.features.length ?? 0;
  const F = cells[0]?.features[0]?.length ?? 0;
  const floats = (shape: readonly number[], values: Iterable<number>): TensorData => ({
    dtype: 'float32',
    shape: [...shape],
    data: Float32Array.from(values),
  });
  const features = new Float32Array(N * V * F);
  cells.forEach((cell, n) => {
    cell.features.forEach((view, v) => {
      features.set(view, (n * V + v) * F);
    });
  });
  return writeSafetensors(
    new Map<string, TensorData>([
      ['size', floats([2], [size.width, size.height])],
      [
        'boxes',
        floats(
          [N, 4],
          cells.flatMap(({ box }) => [box.x1, box.y1, box.x2, box.y2]),
        ),
      ],
      [
        'scores',
        floats(
          [N],
          cells.map(({ score }) => score),
        ),
      ],
      [
        'probabilities',
        floats(
          [N, K],
          cells.flatMap(({ probabilities }) => [...probabilities]),
        ),
      ],
      ['features', { dtype: 'float32', shape: [N, V, F], data: features }],
    ]),
    { format: '1' },
  );
}

/** Read the file. */
export function decodeSeenCells(bytes: Uint8Array): SeenCells {
  const { tensors } = readSafetensors(bytes);
  const part = (name: string) => {
    const found = tensors.get(name);
    if (found?.data instanceof Float32Array) return { shape: found.shape, data: found.data };
    throw new LeukoscopeError(
      'SEEN_CELLS',
      `file of seen cells must hold ${name}. Received one without. Delete it: it is made again.`,
    );
  };
  const [width, height] = part('size').data;
  const boxes = part('boxes').data;
  const scores = part('scores').data;
  const probabilities = part('probabilities');
  const features = part('features');
  const [N, V, F] = features.shape as readonly [number, number, number];
  const K = probabilities.shape[1]!;
  return {
    size: { width: width!, height: height! },
    cells: Array.from({ length: N }, (_, n) => {
      const [x1, y1, x2, y2] = boxes.subarray(n * 4, n * 4 + 4);
      return {
        box: { x1: x1!, y1: y1!, x2: x2!, y2: y2! },
        score: scores[n]!,
        probabilities: Array.from(probabilities.data.subarray(n * K, (n + 1) * K)),
        features: Array.from({ length: V }, (__, v) =>
          features.data.slice((n * V + v) * F, (n * V + v + 1) * F),
        ),
      };
    }),
  };
}
