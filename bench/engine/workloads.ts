/**
 * @file The networks that are timed against PyTorch, ours side. The PyTorch side is pytorch_peer.py;
 * both build the same layers, shapes, loss (sum of logits' cross-entropy) and optimiser.
 */
import { createRandom, createRgbRaster, type Sample, type TensorData } from '@leukoscope/core';
import {
  backbonePresets,
  buildClassifier,
  type ClassifierConfig,
  classifierPresets,
  familyOf,
  type ResnetConfig,
} from '@leukoscope/models';
import {
  buildInferenceModel,
  createScope,
  createTrainer,
  emitGraph,
  encodeOnnxModel,
  gradients,
  initialValues,
  input,
  logSoftmax,
  mean,
  mul,
  neg,
  oneHot,
  roiAlign,
  type Scope,
  sgd,
  sum,
  type Tensor,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { detectorWorkloads } from './detectors.ts';
import { segmenterWorkloads } from './segmenters.ts';
import { look, picture, type Workload } from './workload.ts';

const noise = (shape: readonly number[], seed: number): TensorData<'float32'> => {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.next());
  return { dtype: 'float32', shape, data };
};

function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  const classes = logits.shape[1]!;
  return neg(mean(sum(mul(oneHot(labels, classes), logSoftmax(logits)), [1])));
}

async function trainingStep(
  images: readonly number[],
  net: (scope: Scope, image: Tensor) => Tensor,
  frozen: readonly string[] = [],
): Promise<Workload> {
  const runtime = openRuntime({ host: 'inline' });
  const trainer = await createTrainer({
    runtime,
    seed: 1,
    frozen,
    optimiser: sgd({ momentum: 0.9, weightDecay: 1e-4 }),
    build: (scope) => {
      const logits = net(scope, input('image', images));
      return { loss: crossEntropy(logits, input('labels', [images[0]!], 'int64')) };
    },
  });
  const labels = BigInt64Array.from({ length: images[0]! }, (_, i) => BigInt(i % 10));
  const batch = {
    image: noise(images, 2),
    labels: { dtype: 'int64', shape: [images[0]!], data: labels } as TensorData,
  };
  return {
    run: () => trainer.train(batch, 1e-4),
    async close() {
      await trainer.dispose();
      await runtime.close();
    },
  };
}

const resnet = (config: ResnetConfig) => (scope: Scope, image: Tensor) =>
  buildClassifier(scope, image, {
    ...classifierPresets['resnet-50'],
    backbone: config,
    classes: 10,
  }).logits;

const vgg16 = classifierPresets['vgg-16-bn'];

/** VGG-16 for 96 pixels: the last 3x3 map goes into the dense layers as it is; no bias before a norm. */
const marrowVgg: ClassifierConfig = {
  ...vgg16,
  backbone: { ...vgg16.backbone, biasBeforeNorm: false },
  head: { ...vgg16.head, grid: null },
};

type TwoStage = 'faster-rcnn' | 'mask-rcnn' | 'cascade-rcnn' | 'double-head';

/** ResNet-50 FPN of the paper preset: 512 regions an image, 128 rows of cells, stages 3 to 5 trained. */
const detector = (family: TwoStage, width: number, height: number) => {
  const { config } = familyOf(family).configure({ preset: 'paper' });
  const size = { width, height };
  // Everything that is proposed counts as found: 100 detections get boxes and masks, as on the other side.
  const boxes = { ...Object(config)['boxes'], scoreThreshold: 0 };
  return familyOf(family).configure({ preset: 'paper', config: { size, boxes } });
};

/** Four cells of each of two pictures. */
const cells = [
  [40, 40, 150, 140],
  [200, 60, 300, 170],
  [60, 180, 180, 250],
  [180, 180, 250, 250],
] as const;

async function detectorStep(family: TwoStage, width: number, height: number): Promise<Workload> {
  const model = detector(family, width, height);
  const plan = { count: 2, size: model.input.size, mostCells: 4 };
  const [scaleX, scaleY] = [Math.min(1, width / 512), Math.min(1, height / 384)];
  const samples = [0, 1].map((n): Sample => {
    const raster = createRgbRaster(plan.size);
    const random = createRandom(n);
    for (let i = 0; i < raster.data.length; i++) raster.data[i] = random.integer(0, 256);
    const annotations = cells.map((corners, i) => {
      const [x1, y1, x2, y2] = corners.map((v, side) =>
        Math.floor(v * (side % 2 === 0 ? scaleX : scaleY)),
      ) as [number, number, number, number];
      const size = { width: x2 - x1, height: y2 - y1 };
      const mask = { ...size, data: new Uint8Array(size.width * size.height).fill(1) };
      const cellClass = model.classes[i % model.classes.length]!;
      return { box: { x1, y1, x2, y2 }, mask: { left: x1, top: y1, mask }, cellClass };
    });
    return { raster, annotations };
  });
  const runtime = openRuntime({ host: 'inline' });
  const trainer = await createTrainer({
    runtime,
    seed: 1,
    frozen: model.frozen,
    optimiser: sgd({ momentum: 0.9, weightDecay: 1e-4 }),
    build: (scope) => model.training(scope, plan),
  });
  const batch = model.collate(samples, plan);
  return {
    run: () => trainer.train(batch, 1e-4),
    async close() {
      await trainer.dispose();
      await runtime.close();
    },
  };
}

/** The stem's first convolution and norm, as detectors freeze them. */
const stem = ['conv1', 'bn1'];

/** Everything that `npm run bench` times against PyTorch, by name. */
export const workloads: Record<string, () => Promise<Workload>> = {
  'resnet50-frozen-norm': () =>
    trainingStep(
      [2, 3, 300, 300],
      resnet({ ...backbonePresets['resnet-50'], norm: 'frozen' }),
      stem,
    ),
  'resnet18-frozen-norm': () =>
    trainingStep(
      [2, 3, 300, 300],
      resnet({ ...backbonePresets['resnet-18'], norm: 'frozen' }),
      stem,
    ),
  'resnet18-batch-norm': () => trainingStep([2, 3, 300, 300], resnet(backbonePresets['resnet-18'])),
  'vgg16-classifier': () =>
    trainingStep(
      [40, 3, 96, 96],
      (scope, image) =>
        buildClassifier(scope, image, {
          ...marrowVgg,
          classes: 10,
        }).logits,
    ),
  'resnet50-inference': async () => {
    const build = (scope: Scope) => ({
      logits: resnet(backbonePresets['resnet-50'])(scope, input('image', [1, 3, 300, 300])),
    });
    const scope = createScope({ mode: 'infer' });
    build(scope);
    const specs = [...scope.declared.parameters.values()];
    const runtime = openRuntime({ host: 'inline' });
    const weights = initialValues(specs, createRandom(1), new Map());
    const session = await runtime.load(buildInferenceModel(build, weights));
    const image = noise([1, 3, 300, 300], 2);
    return { run: () => session.run({ image }), close: () => runtime.close() };
  },
  'faster-rcnn-step': () => detectorStep('faster-rcnn', 512, 384),
  'cascade-rcnn-step': () => detectorStep('cascade-rcnn', 512, 384),
  'double-head-step': () => detectorStep('double-head', 512, 384),
  'mask-rcnn-step': () => detectorStep('mask-rcnn', 256, 256),
  'faster-rcnn-inference': () => look(detector('faster-rcnn', 512, 384), picture(1, 512, 384)),
  'mask-rcnn-inference': () => look(detector('mask-rcnn', 256, 256), picture(1, 256, 256)),
  'roi-align': async () => {
    const features = input('features', [1, 256, 75, 75]);
    const boxes = input('boxes', [1, 128, 4]);
    const pooled = roiAlign(features, boxes, { size: 7, scale: 0.25, samples: 2 });
    const weight = input('weight', pooled.shape);
    const [gradient] = gradients(sum(mul(pooled, weight)), [features]);
    const { model } = emitGraph({ name: 'roi-align', outputs: { pooled, gradient: gradient! } });
    const runtime = openRuntime({ host: 'inline' });
    const session = await runtime.load(encodeOnnxModel(model));
    const random = createRandom(3);
    const corners = Array.from({ length: 128 }, () => {
      const [x, y] = [random.uniform(0, 200), random.uniform(0, 200)];
      return [x, y, x + random.uniform(20, 100), y + random.uniform(20, 100)];
    });
    const data = Float32Array.from(corners.flat());
    const feeds = {
      features: noise(features.shape, 4),
      boxes: { dtype: 'float32', shape: [1, 128, 4], data } as TensorData,
      weight: noise(pooled.shape, 5),
    };
    return { run: () => session.run(feeds), close: () => runtime.close() };
  },
  ...detectorWorkloads,
  ...segmenterWorkloads,
};
