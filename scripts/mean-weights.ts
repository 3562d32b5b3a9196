/** @file The mean of the weights of runs that began from the same weights: as good as asking all of them, at the cost of one. */
import type { TensorData } from '@leukoscope/core';

/** Average tensors of the same names and shapes. */
export function meanWeights(
  runs: readonly ReadonlyMap<string, TensorData>[],
): Map<string, TensorData> {
  const [first] = runs;
  if (first === undefined) throw new Error('weights of at least one run must be given');
  const mean = new Map<string, TensorData>();
  for (const [name, { shape, dtype }] of first) {
    const each = runs.map((run) => run.get(name));
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (const tensor of each) {
      if (tensor?.dtype !== 'float32' || dtype !== 'float32' || `${tensor.shape}` !== `${shape}`) {
        throw new Error(
          `${name} must be float32 [${shape}] in every run. Received ${tensor?.dtype} [${tensor?.shape}]. Average runs of the same network.`,
        );
      }
      (tensor.data as Float32Array).forEach((value, i) => {
        data[i]! += value / runs.length;
      });
    }
    mean.set(name, { dtype: 'float32', shape, data });
  }
  return mean;
}
