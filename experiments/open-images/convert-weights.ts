/**
 * @file Weights of generic pictures for the MobileNetV2 family: the SSD MobileNetV2 trained on Open Images that the npm
 * package `@mediapipe/objectron` holds (Apache-2.0; nothing of it is in this repository).
 *
 *     npm pack @mediapipe/objectron@0.4.1675468480 && tar xzf mediapipe-objectron-*.tgz
 *     node --conditions=@leukoscope/source experiments/open-images/convert-weights.ts \
 *       package/objectron_solution_packed_assets.data runs/open-images.safetensors
 *
 * The backbone's layers are those that have the shapes of ours, in their order; the boxes' predictors between them are
 * passed over. Norms were folded into the convolutions, so a norm gets the bias alone and must be `frozen`. That
 * network saw values of -1..1, ours sees (v - mean) / deviation of v in 0..1: with 2 v - 1 = 2 deviation x + 2 mean - 1 the
 * first convolution is scaled by 2 deviation, and its bias takes Σ w (2 mean - 1); at the border, where ours pads with
 * zeros of another meaning, they differ.
 */
import { readFile, writeFile } from 'node:fs/promises';
import type { TensorData } from '@leukoscope/core';
import { familyOf, imagenetNormalisation } from '@leukoscope/models';
import { createScope, readWeightsFile, writeSafetensors } from '@leukoscope/nn';

const [assets, out] = process.argv.slice(2);
if (assets === undefined || out === undefined) {
  console.error('usage: convert-weights.ts objectron_solution_packed_assets.data OUT.safetensors');
  process.exit(2);
}
const packed = await readFile(assets);
// The mark stands four bytes behind the model's first.
const start = packed.indexOf('TFL3') - 4;
const { tensors } = readWeightsFile(new Uint8Array(packed.subarray(start)), 'detector.tflite');
const layers = [...tensors].flatMap(([name, weight]) =>
  name.endsWith('.weight') ? [{ weight, bias: tensors.get(name.replace('weight', 'bias'))! }] : [],
);
const model = familyOf('mobilenet').configure({ preset: 'slim', config: {} });
const scope = createScope({ mode: 'train' });
model.training(scope, { count: 2, size: model.input.size, mostCells: 1 });
const parameters = [...scope.declared.parameters.values()];

const converted = new Map<string, TensorData>();
let next = 0;
parameters.forEach(({ key, shape }, i) => {
  if (shape.length !== 4) return;
  while (next < layers.length && layers[next]!.weight.shape.join() !== shape.join()) next++;
  const layer = layers[next++];
  if (layer === undefined) throw new Error(`no layer of shape ${shape.join(' x ')} for ${key}`);
  const { weight, bias } = key === parameters[0]!.key ? inOurRange(layer) : layer;
  converted.set(key, weight);
  // Behind a convolution stand its norm's weight and bias.
  converted.set(parameters[i + 2]!.key, bias);
});
await writeFile(
  out,
  writeSafetensors(converted, { source: '@mediapipe/objectron 0.4.1675468480' }),
);
console.log(`${converted.size} tensors of ${layers.length} layers in ${out}`);

function inOurRange({ weight, bias }: { weight: TensorData; bias: TensorData }) {
  const { mean, deviation } = imagenetNormalisation;
  const [outputs = 0, channels = 0, height = 0, width = 0] = weight.shape;
  const [scaled, moved] = [
    Float32Array.from(weight.data, Number),
    Float32Array.from(bias.data, Number),
  ];
  const plane = height * width;
  for (let o = 0; o < outputs; o++) {
    for (let c = 0; c < channels; c++) {
      for (let k = 0; k < plane; k++) {
        const at = (o * channels + c) * plane + k;
        moved[o]! += scaled[at]! * (2 * mean[c]! - 1);
        scaled[at]! *= 2 * deviation[c]!;
      }
    }
  }
  return {
    weight: { dtype: 'float32', shape: weight.shape, data: scaled },
    bias: { dtype: 'float32', shape: bias.shape, data: moved },
  } as const;
}
