/**
 * @file Measures what float16 and int8 do to size, speed and outputs of some networks (random weights).
 *
 * Run: node --conditions=@leukoscope/source experiments/export/measure-conversions.ts [threads] [folder]
 * With a folder, the files are written there, to be read by other tools (see check-with-opencv.py).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRandom, float32 } from '@leukoscope/core';
import { buildClassifier, classifierPresets } from '@leukoscope/models';
import {
  buildInferenceModel,
  compareModels,
  convertToFloat16,
  convNormLayer,
  createScope,
  decodeOnnxModel,
  encodeOnnxModel,
  globalAveragePool,
  initialValues,
  input,
  linearLayer,
  maxPool,
  quantiseModel,
  relu,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';

const threads = Number(process.argv[2] ?? 2);
const folder = process.argv[3];

/** Eleven plain 3x3 convolutions of 32 and 64 channels. */
function plainNetwork(scope: Scope, image: Tensor): Tensor {
  let x = image;
  for (let i = 0; i < 11; i++) {
    if (i === 7) x = maxPool(x, 2);
    x = relu(convNormLayer(scope.at(`block${i}`), x, { channels: i < 7 ? 32 : 64 }));
  }
  return linearLayer(scope.at('head'), globalAveragePool(x), 10);
}

const networks: Record<string, { side: number; build: (scope: Scope, image: Tensor) => Tensor }> = {
  plain: { side: 128, build: plainNetwork },
  resnet18: {
    side: 224,
    build: (scope, image) =>
      buildClassifier(scope, image, { ...classifierPresets['resnet-18'], classes: 10 }).logits,
  },
  resnet50: {
    side: 224,
    build: (scope, image) =>
      buildClassifier(scope, image, { ...classifierPresets['resnet-50'], classes: 10 }).logits,
  },
};

const runtime = openRuntime({ host: 'inline', threads });
for (const [name, { side, build }] of Object.entries(networks)) {
  const apply = (scope: Scope) => ({ logits: build(scope, input('image', [1, 3, side, side])) });
  const scope = createScope({ mode: 'infer' });
  apply(scope);
  const weights = initialValues(
    [...scope.declared.parameters.values()],
    createRandom(1),
    new Map(),
  );
  const model = decodeOnnxModel(buildInferenceModel(apply, weights));
  const random = createRandom(5);
  const samples = Array.from({ length: 8 }, () => ({
    image: float32(
      Float32Array.from({ length: 3 * side * side }, () => random.normal()),
      [1, 3, side, side],
    ),
  }));
  const half = convertToFloat16(model);
  const { model: int8, float } = await quantiseModel(model, { runtime, samples });
  const { model: fullRange } = await quantiseModel(model, { runtime, samples, weightBits: 8 });
  const { model: portable } = await quantiseModel(model, {
    runtime,
    samples,
    exclude: ['head', 'fc'],
  });
  for (const [kind, other] of [
    ['float16', half],
    ['int8', int8],
    ['int8, 8-bit weights', fullRange],
  ] as const) {
    const options = { runtime, clock: () => performance.now(), repeats: 9 };
    const { outputs, sizeRatio, referenceMs, otherMs, speedRatio } = await compareModels(
      model,
      other,
      samples.slice(0, 4),
      options,
    );
    const { relativeL2, cosine, top1Agreement } = outputs[0]!;
    console.log(
      `${name} ${kind}: size ${sizeRatio.toFixed(2)}x, ${referenceMs!.toFixed(1)} -> ${otherMs!.toFixed(1)} ms (${speedRatio!.toFixed(2)}x), relative L2 ${relativeL2.toExponential(1)}, cosine ${cosine.toFixed(5)}, top-1 ${top1Agreement}`,
    );
  }
  if (float.length > 0) console.log(`  stay float: ${float.join(', ')}`);
  if (folder === undefined) continue;
  mkdirSync(folder, { recursive: true });
  const files = { float32: model, float16: half, int8: portable };
  const sample = samples[0]!.image;
  for (const [kind, file] of Object.entries(files)) {
    const bytes = encodeOnnxModel(file);
    writeFileSync(path.join(folder, `${name}-${kind}.onnx`), bytes);
    const session = await runtime.load(bytes);
    const { logits } = await session.run({ image: sample });
    writeFileSync(
      path.join(folder, `${name}-${kind}.json`),
      JSON.stringify(Array.from(logits!.data as Float32Array)),
    );
    await session.dispose();
  }
  writeFileSync(path.join(folder, `${name}-image.f32`), new Uint8Array(sample.data.buffer));
}
await runtime.close();
