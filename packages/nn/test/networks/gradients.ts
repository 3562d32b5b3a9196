/**
 * @file A ResNet's gradients from ours, in the terms of fixtures/nn-reference/networks.py: the same
 * hashed weights and images, and per parameter the norm and projections on hashed signs.
 */
import type { TensorData } from '@leukoscope/core';
import { buildClassifier, classifierPresets } from '@leukoscope/models';
import {
  createScope,
  emitGraph,
  encodeOnnxModel,
  gradients,
  input,
  logSoftmax,
  mean,
  mul,
  neg,
  oneHot,
  type ParameterSpec,
  sum,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { foldValues, normScale } from '../../src/params/fold.ts';
import { mix32, noise } from '../harness/noise.ts';

export type NetworkName = 'resnet18' | 'resnet50';
export type NormKind = 'frozen' | 'batch';

const projections = 8;
const classes = 10;
/** Images whose ReLU inputs keep away from 0; see networks.py. */
const imageStreams = { resnet18: 9017, resnet50: 9042 } as const;

/** Range of a parameter's values by the end of its name, as `limits` of networks.py. */
function limits(key: string, shape: readonly number[]): readonly [number, number] {
  if (key.endsWith('running_var')) return [0.5, 1.5];
  if (key.endsWith('running_mean')) return [-0.1, 0.1];
  if (key.endsWith('bn3.weight')) return [0.1, 0.2];
  if (shape.length === 1) return key.endsWith('weight') ? [0.4, 0.8] : [-0.1, 0.1];
  const limit = Math.sqrt(6 / shape.slice(1).reduce((p, n) => p * n, 1));
  return [-limit, limit];
}

function hashedWeights(specs: readonly ParameterSpec[]): Map<string, TensorData> {
  const sorted = [...specs].sort((a, b) => (a.key < b.key ? -1 : 1));
  return new Map(
    sorted.map(({ key, shape }, i) => {
      const count = shape.reduce((p, n) => p * n, 1);
      const data = noise(10_000 + i, count, ...limits(key, shape));
      return [key, { dtype: 'float32', shape, data }];
    }),
  );
}

/** Loss, and dL/dw of every trained parameter in PyTorch's terms (unfolded). */
export async function networkGradients(
  name: NetworkName,
  norm: NormKind,
  images: readonly [number, number, number, number] = [2, 3, 64, 64],
): Promise<{ loss: number; gradients: Map<string, Float32Array> }> {
  const scope = createScope({ mode: 'train' });
  const preset = classifierPresets[name === 'resnet18' ? 'resnet-18' : 'resnet-50'];
  const config = { ...preset, backbone: { ...preset.backbone, norm }, classes };
  const { logits } = buildClassifier(scope, input('image', images), config);
  const labels = input('labels', [images[0]], 'int64');
  const loss = neg(mean(sum(mul(oneHot(labels, classes), logSoftmax(logits)), [1])));
  const specs = [...scope.declared.parameters.values()];
  const trained = specs.filter(({ isTrainable }) => isTrainable);
  const found = gradients(
    loss,
    trained.map(({ key }) => scope.declared.tensors.get(key)!),
  );
  const outputs = Object.fromEntries(trained.map(({ key }, i) => [`d ${key}`, found[i]!]));
  const weights = hashedWeights(specs);
  const { model } = emitGraph({
    name,
    outputs: { loss, ...outputs },
    parameterValues: foldValues(weights, specs),
  });
  const runtime = openRuntime({ host: 'inline' });
  try {
    const session = await runtime.load(encodeOnnxModel(model));
    const count = images.reduce((p, n) => p * n, 1);
    const results = await session.run({
      image: { dtype: 'float32', shape: images, data: noise(imageStreams[name], count) },
      labels: {
        dtype: 'int64',
        shape: [images[0]],
        data: BigInt64Array.from({ length: images[0] }, (_, i) => BigInt((i * 3) % classes)),
      },
    });
    const values = trained.map((spec): [string, Float32Array] => {
      const folded = results[`d ${spec.key}`]!.data as Float32Array;
      if (spec.foldedNorm === undefined) return [spec.key, folded];
      // w' = s w, so dL/dw = s dL/dw'
      const scale = normScale(weights, spec.foldedNorm);
      const perRow = folded.length / scale.length;
      return [spec.key, folded.map((g, i) => g * scale[Math.floor(i / perRow)]!)];
    });
    return { loss: Number(results['loss']!.data[0]), gradients: new Map(values) };
  } finally {
    await runtime.close();
  }
}

/** √ Σ g² and Σ r g for every row of signs; bit 8 + k of element j's word is the sign of row k. */
export function summarise(stream: number, g: Float32Array): number[] {
  const start = mix32(stream);
  const totals = new Float64Array(1 + projections);
  for (let j = 0; j < g.length; j++) {
    const value = g[j]!;
    const word = mix32((start + j) >>> 0);
    totals[0]! += value * value;
    for (let k = 0; k < projections; k++) {
      totals[1 + k]! += ((word >>> (8 + k)) & 1) === 1 ? -value : value;
    }
  }
  totals[0] = Math.sqrt(totals[0]!);
  return [...totals];
}
