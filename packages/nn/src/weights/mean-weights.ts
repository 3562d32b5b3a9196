/** @file The mean of the weights of runs that began from the same weights: as good as asking all of them, at the cost of one. */
import { LeukoscopeError, type TensorData } from '@leukoscope/core';

/** Average tensors of the same names and shapes. */
export function meanWeights(
  runs: readonly ReadonlyMap<string, TensorData>[],
): Map<string, TensorData> {
  const [first] = runs;
  if (first === undefined) throw meanFault('weights of at least one run must be given', 'none');
  const mean = new Map<string, TensorData>();
  for (const [name, { shape, dtype }] of first) {
    const each = runs.map((run) => run.get(name));
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (const tensor of each) {
      if (tensor?.dtype !== 'float32' || dtype !== 'float32' || `${tensor.shape}` !== `${shape}`) {
        throw meanFault(
          `${name} must be float32 [${shape}] in every run`,
          `${tensor?.dtype} [${tensor?.shape}]`,
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

function meanFault(rule: string, received: string): LeukoscopeError {
  return new LeukoscopeError(
    'WEIGHTS_MEAN',
    `${rule}. Received ${received}. Average runs of the same network.`,
  );
}
