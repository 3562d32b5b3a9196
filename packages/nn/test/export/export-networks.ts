/** @file Small networks with random weights, as the exporters get them: decoded inference models. */
import { createRandom, float32 } from '@leukoscope/core';
import {
  add,
  averagePool,
  batchNormLayer,
  buildInferenceModel,
  clip,
  concat,
  convLayer,
  convNormLayer,
  convTransposeLayer,
  createScope,
  decodeOnnxModel,
  globalAveragePool,
  initialValues,
  input,
  leakyRelu,
  linearLayer,
  maxPool,
  type OnnxModel,
  pad,
  relu,
  reshape,
  resizeBilinear,
  resizeNearest,
  type Scope,
  sigmoid,
  silu,
  softmax,
  type Tensor,
  transpose,
} from '@leukoscope/nn';

/** Build an inference model with weights from a seed. */
export function modelOf(build: (scope: Scope) => Record<string, Tensor>, seed = 1): OnnxModel {
  const scope = createScope({ mode: 'infer' });
  build(scope);
  const specs = [...scope.declared.parameters.values()];
  const weights = initialValues(specs, createRandom(seed), new Map());
  return decodeOnnxModel(buildInferenceModel(build, weights));
}

/** Random images of a size. */
export function randomImages(count: number, side: number, seed = 5) {
  const random = createRandom(seed);
  const length = 3 * side * side;
  return Array.from({ length: count }, () => ({
    image: float32(
      Float32Array.from({ length }, () => random.normal()),
      [1, 3, side, side],
    ),
  }));
}

/** Plain 3x3 convolutions with norm and ReLU, a pool, and a linear layer. */
export function plainNetwork(side: number, channels: number, depth: number): OnnxModel {
  return modelOf((scope) => {
    let x = input('image', [1, 3, side, side]);
    for (let i = 0; i < depth; i++) {
      x = relu(convNormLayer(scope.at(`block${i}`), x, { channels }));
      if (i === depth - 3) x = maxPool(x, 2);
    }
    return { logits: linearLayer(scope.at('head'), globalAveragePool(x), 10) };
  });
}

/** One of everything that has an 8-bit form, and some that have none. */
export function branchedNetwork(): OnnxModel {
  return modelOf((scope) => {
    const conv = (name: string, x: Tensor, groups = 1) =>
      convNormLayer(scope.at(name), x, { channels: 16, groups });
    const stem = relu(conv('stem', input('image', [1, 3, 32, 32])));
    const residual = relu(add(conv('second', relu(conv('first', stem))), stem));
    const swish = silu(conv('swish', residual));
    const leaky = leakyRelu(conv('leaky', pad(swish, [0, 0, 1, 1], [0, 0, 1, 1])), 0.1);
    const limited = clip(conv('depthwise', leaky, 16), 0, 6);
    const pooled = maxPool(limited, 2);
    const deep = relu(conv('deep', averagePool(pooled, 2)));
    const joined = relu(concat([pooled, resizeNearest(deep, [17, 17])], 1));
    const late = convLayer(scope.at('late'), joined, { channels: 12 });
    const normed = relu(batchNormLayer(scope.at('bn'), late));
    const up = relu(
      convTransposeLayer(scope.at('up'), normed, { channels: 6, kernel: 2, stride: 2 }),
    );
    const smooth = resizeBilinear(normed, [34, 34]);
    const boxes = convLayer(scope.at('boxes'), normed, { channels: 4 });
    const hidden = relu(linearLayer(scope.at('hidden'), globalAveragePool(clip(normed, 0, 3)), 9));
    return {
      map: convLayer(scope.at('mask'), concat([up, smooth], 1), { channels: 3, kernel: 1 }),
      boxes: reshape(transpose(boxes, [0, 2, 3, 1]), [1, -1, 4]),
      scores: sigmoid(convLayer(scope.at('scores'), normed, { channels: 2 })),
      probabilities: softmax(linearLayer(scope.at('classes'), hidden, 4)),
    };
  });
}
