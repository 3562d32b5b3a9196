/** @file Runs a detector with the weights and images of fixtures/dense-detectors, for comparison with torchvision. */
import { readFileSync } from 'node:fs';
import { float32, int64, type TensorData } from '@leukoscope/core';
import { type InputSpec, normaliseImage } from '@leukoscope/models';
import {
  createScope,
  emitGraph,
  encodeOnnxModel,
  foldValues,
  gradients,
  input,
  type LossAndMetrics,
  matchWeights,
  mul,
  type ParameterSpec,
  type RenameRule,
  type Scope,
  sqrt,
  sum,
  type Tensor,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { noise } from '../../../nn/test/harness/noise.ts';
import { type BoxTruth, boxInputs } from '../../src/truth/box-truth.ts';
import type { BatchPlan } from '../../src/truth/truth-spec.ts';

/** What generate.py wrote. */
export interface RecordedDetector {
  readonly height: number;
  readonly width: number;
  readonly boxes: readonly number[];
  readonly labels: readonly number[];
  /** Shapes of torchvision's parameters by key. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly samples: Readonly<
    Record<string, { readonly shape: number[]; readonly step: number; readonly values: number[] }>
  >;
  readonly losses: Readonly<Record<string, number>>;
  readonly gradients: Readonly<Record<string, number>>;
  readonly detections: {
    readonly boxes: readonly number[];
    readonly scores: readonly number[];
    readonly labels: readonly number[];
  };
}

/** Read what was recorded. */
export function parseRecorded(name: string): RecordedDetector {
  const path = new URL(`../../../../fixtures/dense-detectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as RecordedDetector;
}

/** Range of a parameter's values by its name, as `limits` of generate.py. */
function limitsOf(key: string, shape: readonly number[]): readonly [number, number] {
  if (key.endsWith('running_var')) return [0.5, 1.5];
  if (key.endsWith('running_mean')) return [-0.1, 0.1];
  if (key.endsWith('scale_weight')) return [15, 25];
  if (shape.length === 1) return key.endsWith('weight') ? [0.4, 0.8] : [-0.1, 0.1];
  let limit = Math.sqrt(6 / shape.slice(1).reduce((p, n) => p * n, 1));
  if (key === 'backbone.features.0.weight') limit *= 0.01;
  const quiet =
    /cls_logits|bbox_reg|bbox_ctrness|classification_head\.module|regression_head\.module|conv3/;
  return quiet.test(key) ? [-limit * 0.2, limit * 0.2] : [-limit, limit];
}

/** torchvision's weights, made from the hash. */
function hashedWeights(parameters: RecordedDetector['parameters']): Map<string, TensorData> {
  return new Map(
    Object.keys(parameters)
      .sort()
      .map((key, i) => {
        const shape = parameters[key]!;
        const count = shape.reduce((p, n) => p * n, 1);
        return [key, float32(noise(10_000 + i, count, ...limitsOf(key, shape)), shape)];
      }),
  );
}

/** A detector as its family has it, without the types of its own. */
export interface ComparedDetector<O> {
  readonly input: InputSpec;
  readonly rename?: readonly RenameRule[] | undefined;
  build(scope: Scope, image: Tensor): O;
  loss(scope: Scope, outputs: O, truth: BoxTruth, plan: BatchPlan): LossAndMetrics;
  /** Raw outputs by torchvision's names. */
  raw(outputs: O): Readonly<Record<string, Tensor>>;
  exported(scope: Scope, outputs: O): Readonly<Record<string, Tensor>>;
}

/** Numbers by name: raw outputs, `loss`, metrics, `d KEY` (norms of gradients), detections. */
export async function runRecorded<O>(
  detector: ComparedDetector<O>,
  recorded: RecordedDetector,
): Promise<{ batch: Record<string, number[]>; first: Record<string, number[]> }> {
  const { height, width } = recorded;
  const plan: BatchPlan = { count: 2, size: { width, height }, mostCells: 4 };
  const imageOf = (count: number) =>
    normaliseImage(input('image', [count, 3, height, width]), detector.input);
  const pixels = noise(7_000, 2 * 3 * height * width, 0, 255);
  const theirs = hashedWeights(recorded.parameters);
  const weightsFor = (specs: readonly ParameterSpec[]) => {
    const found = matchWeights(specs, theirs, { rename: detector.rename ?? [] });
    const { missing, leftOver, shapeMismatches } = found;
    if (missing.length + leftOver.length + shapeMismatches.length > 0) {
      throw new Error(
        `names must agree: ${JSON.stringify({ missing, leftOver, shapeMismatches })}`,
      );
    }
    return new Map([...foldValues(found.matched, specs)]);
  };

  const train = createScope({ mode: 'train' });
  const outputs = detector.build(train, imageOf(2));
  const { loss, metrics = {} } = detector.loss(train, outputs, boxInputs(plan), plan);
  const keys = Object.keys(recorded.gradients);
  const tensors = keys.map((key) => train.declared.tensors.get(key)!);
  const norms = gradients(loss, tensors).map((g) => sqrt(sum(mul(g!, g!))));
  const batch = await evaluate(
    {
      ...detector.raw(outputs),
      loss,
      ...metrics,
      ...Object.fromEntries(keys.map((key, i) => [`d ${key}`, norms[i]!])),
    },
    weightsFor([...train.declared.parameters.values()]),
    { image: float32(pixels, [2, 3, height, width]), ...truthOf(recorded) },
  );

  const infer = createScope({ mode: 'infer' });
  const one = detector.exported(infer, detector.build(infer, imageOf(1)));
  const first = await evaluate(one, weightsFor([...infer.declared.parameters.values()]), {
    image: float32(pixels.slice(0, pixels.length / 2), [1, 3, height, width]),
  });
  return { batch, first };
}

/** Three cells an image, and an empty row. */
function truthOf({ boxes, labels }: RecordedDetector): Record<string, TensorData> {
  const pad = (values: readonly number[], width: number, filler: number) => [
    ...values.slice(0, 3 * width),
    ...Array<number>(width).fill(filler),
    ...values.slice(3 * width),
    ...Array<number>(width).fill(filler),
  ];
  return {
    gt_boxes: float32(pad(boxes, 4, 0), [2, 4, 4]),
    gt_exists: float32([1, 1, 1, 0, 1, 1, 1, 0], [2, 4]),
    gt_class: int64(pad(labels, 1, 0), [2, 4]),
    gt_typed: float32([1, 1, 1, 0, 1, 1, 1, 0], [2, 4]),
  };
}

async function evaluate(
  outputs: Readonly<Record<string, Tensor>>,
  weights: ReadonlyMap<string, TensorData>,
  feeds: Readonly<Record<string, TensorData>>,
): Promise<Record<string, number[]>> {
  const { model, inputKeys } = emitGraph({ name: 'detector', outputs, parameterValues: weights });
  const runtime = openRuntime({ host: 'inline' });
  try {
    const session = await runtime.load(encodeOnnxModel(model));
    const results = await session.run(
      Object.fromEntries(inputKeys.map((key) => [key, feeds[key]!])),
    );
    return Object.fromEntries(
      Object.entries(results).map(([name, { data }]) => [
        name,
        Array.from(data as ArrayLike<number | bigint>, Number),
      ]),
    );
  } finally {
    await runtime.close();
  }
}
