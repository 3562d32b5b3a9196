/**
 * @file The dense detectors that are timed against PyTorch, ours side; detector_peers.py is the other.
 *
 * Both train two pictures of four cells each and look at one; the same sizes, five types, stages trained
 * (RetinaNet and FCOS from the second on, SSD all) and optimiser. Weights are those of a start, so neither
 * side has much to suppress, except SSD, whose every type begins above its threshold on both.
 */
import { createRandom, float32, int64, taxonomies, type TensorData } from '@leukoscope/core';
import { familyOf } from '@leukoscope/models';
import { createTrainer, sgd } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { look, picture, type Workload } from './workload.ts';

const cellsAPicture = 4;

const modelOf = (family: string, width: number, height: number) =>
  familyOf(family).configure({
    preset: 'paper',
    config: { classes: taxonomies.five.classes, size: { width, height } },
  });

/** Cells of 60 to 140 pixels. */
function truthOf(count: number, width: number, height: number): Record<string, TensorData> {
  const random = createRandom(3);
  const rows = Array.from({ length: count * cellsAPicture }, () => {
    const side = random.uniform(60, 140);
    const [x, y] = [random.uniform(0, width - side), random.uniform(0, height - side)];
    return [x, y, x + side, y + side];
  });
  const shape = [count, cellsAPicture];
  const ones = float32(new Array<number>(rows.length).fill(1), shape);
  return {
    gt_boxes: float32(rows.flat(), [...shape, 4]),
    gt_exists: ones,
    gt_typed: ones,
    gt_class: int64(
      rows.map((_, i) => i % 5),
      shape,
    ),
  };
}

async function step(family: string, width: number, height: number): Promise<Workload> {
  const model = modelOf(family, width, height);
  const plan = { count: 2, size: { width, height }, mostCells: cellsAPicture };
  const runtime = openRuntime({ host: 'inline' });
  const trainer = await createTrainer({
    runtime,
    seed: 1,
    frozen: model.frozen,
    optimiser: sgd({ momentum: 0.9, weightDecay: 1e-4 }),
    build: (scope) => model.training(scope, plan),
  });
  const batch = { image: picture(2, width, height), ...truthOf(2, width, height) };
  return {
    run: () => trainer.train(batch, 1e-4),
    async close() {
      await trainer.dispose();
      await runtime.close();
    },
  };
}

/** By name. */
export const detectorWorkloads: Record<string, () => Promise<Workload>> = {
  'retinanet-step': () => step('retinanet', 512, 384),
  'fcos-step': () => step('fcos', 512, 384),
  'ssd300-step': () => step('ssd', 300, 300),
  'retinanet-inference': () => look(modelOf('retinanet', 512, 384), picture(1, 512, 384)),
  'fcos-inference': () => look(modelOf('fcos', 512, 384), picture(1, 512, 384)),
  'ssd300-inference': () => look(modelOf('ssd', 300, 300), picture(1, 300, 300)),
  'yolov3-320-inference': () => look(modelOf('yolov3', 320, 320), picture(1, 320, 320)),
};
