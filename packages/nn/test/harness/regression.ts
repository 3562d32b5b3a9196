/** @file The small problem on which optimisers are compared with PyTorch: mean (tanh(x Wᵀ + b) - t)². */
import type { TensorData } from '@leukoscope/core';
import {
  createTrainer,
  fill,
  input,
  type LossAndMetrics,
  linearLayer,
  mean,
  pow,
  type Scope,
  sub,
  type Trainer,
  type TrainerOptions,
  tanh,
} from '@leukoscope/nn';
import { openRuntime, type TensorMap } from '@leukoscope/nn/runtime';
import { noise } from './noise.ts';

const [rows, inputs, outputs] = [6, 5, 3];

/** Numbers of one stream in a shape; streams are those of fixtures/nn-reference. */
export function stream(
  number: number,
  shape: readonly number[],
  low = -1,
  high = 1,
): TensorData<'float32'> {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return { dtype: 'float32', shape, data: noise(number, count, low, high) };
}

/** Weights of the linear layer at the start. */
export const startWeights: ReadonlyMap<string, TensorData> = new Map([
  ['fc.weight', stream(1, [outputs, inputs])],
  ['fc.bias', stream(2, [outputs])],
]);

/** The batch of a step, counted from 0. */
export function regressionBatch(step: number): TensorMap {
  return {
    x: stream(1000 + step, [rows, inputs]),
    target: stream(2000 + step, [rows, outputs]),
  };
}

/** Build the loss; `batchRows` lets several batches be joined into one. */
export function buildRegression(scope: Scope, batchRows = rows): LossAndMetrics {
  const x = input('x', [batchRows, inputs]);
  const target = input('target', [batchRows, outputs]);
  const y = tanh(linearLayer(scope.at('fc'), x, outputs, { initialise: fill(0) }));
  return { loss: mean(pow(sub(y, target), 2)) };
}

/** Run a trainer in this thread and clean up after it. */
export async function withTrainer<T>(
  options: Omit<TrainerOptions, 'runtime' | 'seed'> & { readonly seed?: number },
  use: (trainer: Trainer) => Promise<T>,
): Promise<T> {
  const runtime = openRuntime({ host: 'inline', threads: 1 });
  try {
    const trainer = await createTrainer({ seed: 1, ...options, runtime });
    const result = await use(trainer);
    await trainer.dispose();
    return result;
  } finally {
    await runtime.close();
  }
}
