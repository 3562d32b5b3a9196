import { modelFamilies } from '@leukoscope/models';
import { openRuntime, type Runtime } from '@leukoscope/nn/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OverfitOptions, overfitEight } from './overfit.ts';

/** What each family needs to learn eight pictures by heart. */
const training: Readonly<Record<string, OverfitOptions>> = {
  resnet: { steps: 150, learningRate: 0.003 },
  'wbc-resnet': { steps: 150, learningRate: 0.003 },
  vgg: { steps: 300, learningRate: 0.002, batchSize: 8 },
  // The tiny preset's dense layers are of 16 and 12 units, too few to tell all classes by heart, and drop a fifth of them.
  alexnet: {
    steps: 300,
    learningRate: 0.002,
    batchSize: 8,
    config: {
      head: { kind: 'dense', hidden: [64, 64], dropout: 0, grid: [2, 2], drops: 'before' },
    },
  },
  // Statistics of four pictures are too coarse for the averages that inference takes.
  darknet: { steps: 150, learningRate: 0.003, batchSize: 8 },
  mobilenet: { steps: 200, learningRate: 0.003, batchSize: 8 },
  'marrow-global': { steps: 300, learningRate: 0.003, batchSize: 8 },
  'marrow-local': { steps: 200, learningRate: 0.003, batchSize: 8 },
  'compact-refiner': { steps: 200, learningRate: 0.005 },
  'compact-locator': { steps: 400, learningRate: 0.003, batchSize: 8 },
  'faster-rcnn': { steps: 300, learningRate: 0.003 },
  'cascade-rcnn': { steps: 600, learningRate: 0.003 },
  'double-head': { steps: 300, learningRate: 0.003 },
  'grid-rcnn': { steps: 300, learningRate: 0.003 },
  retinanet: { steps: 400, learningRate: 0.003, batchSize: 8 },
  fcos: { steps: 400, learningRate: 0.003, batchSize: 8 },
  fsaf: { steps: 600, learningRate: 0.003, batchSize: 8 },
  ssd: { steps: 400, learningRate: 0.003, batchSize: 8 },
  yolov2: { steps: 400, learningRate: 0.003, batchSize: 8 },
  yolov3: { steps: 400, learningRate: 0.003, batchSize: 8 },
  'yolov3-tiny': { steps: 400, learningRate: 0.003, batchSize: 8 },
  'mask-rcnn': { steps: 300, learningRate: 0.003 },
  leukocytemask: { steps: 300, learningRate: 0.003 },
  'u-net': { steps: 150, learningRate: 0.005 },
  segnet: { steps: 200, learningRate: 0.005 },
  fcn: { steps: 300, learningRate: 0.003 },
  'fcn-alexnet': { steps: 400, learningRate: 0.002 },
  deeplab: { steps: 200, learningRate: 0.005 },
};

/** The scores of FCN-AlexNet have cells of 32 pixels; bilinear enlargement cannot draw a disc exactly. */
const leastRight: Readonly<Record<string, number>> = { 'fcn-alexnet': 0.85 };

let runtime: Runtime;
beforeAll(() => {
  runtime = openRuntime({ host: 'inline' });
});
afterAll(() => runtime.close());

test('every family is trained here', () => {
  expect(Object.keys(training).sort()).toEqual(modelFamilies.map(({ name }) => name).sort());
});

describe.each(modelFamilies.map((family) => [family.name, family] as const))(
  '%s',
  (name, family) => {
    test('learns eight pictures by heart, judged through its exported network', async () => {
      const right = await overfitEight(runtime, family, training[name]!);
      expect(right).toBeGreaterThanOrEqual(
        leastRight[name] ?? (family.task === 'pixels' ? 0.95 : 1),
      );
    });
  },
);
