/**
 * @file One small training that runs unchanged in Node and in a browser: tell bright discs on the left
 * from those on the right, with a convolution, a batch norm and a linear layer.
 */
import { createRandom, int64, type TensorData } from '@leukoscope/core';
import {
  buildInferenceModel,
  convNormLayer,
  createTrainer,
  crossEntropy,
  flatten,
  input,
  linearLayer,
  maxPool,
  relu,
  type Scope,
  sgd,
  softmax,
  type Tensor,
} from '@leukoscope/nn';
import type { Runtime } from '@leukoscope/nn/runtime';

const batch = 8;
const side = 12;
const shape = [batch, 1, side, side];

function classifier(scope: Scope, image: Tensor): Tensor {
  const features = relu(convNormLayer(scope.at('stem'), image, { channels: 6 }));
  const pooled = maxPool(features, 3);
  return linearLayer(scope.at('head'), flatten(pooled), 2);
}

/** Noisy images with a disc in the left or right half. */
export function tinyBatch(seed: number): Record<'image' | 'label', TensorData> {
  const random = createRandom(seed);
  const labels = Array.from({ length: batch }, () => random.integer(0, 2));
  const data = new Float32Array(batch * side * side);
  labels.forEach((label, n) => {
    const centre = { x: label === 0 ? 3 : 9, y: random.uniform(3, 9) };
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const isInside = Math.hypot(x - centre.x, y - centre.y) < 3;
        data[(n * side + y) * side + x] = Number(isInside) + random.normal(0, 0.3);
      }
    }
  });
  return { image: { dtype: 'float32', shape, data }, label: int64(labels) };
}

/** Train some steps from a fixed seed; the losses and the trained weights. */
export async function trainTiny(runtime: Runtime, steps: number) {
  const trainer = await createTrainer({
    runtime,
    seed: 3,
    optimiser: sgd({ momentum: 0.9 }),
    build: (scope) => ({
      loss: crossEntropy(
        classifier(scope, input('image', shape)),
        input('label', [batch], 'int64'),
      ),
    }),
  });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    losses.push((await trainer.train(tinyBatch(step), 0.05))['loss']!);
  }
  const weights = await trainer.weights();
  await trainer.dispose();
  return { losses, weights };
}

/** Run the inference model of some weights on one batch: class probabilities. */
export async function inferTiny(runtime: Runtime, weights: ReadonlyMap<string, TensorData>) {
  const model = buildInferenceModel(
    (scope) => ({ probabilities: softmax(classifier(scope, input('image', shape))) }),
    weights,
  );
  const session = await runtime.load(model);
  const { probabilities } = await session.run({ image: tinyBatch(100).image });
  await session.dispose();
  return Array.from(probabilities!.data as Float32Array);
}
