/**
 * @file The segmenters that are timed against PyTorch, ours side; segmenter_peers.py is the other.
 *
 * Networks of the preset `paper` at 256x256, one class beside the background, loss of cross-entropy, all trained.
 * A step of U-Net and SegNet takes two pictures, one of DeepLabv3+ four.
 */
import { createRandom, float32, int64, type TensorData } from '@leukoscope/core';
import { familyOf } from '@leukoscope/models';
import {
  buildInferenceModel,
  createScope,
  createTrainer,
  initialValues,
  sgd,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';

/** One timed thing: run it once per call. */
export interface SegmenterWorkload {
  run(): Promise<unknown>;
  close(): Promise<void>;
}

const side = 256;
const modelOf = (family: string) =>
  familyOf(family).configure({
    preset: 'paper',
    config: { size: { width: side, height: side }, diceShare: 0 },
  });

function picture(count: number): TensorData<'float32'> {
  const random = createRandom(2);
  const length = count * 3 * side * side;
  return float32(
    Float32Array.from({ length }, () => random.next() * 255),
    [count, 3, side, side],
  );
}

async function step(family: string, count: number): Promise<SegmenterWorkload> {
  const model = modelOf(family);
  const plan = { count, size: { width: side, height: side }, mostCells: 1 };
  const runtime = openRuntime({ host: 'inline' });
  const trainer = await createTrainer({
    runtime,
    seed: 1,
    optimiser: sgd({ momentum: 0.9, weightDecay: 1e-4 }),
    build: (scope) => model.training(scope, plan),
  });
  const pixels = count * side * side;
  const shape = [count, side, side];
  const batch = {
    image: picture(count),
    gt_class_map: int64(
      Array.from({ length: pixels }, (_, i) => (i >> 5) % 2),
      shape,
    ),
    gt_pixel_weight: float32(new Float32Array(pixels).fill(1), shape),
  };
  return {
    run: () => trainer.train(batch, 1e-4),
    async close() {
      await trainer.dispose();
      await runtime.close();
    },
  };
}

async function look(family: string): Promise<SegmenterWorkload> {
  const model = modelOf(family);
  const scope = createScope({ mode: 'infer' });
  model.inference(scope);
  const specs = [...scope.declared.parameters.values()];
  const weights = initialValues(specs, createRandom(1), new Map());
  const runtime = openRuntime({ host: 'inline' });
  const session = await runtime.load(buildInferenceModel((at) => model.inference(at), weights));
  const image = picture(1);
  return { run: () => session.run({ image }), close: () => runtime.close() };
}

/** By name. */
export const segmenterWorkloads: Record<string, () => Promise<SegmenterWorkload>> = {
  'u-net-step': () => step('u-net', 2),
  'segnet-step': () => step('segnet', 2),
  'deeplab-step': () => step('deeplab', 4),
  'u-net-inference': () => look('u-net'),
  'segnet-inference': () => look('segnet'),
  'deeplab-inference': () => look('deeplab'),
};
