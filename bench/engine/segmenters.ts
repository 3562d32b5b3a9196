/**
 * @file The segmenters that are timed against PyTorch, ours side; segmenter_peers.py is the other.
 *
 * Networks of the preset `paper` at 256x256, one class beside the background, loss of cross-entropy, all trained.
 * A step of U-Net and SegNet takes two pictures, one of DeepLabv3+ four.
 */
import { float32, int64 } from '@leukoscope/core';
import { familyOf } from '@leukoscope/models';
import { createTrainer, sgd } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { look, picture, type Workload } from './workload.ts';

const side = 256;
const modelOf = (family: string) =>
  familyOf(family).configure({
    preset: 'paper',
    config: { size: { width: side, height: side }, diceShare: 0 },
  });

async function step(family: string, count: number): Promise<Workload> {
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
    image: picture(count, side, side),
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

/** By name. */
export const segmenterWorkloads: Record<string, () => Promise<Workload>> = {
  'u-net-step': () => step('u-net', 2),
  'segnet-step': () => step('segnet', 2),
  'deeplab-step': () => step('deeplab', 4),
  'u-net-inference': () => look(modelOf('u-net'), picture(1, side, side)),
  'segnet-inference': () => look(modelOf('segnet'), picture(1, side, side)),
  'deeplab-inference': () => look(modelOf('deeplab'), picture(1, side, side)),
};
