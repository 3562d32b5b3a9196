/** @file What a layer says of a cell, as the reader of two-stage models decides it: the mean over its views. */
import { refinerProbabilities, tempered, type TypeHead } from '@leukoscope/models';
import { logitsOf } from './fit-head.ts';

/** p = mean_v softmax(W x_v + b), then p^(1/T) / Σ. */
export function answerOf(
  views: readonly Float32Array[],
  head: TypeHead,
  temperature: number,
): number[] {
  const K = head.bias.length;
  const mean = new Float64Array(K);
  for (const view of views) {
    refinerProbabilities(logitsOf(view, head)).forEach((p, k) => {
      mean[k]! += p / views.length;
    });
  }
  return Array.from(tempered(mean, temperature));
}

/** The same of cells of which only the mean over views is stored: [N][F]. */
export function answersOf(features: Float32Array, head: TypeHead, temperature: number): number[][] {
  const F = head.weights.length / head.bias.length;
  return Array.from({ length: features.length / F }, (_, n) =>
    answerOf([features.subarray(n * F, (n + 1) * F)], head, temperature),
  );
}
