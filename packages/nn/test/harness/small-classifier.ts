/** @file A small network with everything that carries state from step to step: norm, dropout, noise. */
import {
  convNormLayer,
  dropoutLayer,
  flatten,
  globalAveragePool,
  input,
  type LossAndMetrics,
  linearLayer,
  logSoftmax,
  mean,
  mul,
  type NormMode,
  neg,
  oneHot,
  relu,
  type Scope,
  sum,
  type Tensor,
} from '@leukoscope/nn';
import type { TensorMap } from '@leukoscope/nn/runtime';
import { wholeNoise } from './noise.ts';
import { stream } from './regression.ts';

const [images, size, classes] = [4, 6, 3];

/** Logits of images [N, 2, 6, 6]. */
export function applyClassifier(scope: Scope, image: Tensor, norm: NormMode = 'batch'): Tensor {
  const x = relu(convNormLayer(scope.at('stem'), image, { channels: 5, norm }));
  const dropped = dropoutLayer(scope.at('dropout'), flatten(globalAveragePool(x)), 0.4);
  return linearLayer(scope.at('fc'), dropped, classes);
}

/** Cross-entropy of the classifier. */
export const buildClassifier =
  (norm: NormMode = 'batch') =>
  (scope: Scope): LossAndMetrics => {
    const logits = applyClassifier(scope, input('image', [images, 2, size, size]), norm);
    const labels = input('labels', [images], 'int64');
    return { loss: neg(mean(sum(mul(oneHot(labels, classes), logSoftmax(logits)), [1]))) };
  };

/** The batch of a step. */
export function classifierBatch(step: number): TensorMap {
  const labels = wholeNoise(8000 + step, images, 0, classes);
  return {
    image: stream(7000 + step, [images, 2, size, size]),
    labels: { dtype: 'int64', shape: [images], data: BigInt64Array.from(labels, BigInt) },
  };
}
